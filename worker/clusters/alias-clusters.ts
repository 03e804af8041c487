/** Which cluster a name under an alias belongs to: an alias is nobody else's, so the name alone says it. */
import type { ClusterId } from '../../zone/cluster-id.ts';
import type { Registrations } from './registration.ts';
import { aliasesOf } from './zone-claims.ts';

/** A name as questions have it: wire form in lower case, and where its labels begin, without the root. */
export interface QuestionName {
  readonly qname: Uint8Array;
  readonly labelOffsets: readonly number[];
}

/** Clusters by the names (zone/name.ts) of their aliases. */
export function clustersByAlias(registrations: Registrations): ReadonlyMap<string, ClusterId> {
  const clusters = new Map<string, ClusterId>();
  for (const [cluster, registration] of registrations) {
    for (const alias of aliasesOf(registration)) clusters.set(alias, cluster);
  }
  return clusters;
}

/** One look-up per label, however many clusters there are. */
export function clusterOfAlias(
  byAlias: ReadonlyMap<string, ClusterId>,
  { qname, labelOffsets }: QuestionName,
  among: readonly ClusterId[],
): ClusterId | undefined {
  if (byAlias.size === 0) return undefined;
  let name = '';
  for (const octet of qname) name += String.fromCharCode(octet);
  for (const offset of labelOffsets) {
    const cluster = byAlias.get(name.slice(offset));
    if (cluster !== undefined && among.includes(cluster)) return cluster;
  }
  return undefined;
}
