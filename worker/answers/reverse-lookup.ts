/**
 * Questions about names of addresses. A published address is answered wherever it lies; that an address is not there is
 * claimed only for the blocks that are the cluster's to speak for.
 */
import { addressFromOctets, type Prefix, prefixContains } from '../../zone/address.ts';
import type { OpenedReverseZone } from '../../zone/image/open.ts';
import { absoluteName, type Name, parseRelativeName, type RelativeName } from '../../zone/name.ts';
import { typeCodes } from '../../zone/rrset.ts';
import type { Query } from '../message/query.ts';
import { typeAny, typeSoa } from '../message/query-type.ts';
import { type Origin, type PlacedRRset, questionOwner } from '../message/reply.ts';
import type { Outcome } from './outcome.ts';
import { type ReverseName, readReverseName } from './reverse-name.ts';
import { isNameInScope, type Scope } from './scope.ts';
import { startOfAuthority } from './soa.ts';

/** Those of `in-addr.arpa` and of `ip6.arpa`. */
const treeLabels = 2;

const nameServer = parseRelativeName('ns.dns');

/** `pointerOrigin` is the zone that PTR targets are below; `serial` is the SOA's. */
export function lookupReverse(
  zone: OpenedReverseZone,
  query: Query,
  serial: number,
  pointerOrigin: Name,
  scope: Scope,
): Outcome {
  const name = readReverseName(query);
  if (name === undefined) return { kind: 'outside' };
  const isAddress = name.isSpelled && name.octets.length === name.size;
  const counts = scope === 'all' ? undefined : (target: RelativeName) => isNameInScope(scope, target);
  const pointers = isAddress ? zone.pointers(name.octets, counts) : undefined;
  const below: Origin = { kind: 'absolute', name: pointerOrigin };
  // RFC 8482 §4.1: of a name that has several sets, ANY is answered with one.
  if (pointers !== undefined && (query.qtype === typeCodes.PTR || query.qtype === typeAny)) {
    return { kind: 'found', origin: below, answer: [{ owner: questionOwner, rrset: pointers }], additional: [] };
  }
  const apexLabels = longestApex(zone.prefixes, name) ?? (pointers === undefined ? undefined : name.labelCount);
  // An address that is not there is not told from one that somebody else has, and so are all names above addresses.
  if (scope !== 'all' && pointers === undefined && apexLabels !== name.labelCount) return { kind: 'prohibited' };
  if (apexLabels === undefined) return { kind: 'outside' };
  const origin: Origin = { kind: 'question', offset: query.labelOffsets[name.labelCount - apexLabels]! };
  const soa = startOfAuthority(serial, zone.ttlSeconds, pointerOrigin);
  const isApex = name.labelCount === apexLabels;
  const atApex = isApex ? apexRRset(query.qtype, soa, pointerOrigin, zone.ttlSeconds) : undefined;
  if (atApex !== undefined) return { kind: 'found', origin, answer: [atApex], additional: [] };
  const exists = isApex || (name.isSpelled && zone.hasBelow(name.size, name.octets, name.halfOctet));
  return { kind: exists ? 'no-data' : 'no-name', origin, answer: [], soa };
}

/** How many labels the zone's name has that `lookupReverse` answered the question from. */
export function reverseZoneLabels(zone: OpenedReverseZone, query: Query): number {
  const name = readReverseName(query);
  // An address outside all blocks is a zone of its own.
  const below = name && (longestApex(zone.prefixes, name) ?? name.labelCount);
  return treeLabels + (below ?? 0);
}

function apexRRset(qtype: number, soa: PlacedRRset, cluster: Name, ttlSeconds: number): PlacedRRset | undefined {
  if (qtype === typeSoa) return { owner: questionOwner, rrset: soa.rrset };
  if (qtype !== typeCodes.NS && qtype !== typeAny) return undefined;
  const target = { kind: 'absolute', name: absoluteName(nameServer, cluster) } as const;
  return { owner: questionOwner, rrset: { type: 'NS', ttlSeconds, targets: [target] } };
}

/** How many labels below `in-addr.arpa` or `ip6.arpa` the name's zone has, where one of the blocks holds the name. */
function longestApex(prefixes: readonly Prefix[], name: ReverseName): number | undefined {
  const bitsPerLabel = name.size === 4 ? 8 : 4;
  const spelledLabels = (name.octets.length * 8 + (name.halfOctet === undefined ? 0 : 4)) / bitsPerLabel;
  const octets = new Array<number>(name.size).fill(0);
  for (const [i, octet] of name.octets.entries()) octets[i] = octet;
  if (name.halfOctet !== undefined) octets[name.octets.length] = name.halfOctet << 4;
  const address = addressFromOctets(octets);
  let longest: number | undefined;
  for (const prefix of prefixes) {
    // A block that ends inside a label is several zones, one for each value of that label.
    const labels = Math.ceil(prefix.bits / bitsPerLabel);
    if (labels > spelledLabels || !prefixContains(prefix, address)) continue;
    longest = Math.max(longest ?? 0, labels);
  }
  return longest;
}
