/**
 * From a snapshot to its image. Equal snapshots give equal octets, in whatever order their groups come.
 */
import { parentOf } from '../name.ts';
import type { ForwardZone, ReverseZone, Snapshot, Zone } from '../snapshot.ts';
import { writeAddressIndex } from './address-index.ts';
import { encodeFragment, type Fragment } from './fragment.ts';
import { type Section, writeImage, type ZoneHeader } from './layout.ts';
import { buildNameIndex } from './name-index.ts';
import { putU32 } from './octets.ts';
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

/** The image of groups that were placed before; costs little more than copying them. */
export function assembleImage(snapshot: PlacedSnapshot): Uint8Array {
  if (snapshot.kind === 'retired') return writeImage(snapshot, []);
  const sections: Uint8Array[] = [];
  let length = 0;
  const add = (octets: Uint8Array): Section => {
    sections.push(octets);
    length += octets.length;
    return { offset: length - octets.length, length: octets.length };
  };
  const headers: ZoneHeader[] = [];
  let cluster = PlacedGroups.empty;
  for (const zone of inOrder(snapshot.zones)) {
    if (zone.kind === 'reverse') {
      const { kind, ttlSeconds, prefixes } = zone;
      const ipv4 = add(writeAddressIndex(cluster.ipv4));
      headers.push({ kind, ttlSeconds, prefixes, ipv4, ipv6: add(writeAddressIndex(cluster.ipv6)) });
    } else {
      const { kind, origins, ttlSeconds, groups } = zone;
      if (kind === 'cluster') cluster = groups;
      const nameIndex = add(buildNameIndex(groups.fragments, groups.starts));
      const starts = add(writeStarts(groups));
      headers.push({ kind, origins, ttlSeconds, nameIndex, starts, fragments: add(groups.octets) });
    }
  }
  return writeImage({ kind: 'live', zones: headers }, sections);
}

/** The reverse zone points into the cluster zone, so it comes after it. */
function inOrder(zones: readonly PlacedZone[]): PlacedZone[] {
  const order = ['cluster', 'clusterset', 'reverse'];
  return [...zones].sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
}

function placeZone(zone: Zone): PlacedZone {
  if (zone.kind === 'reverse') return zone;
  const fragments = withAncestors(zone.groups.map(encodeFragment));
  return {
    ...zone,
    groups: PlacedGroups.empty.with(fragments.map((fragment) => ({ sortKey: fragment.sortKey, fragment }))),
  };
}

/** Every ancestor of a name that exists, exists (RFC 8020 §2). */
function withAncestors(given: readonly Fragment[]): Fragment[] {
  const all = [...given];
  const known = new Set(given.map((fragment) => fragment.sortKey));
  for (const fragment of all) {
    if (fragment.parentSortKey === undefined || known.has(fragment.parentSortKey)) continue;
    known.add(fragment.parentSortKey);
    all.push(encodeFragment({ base: parentOf(fragment.base)!, ttlSeconds: 0, own: [], hosts: [], nodes: [] }));
  }
  return all;
}

function writeStarts({ fragments, starts }: PlacedGroups): Uint8Array {
  const section = new Uint8Array(4 * fragments.length);
  for (let i = 0; i < fragments.length; i += 1) putU32(section, 4 * i, starts[i]!);
  return section;
}
