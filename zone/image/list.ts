/**
 * Lists the names of a zone that have records, for people. Labels that only spell an address are left out: nobody looks for
 * one of them in a list, and most names of a cluster have one.
 */
import { addressOfDashedLabel } from '../dashed.ts';
import type { RelativeName } from '../name.ts';
import { GroupParts } from './group/group-parts.ts';
import { below, relativeName } from './names.ts';
import { text, u8, u32 } from './octets.ts';

/**
 * Group by group, each name once in its group. `fragments` is the section of that name; groups whose base name `mayHold` is
 * false of are passed over. Throws ImageError.
 */
export function* listNames(
  fragments: Uint8Array,
  mayHold: (base: RelativeName) => boolean,
): Generator<RelativeName, void> {
  for (let start = 0; start < fragments.length; ) {
    const group = new GroupParts(fragments, start);
    start = group.end;
    if (mayHold(group.base)) yield* new Set(namesOf(group));
  }
}

function* namesOf({ octets, base, hosts, nodesFrom, nodesTo }: GroupParts): Generator<RelativeName, void> {
  for (let at = nodesFrom; at < nodesTo; ) {
    const prefixTo = at + 1 + u8(octets, at);
    yield below(relativeName(text(octets, at + 1, prefixTo)), base);
    at = prefixTo + 4 + u32(octets, prefixTo);
  }
  for (const host of hosts.all()) {
    // Without a label of its own its address is its label.
    const name = host.labelAt === undefined ? undefined : hosts.nameOf(host, base);
    if (name !== undefined && addressOfDashedLabel(name.slice(1, 1 + name.charCodeAt(0))) === undefined) yield name;
  }
}
