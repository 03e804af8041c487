/**
 * Records as people write them: zone file text (RFC 1035 §5.1), one record a line, `owner TTL IN TYPE data`.
 *
 * Equal records give equal text: owners in canonical order, the records of a set in the order of their data. Names are
 * written relative to the zone, the apex as `@`, or in full when an origin is given.
 */
import { type Address, addressFromOctets, familyOf, formatAddress, octetsOf } from './address.ts';
import { quoted } from './character-string.ts';
import { compareNames, type FlatZone, type ReverseRRset } from './flat.ts';
import { absoluteName, apex, formatName, formatRelativeName, type Name, type RelativeName } from './name.ts';
import type { OwnedRRset, RRset, Service, Target } from './rrset.ts';

/**
 * The whole zone, its reverse names last. A name that exists without records is a comment, `; NAME has no records`,
 * since a zone file cannot say it otherwise, and so are the names that cannot be listed. Throws NameError when a name does not fit below the origin.
 */
export function formatZone(zone: FlatZone, origin?: Name): string {
  const byOwner = new Map<RelativeName, OwnedRRset[]>(zone.names.map((name) => [name, []]));
  for (const record of zone.records) byOwner.get(record.owner)!.push(record);
  const dashed = new Set(zone.dashed.map(({ base }) => base));
  const lines = [...byOwner].flatMap(([name, records]) => [
    ...(records.length === 0 ? [`; ${ownerText(name, origin)} has no records`] : []),
    ...records.flatMap((r) => formatRRset(r, origin)),
    ...(dashed.has(name) ? [`; ${anyBelow(name, origin)}: every address that a label spells with dashes`] : []),
  ]);
  return [...lines, ...zone.reverse.flatMap((reverse) => formatReverse(reverse, origin)), ''].join('\n');
}

/** The records of one set, a line each. */
export function formatRRset({ owner, rrset }: OwnedRRset, origin?: Name): string[] {
  return lines(ownerText(owner, origin), rrset, origin);
}

/** The PTR records of one address, a line each. The owner is always written in full. */
export function formatReverse({ address, rrset }: ReverseRRset, origin?: Name): string[] {
  return lines(reverseName(address), rrset, origin);
}

/** The name below which an address has its PTR records: RFC 1035 §3.5 and RFC 3596 §2.5. */
export function reverseName(address: Address): string {
  const octets = octetsOf(address).reverse();
  if (familyOf(address) === 4) return `${octets.join('.')}.in-addr.arpa.`;
  const nibbles = octets.flatMap((octet) => [octet & 15, octet >> 4]);
  return `${nibbles.map((nibble) => nibble.toString(16)).join('.')}.ip6.arpa.`;
}

function lines(owner: string, rrset: RRset, origin: Name | undefined): string[] {
  return dataOf(rrset, origin).map((data) => `${owner} ${rrset.ttlSeconds} IN ${rrset.type} ${data}`);
}

function dataOf(rrset: RRset, origin: Name | undefined): string[] {
  switch (rrset.type) {
    case 'A':
    case 'AAAA':
      return splitAddresses(rrset.addresses, rrset.type === 'A' ? 4 : 16).map(formatAddress);
    case 'SRV':
      return [...rrset.services].sort(compareServices).map((service) => serviceText(service, origin));
    case 'CNAME':
    case 'NS':
    case 'PTR':
      return [...rrset.targets].sort(compareTargets).map((target) => targetText(target, origin));
    case 'TXT':
      return rrset.texts.map((strings) => strings.map(quoted).join(' ')).sort();
  }
}

function ownerText(owner: RelativeName, origin: Name | undefined): string {
  return origin === undefined ? formatRelativeName(owner) : formatName(absoluteName(owner, origin));
}

function anyBelow(base: RelativeName, origin: Name | undefined): string {
  return base === apex && origin === undefined ? '*' : `*.${ownerText(base, origin)}`;
}

function targetText(target: Target, origin: Name | undefined): string {
  return target.kind === 'relative' ? ownerText(target.name, origin) : formatName(target.name);
}

function serviceText({ priority, weight, port, target }: Service, origin: Name | undefined): string {
  return `${priority} ${weight} ${port} ${targetText(target, origin)}`;
}

function splitAddresses(octets: Uint8Array, size: 4 | 16): Address[] {
  const count = octets.length / size;
  const addresses = Array.from({ length: count }, (_, i) => octets.subarray(i * size, (i + 1) * size));
  return addresses.map(addressFromOctets).sort();
}

function compareServices(a: Service, b: Service): number {
  return a.priority - b.priority || a.weight - b.weight || a.port - b.port || compareTargets(a.target, b.target);
}

function compareTargets(a: Target, b: Target): number {
  return a.kind === b.kind ? compareNames(a.name, b.name) : a.kind === 'relative' ? -1 : 1;
}
