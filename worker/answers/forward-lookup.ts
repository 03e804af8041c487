/**
 * Questions about names in a forward zone, such as `cluster.local`.
 */
import type { ZoneNode } from '../../zone/image/group-reader.ts';
import { type OpenedForwardZone, type RelativeLabels, relativeLabels } from '../../zone/image/open.ts';
import { type RRset, type RRType, typeCodes } from '../../zone/rrset.ts';
import type { Query } from '../message/query.ts';
import { typeAny, typeSoa } from '../message/query-type.ts';
import { type Origin, type Owner, type PlacedRRset, questionOwner } from '../message/reply.ts';
import { latin1 } from './latin1.ts';
import type { Outcome } from './outcome.ts';
import { startOfAuthority } from './soa.ts';

/** A zone and where its origin begins in the question's name. */
interface ZoneMatch {
  readonly zone: OpenedForwardZone;
  readonly originOffset: number;
  /** Labels of the question below the apex. */
  readonly labelCount: number;
}

/** A chain that is longer, or comes back to a name in it, ends where it is. */
const maxChainLength = 16;

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
  const answer: PlacedRRset[] = [];
  const visited = new Set<string>();
  let owner: Owner = questionOwner;
  let labels: RelativeLabels = { octets: qname, starts: labelOffsets, count: labelCount, end: originOffset };
  for (;;) {
    const node = zone.find(labels);
    if (node === undefined) return { kind: 'no-name', origin, answer, soa };
    const rrset = labels.count === 0 && qtype === typeSoa ? soa.rrset : ofType(node, qtype);
    if (rrset !== undefined) {
      answer.push({ owner, rrset });
      const additional = rrset.type === 'SRV' ? addressesOfTargets(node) : [];
      return { kind: 'found', origin, answer, additional };
    }
    const alias = node.rrset('CNAME');
    if (alias?.type !== 'CNAME') return { kind: 'no-data', origin, answer, soa };
    answer.push({ owner, rrset: alias });
    visited.add(latin1(labels.octets, 0, labels.end));
    const [target] = alias.targets;
    // Where the chain leaves the zone, whoever asked goes on elsewhere. ANY is asked of this name alone.
    const endsHere = target?.kind !== 'relative' || visited.has(target.name) || answer.length === maxChainLength;
    if (endsHere || qtype === typeAny) return { kind: 'found', origin, answer, additional: [] };
    owner = target;
    labels = relativeLabels(target.name);
  }
}

function ofType(node: ZoneNode, qtype: number): RRset | undefined {
  const type = typesByCode.get(qtype);
  return type === undefined ? undefined : node.rrset(type);
}

function addressesOfTargets(node: ZoneNode): PlacedRRset[] {
  return node.targetAddresses().map(({ owner, rrset }) => ({ owner: { kind: 'relative', name: owner }, rrset }));
}

function endsWith(qname: Uint8Array, offset: number, origin: string): boolean {
  for (let i = 0; i < origin.length; i += 1) if (qname[offset + i] !== origin.charCodeAt(i)) return false;
  return true;
}
