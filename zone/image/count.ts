/** Counts what stands in the groups of a zone. */
import { sortKeyOf } from './fragment.ts';
import { GroupParts } from './group/group-parts.ts';
import { readImage, type ZoneHeader } from './layout.ts';
import { damaged, text, u8, u32 } from './octets.ts';

export interface ZoneCounts {
  /** Names that have records, below each of the zone's origins. */
  readonly names: number;
  readonly groups: number;
  /** Different addresses. */
  readonly addresses: number;
}

/** `fragments` is the section of that name. Throws ImageError. */
export function countZone(fragments: Uint8Array): ZoneCounts {
  let names = 0;
  let groups = 0;
  const addresses = new Set<string>();
  for (let start = 0; start < fragments.length; groups += 1) {
    const group = new GroupParts(fragments, start);
    const hosts = group.hosts.all();
    for (const { ipv4, ipv6 } of [group.own, ...hosts]) {
      addParts(addresses, fragments, ipv4, 4);
      addParts(addresses, fragments, ipv6, 16);
    }
    names += hosts.length + countNodes(group).all;
    start = group.end;
  }
  return { names, groups, addresses: addresses.size };
}

/** Tells the groups of all zones of an image apart. */
export function groupKey(zone: ZoneHeader['kind'], sortKey: string): string {
  return `${zone} ${sortKey}`;
}

/**
 * How many names each group of an image makes exist, its base name included, by `groupKey`; none for what is retired. Not
 * counted are names that exist only because of one below them. Throws ImageError.
 */
export function namesByGroup(image: Uint8Array): ReadonlyMap<string, number> {
  const names = new Map<string, number>();
  const { header, section } = readImage(image);
  for (const zone of header.kind === 'live' ? header.zones : []) {
    if (zone.kind === 'reverse') continue;
    const fragments = section(zone.fragments);
    for (let start = 0; start < fragments.length; ) {
      const group = new GroupParts(fragments, start);
      const { all, atBase } = countNodes(group);
      names.set(groupKey(zone.kind, sortKeyOf(group.base)), 1 + group.hosts.count + all - atBase);
      start = group.end;
    }
  }
  return names;
}

function addParts(
  addresses: Set<string>,
  octets: Uint8Array,
  { from, length }: { readonly from: number; readonly length: number },
  size: number,
): void {
  for (let at = from; at < from + length; at += size) addresses.add(text(octets, at, at + size));
}

/** `atBase` are those without a label of their own: one at most. */
function countNodes({ octets, nodesFrom, nodesTo }: GroupParts): { readonly all: number; readonly atBase: number } {
  let all = 0;
  let atBase = 0;
  for (let at = nodesFrom; at < nodesTo; all += 1) {
    const prefixOctets = u8(octets, at);
    if (prefixOctets === 0) atBase += 1;
    const lengthAt = at + 1 + prefixOctets;
    at = lengthAt + 4 + u32(octets, lengthAt);
    if (at > nodesTo) throw damaged('a name reaches behind the end of its group');
  }
  return { all, atBase };
}
