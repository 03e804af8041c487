/** Counts what stands in the groups of a zone. */
import { GroupParts } from './group/group-parts.ts';
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
    names += hosts.length + countNodes(fragments, group);
    start = group.end;
  }
  return { names, groups, addresses: addresses.size };
}

function addParts(
  addresses: Set<string>,
  octets: Uint8Array,
  { from, length }: { readonly from: number; readonly length: number },
  size: number,
): void {
  for (let at = from; at < from + length; at += size) addresses.add(text(octets, at, at + size));
}

function countNodes(octets: Uint8Array, { nodesFrom, nodesTo }: GroupParts): number {
  let nodes = 0;
  for (let at = nodesFrom; at < nodesTo; nodes += 1) {
    const lengthAt = at + 1 + u8(octets, at);
    at = lengthAt + 4 + u32(octets, lengthAt);
    if (at > nodesTo) throw damaged('a name reaches behind the end of its group');
  }
  return nodes;
}
