/**
 * From a name to its fragment: a hash table with linear probing, at most half full. A slot is 32 bits: zero when free,
 * else the fragment's offset plus one.
 */
import type { SectionSource } from './layout.ts';
import { damaged, equalParts, u8, u32 } from './octets.ts';

const slotOctets = 4;
const fnvOffset = 0x811c9dc5;
const fnvPrime = 0x01000193;

/** FNV-1a over the octets from the last to the first, so that one pass over a name hashes all its ancestors. */
export function nameHash(name: string): number {
  let hash = fnvOffset;
  for (let at = name.length - 1; at >= 0; at -= 1) hash = Math.imul(hash ^ name.charCodeAt(at), fnvPrime);
  return hash >>> 0;
}

/** The same as a signed number of 32 bits, which costs no memory: goes on from the hash of the octets at `to` and behind with those from `from` to `to`. */
export function extendHash(hash: number, octets: Uint8Array, from: number, to: number): number {
  for (let at = to - 1; at >= from; at -= 1) hash = Math.imul(hash ^ octets[at]!, fnvPrime);
  return hash;
}

/** The hash of the apex: where `extendHash` begins. */
export const apexHash = fnvOffset | 0;

/** The length of the index of so many fragments. */
export function nameIndexOctets(count: number): number {
  let slots = 2;
  while (slots < 2 * count) slots *= 2;
  return slots * slotOctets;
}

/** As a section of the image: `starts[i]` is where the fragment begins whose name has the hash `hashes[i]`. */
export function nameIndex(hashes: ArrayLike<number>, starts: ArrayLike<number>): SectionSource {
  const length = nameIndexOctets(hashes.length);
  const mask = length / slotOctets - 1;
  return {
    length,
    writeTo: (index) => {
      const table = new DataView(index.buffer, index.byteOffset);
      for (let i = 0; i < hashes.length; i += 1) {
        let slot = hashes[i]! & mask;
        while (table.getUint32(slot * slotOctets) !== 0) slot = (slot + 1) & mask;
        table.setUint32(slot * slotOctets, starts[i]! + 1);
      }
    },
  };
}

/** An index, and the fragments that it points to. */
export interface NameTable {
  readonly index: Uint8Array;
  readonly fragments: Uint8Array;
  readonly fragmentCount: number;
}

/** Throws ImageError when the index is not of a size for so many fragments: then it would miss names that exist. */
export function checkedNameTable(table: NameTable): NameTable {
  const slots = table.index.length / slotOctets;
  if (!Number.isInteger(Math.log2(slots)) || slots < 2 || slots < 2 * table.fragmentCount) {
    throw damaged('the name index is not of the right size');
  }
  return table;
}

/**
 * Where the fragment begins whose base name is octets `from` to `to` of `name`; undefined when there is none. Throws
 * ImageError.
 */
export function findFragment(
  { index, fragments, fragmentCount }: NameTable,
  hash: number,
  name: Uint8Array,
  from: number,
  to: number,
): number | undefined {
  const mask = index.length / slotOctets - 1;
  let slot = hash & mask;
  for (let taken = 0; taken <= fragmentCount; taken += 1) {
    const value = u32(index, slot * slotOctets);
    if (value === 0) return undefined;
    const start = value - 1;
    const baseFrom = start + 5;
    const baseTo = baseFrom + u8(fragments, start + 4);
    if (equalParts(fragments, baseFrom, baseTo, name, from, to)) return start;
    slot = (slot + 1) & mask;
  }
  throw damaged('the name index holds more than there is');
}
