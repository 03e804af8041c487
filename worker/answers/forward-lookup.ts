/**
 * Questions about names in a forward zone, such as `cluster.local`.
 */
import type { ZoneNode } from '../../zone/image/group-reader.ts';
import { type OpenedForwardZone, relativeLabels } from '../../zone/image/open.ts';
import { apex, type RelativeName } from '../../zone/name.ts';
import { type RRType, typeCodes } from '../../zone/rrset.ts';
import type { Query } from '../message/query.ts';
import { typeSoa } from '../message/query-type.ts';
import { type Origin, type Owner, type PlacedRRset, questionOwner } from '../message/reply.ts';
import type { Outcome } from './outcome.ts';
import { startOfAuthority } from './soa.ts';

/** A zone and where its origin begins in the question's name. */
export interface ZoneMatch {
  readonly zone: OpenedForwardZone;
  readonly originOffset: number;
  /** Labels of the question below the apex. */
  readonly labelCount: number;
}

/** A chain that is longer, or comes back to itself, ends where it is. */
const maxChainLength = 8;

const typesByCode: ReadonlyMap<number, RRType> = new Map(
  Object.entries(typeCodes).map(([type, code]) => [code, type as RRType]),
);

/** The zone with the longest origin that the name is below, on label boundaries (RFC 1034 §4.3.2). */
export function matchZone(zones: readonly OpenedForwardZone[], { qname, labelOffsets }: Query): ZoneMatch | undefined {
  let best: ZoneMatch | undefined;
  for (const zone of zones) {
    for (const origin of zone.origins) {
      const originOffset = qname.length - origin.length;
      const labelCount = originOffset === qname.length - 1 ? labelOffsets.length : labelOffsets.indexOf(originOffset);
      if (labelCount < 0 || (best !== undefined && best.originOffset <= originOffset)) continue;
      if (endsWith(qname, originOffset, origin)) best = { zone, originOffset, labelCount };
    }
  }
  return best;
}

/** `serial` is the SOA's. */
export function lookupForward({ zone, originOffset, labelCount }: ZoneMatch, query: Query, serial: number): Outcome {
  const origin: Origin = { kind: 'question', offset: originOffset };
  const soa = startOfAuthority(serial, zone.ttlSeconds);
  const { qname, labelOffsets, qtype } = query;
  if (labelCount === 0 && qtype === typeSoa) {
    return { kind: 'found', origin, answer: [{ owner: questionOwner, rrset: soa.rrset }], additional: [] };
  }
  const type = typesByCode.get(qtype);
  const answer: PlacedRRset[] = [];
  let owner: Owner = questionOwner;
  let node = zone.find({ octets: qname, starts: labelOffsets, count: labelCount, end: originOffset });
  for (;;) {
    if (node === undefined) return { kind: 'no-name', origin, answer, soa };
    const rrset = type === undefined ? undefined : node.rrset(type);
    if (rrset !== undefined) {
      answer.push({ owner, rrset });
      const additional = type === 'SRV' ? addressesOfTargets(node) : [];
      return { kind: 'found', origin, answer, additional };
    }
    const alias = node.rrset('CNAME');
    if (alias?.type !== 'CNAME') return { kind: 'no-data', origin, answer, soa };
    answer.push({ owner, rrset: alias });
    const [target] = alias.targets;
    // Where the chain leaves the zone, whoever asked goes on elsewhere.
    if (target?.kind !== 'relative' || answer.length > maxChainLength || isVisited(answer, target.name)) {
      return { kind: 'found', origin, answer, additional: [] };
    }
    owner = target;
    node = zone.find(relativeLabels(target.name));
  }
}

function addressesOfTargets(node: ZoneNode): PlacedRRset[] {
  return node.targetAddresses().map(({ owner, rrset }) => ({ owner: { kind: 'relative', name: owner }, rrset }));
}

function isVisited(chain: readonly PlacedRRset[], name: RelativeName): boolean {
  return name !== apex && chain.some(({ owner }) => owner.kind === 'relative' && owner.name === name);
}

function endsWith(qname: Uint8Array, offset: number, origin: string): boolean {
  for (let i = 0; i < origin.length; i += 1) if (qname[offset + i] !== origin.charCodeAt(i)) return false;
  return true;
}
