/**
 * Groups without addresses: a name that exists, with or without sets that are written out.
 */
import type { OwnerGroup, PlainRRset } from '../../zone/group.ts';
import { apex, type RelativeName } from '../../zone/name.ts';

/** Without a set the name has no data, but exists. */
export function plainGroup(base: RelativeName, ttlSeconds: number, ...rrsets: readonly PlainRRset[]): OwnerGroup {
  const nodes = rrsets.length === 0 ? [] : [{ prefix: apex, addresses: 'none', services: [], rrsets } as const];
  return { base, ttlSeconds, own: [], hosts: [], nodes, hasPointers: false, answersDashed: false };
}
