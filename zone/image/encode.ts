/**
 * From a snapshot to its image. Equal snapshots give equal octets, in whatever order their groups come.
 */
import { apex, parentOf, type RelativeName } from '../name.ts';
import type { ForwardZone, ReverseZone, Snapshot, Zone } from '../snapshot.ts';
import { addressIndex } from './address-index.ts';
import { encodeFragment, type Fragment, sortKeyOf } from './fragment.ts';
import { type Section, type SectionSource, writeImage, type ZoneHeader, zoneOrder } from './layout.ts';
import { nameIndex } from './name-index.ts';
import { PlacedGroups } from './placed-groups.ts';

/** A zone whose groups are encoded already. Every ancestor of a group must be among them. */
export type PlacedZone = (Omit<ForwardZone, 'groups'> & { readonly groups: PlacedGroups }) | ReverseZone;

export type PlacedSnapshot =
  | { readonly kind: 'live'; readonly zones: readonly PlacedZone[] }
  | { readonly kind: 'retired' };

/** Throws GroupTooLargeError and NameError, as `encodeFragment` does. */
export function encodeSnapshot(snapshot: Snapshot): Uint8Array {
  return assembleImage(snapshot.kind === 'retired' ? snapshot : { kind: 'live', zones: snapshot.zones.map(placeZone) });
}

/** The image of groups that were placed before; costs little more than copying them. `spare` as in `writeImage`. */
export function assembleImage(snapshot: PlacedSnapshot, spare?: Uint8Array): Uint8Array {
  if (snapshot.kind === 'retired') return writeImage(snapshot, [], spare);
  const sections: SectionSource[] = [];
  let end = 0;
  const add = (source: SectionSource): Section => {
    sections.push(source);
    end += source.length;
    return { offset: end - source.length, length: source.length };
  };
  const headers: ZoneHeader[] = [];
  let cluster = new PlacedGroups();
  for (const zone of inOrder(snapshot.zones)) {
    if (zone.kind === 'reverse') {
      const { kind, ttlSeconds, prefixes } = zone;
      const ipv4 = add(addressIndex(cluster.ipv4));
      headers.push({ kind, ttlSeconds, prefixes, ipv4, ipv6: add(addressIndex(cluster.ipv6)) });
    } else {
      const { kind, origins, ttlSeconds, groups } = zone;
      if (kind === 'cluster') cluster = groups;
      const names = add(nameIndex(groups.hashes, groups.starts));
      headers.push({ kind, origins, ttlSeconds, nameIndex: names, fragments: add(octetsOf(groups.octets)) });
    }
  }
  return writeImage({ kind: 'live', zones: headers }, sections, spare);
}

/** The reverse zone points into the cluster zone, so it comes after it. */
function inOrder(zones: readonly PlacedZone[]): PlacedZone[] {
  return [...zones].sort((a, b) => zoneOrder.indexOf(a.kind) - zoneOrder.indexOf(b.kind));
}

function placeZone(zone: Zone): PlacedZone {
  if (zone.kind === 'reverse') return zone;
  const groups = new PlacedGroups();
  const fragments = withAncestors(zone.groups.map(encodeFragment));
  groups.update(fragments.map((fragment) => ({ sortKey: fragment.sortKey, fragment })));
  return { ...zone, groups };
}

function octetsOf(octets: Uint8Array): SectionSource {
  return { length: octets.length, writeTo: (target) => target.set(octets) };
}

const emptyGroup = { ttlSeconds: 0, own: [], hosts: [], nodes: [], hasPointers: true, answersDashed: false } as const;

/** The fragments and empty ones for their missing ancestors: what is above a name that exists, exists (RFC 8020 §2). */
export function withAncestors(given: readonly Fragment[]): Fragment[] {
  const all = [...given];
  const known = new Set(given.map((fragment) => fragment.sortKey));
  const addEmpty = (base: RelativeName): void => {
    const fragment = encodeFragment({ ...emptyGroup, base });
    known.add(fragment.sortKey);
    all.push(fragment);
  };
  if (given.length === 0) addEmpty(apex);
  for (const { base } of all) {
    const parent = parentOf(base);
    if (parent !== undefined && !known.has(sortKeyOf(parent))) addEmpty(parent);
  }
  return all;
}
