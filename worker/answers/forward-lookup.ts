/**
 * Questions about names in the forward zones, such as `cluster.local`.
 */
import type { ZoneNode } from '../../zone/image/group-reader.ts';
import type { OpenedForwardZone } from '../../zone/image/open.ts';
import { type RRset, type RRType, typeCodes } from '../../zone/rrset.ts';
import type { Query } from '../message/query.ts';
import { typeAny, typeSoa } from '../message/query-type.ts';
import { type Origin, type Owner, type PlacedRRset, questionOwner, type StartOfAuthority } from '../message/reply.ts';
import { belowOrigin } from './below-origin.ts';
import { latin1 } from './latin1.ts';
import type { Outcome } from './outcome.ts';
import { isQuestionInScope, type Scope } from './scope.ts';
import { startOfAuthority } from './soa.ts';
import { type Place, placeOfQuestion, placeOfTarget, type ZoneMatch } from './zone-match.ts';

/** A chain that is longer, or comes back to a name in it, ends where it is. */
const maxChainLength = 16;
/** Of more SRV records the targets' addresses hardly fit, and looking for them all would cost more than all else. */
const maxTargetsWithAddresses = 1000;

const typesByCode: ReadonlyMap<number, RRType> = new Map(
  Object.entries(typeCodes).map(([type, code]) => [code, type as RRType]),
);

/** `zones` are all that a chain of CNAME records may lead into; `serial` is the SOA's. */
export function lookupForward(
  match: ZoneMatch,
  zones: readonly OpenedForwardZone[],
  query: Query,
  serial: number,
  scope: Scope,
): Outcome {
  const { qtype } = query;
  const origin: Origin = { kind: 'question', offset: match.originOffset };
  const answer: PlacedRRset[] = [];
  let visited: Set<string> | undefined;
  let owner: Owner = questionOwner;
  let place = placeOfQuestion(match, query);
  if (!isQuestionInScope(scope, place.labels)) return { kind: 'prohibited' };
  for (;;) {
    const { zone, labels, origin: otherOrigin } = place;
    const placed = (set: PlacedRRset): PlacedRRset => (otherOrigin === undefined ? set : belowOrigin(otherOrigin, set));
    const soa = (): PlacedRRset & { rrset: StartOfAuthority } => startOfAuthority(serial, zone.ttlSeconds);
    const node = zone.find(labels);
    if (node === undefined) return { kind: 'no-name', origin, answer, soa: placed(soa()) };
    // Also where the alias is not followed: its target is a name that the asker may not hear of.
    if (scope !== 'all' && leadsOut(scope, node, place, zones)) return { kind: 'prohibited' };
    const rrset = ofType(node, qtype, labels.count === 0 ? soa().rrset : undefined);
    if (rrset !== undefined) {
      answer.push(placed({ owner, rrset }));
      const hasAddresses = rrset.type === 'SRV' && rrset.services.length <= maxTargetsWithAddresses;
      const additional = hasAddresses ? addressesOfTargets(node).map(placed) : [];
      return { kind: 'found', origin, answer, additional };
    }
    const alias = node.rrset('CNAME');
    if (alias?.type !== 'CNAME') return { kind: 'no-data', origin, answer, soa: placed(soa()) };
    answer.push(placed({ owner, rrset: alias }));
    visited ??= new Set();
    visited.add(nameOf(place));
    const [target] = alias.targets;
    const next = target && placeOfTarget(target, place, zones);
    if (target?.kind === 'absolute' && next === undefined) {
      return { kind: 'leads-out', origin, answer, target: target.name };
    }
    const endsHere = next === undefined || visited.has(nameOf(next)) || answer.length === maxChainLength;
    if (target === undefined || endsHere) return { kind: 'found', origin, answer, additional: [] };
    owner = target;
    place = next;
  }
}

function leadsOut(scope: Scope, node: ZoneNode, place: Place, zones: readonly OpenedForwardZone[]): boolean {
  const alias = node.rrset('CNAME');
  if (alias?.type !== 'CNAME') return false;
  return alias.targets.some((target) => {
    const next = placeOfTarget(target, place, zones);
    return next !== undefined && !isQuestionInScope(scope, next.labels);
  });
}

/** The same under every origin of the zone. */
function nameOf({ zone, labels }: Place): string {
  return `${zone.kind} ${latin1(labels.octets, 0, labels.end)}`;
}

/** `soa` where the name is an apex. */
function ofType(
  node: ZoneNode,
  qtype: number,
  soa: StartOfAuthority | undefined,
): RRset | StartOfAuthority | undefined {
  if (qtype === typeSoa) return soa;
  if (qtype === typeAny) return firstOf(node) ?? soa;
  const type = typesByCode.get(qtype);
  return type === undefined ? undefined : node.rrset(type);
}

/** One set stands for all that the name has (RFC 8482 §4.1); what is left, a client can ask for by its type. */
function firstOf(node: ZoneNode): RRset | undefined {
  for (const type of ['CNAME', 'A', 'AAAA', 'SRV', 'PTR', 'TXT', 'NS'] as const) {
    const rrset = node.rrset(type);
    if (rrset !== undefined) return rrset;
  }
  return undefined;
}

function addressesOfTargets(node: ZoneNode): PlacedRRset[] {
  return node.targetAddresses().map(({ owner, rrset }) => ({ owner: { kind: 'relative', name: owner }, rrset }));
}
