/**
 * From a name to its fragment: a hash table with linear probing, at most half full. A slot is 32 bits: zero when free,
 * else the fragment's offset plus one.
 */
import { putU32, u32 } from './octets.ts';

const slotOctets = 4;
const fnvOffset = 0x811c9dc5;
const fnvPrime = 0x01000193;

/** FNV-1a over the octets from the last to the first, so that one pass over a name hashes all its ancestors. */
export function nameHash(name: string): number {
  let hash = fnvOffset;
  for (let at = name.length - 1; at >= 0; at -= 1) hash = Math.imul(hash ^ name.charCodeAt(at), fnvPrime);
  return hash >>> 0;
}

/** Goes on from the hash of the octets at `to` and behind with those from `from` to `to`. */
export function extendHash(hash: number, octets: Uint8Array, from: number, to: number): number {
  for (let at = to - 1; at >= from; at -= 1) hash = Math.imul(hash ^ octets[at]!, fnvPrime);
  return hash >>> 0;
}

/** The hash of the apex: where `extendHash` begins. */
export const apexHash = fnvOffset;

/** `offsets[i]` is where the i-th fragment stands. */
export function buildNameIndex(
  fragments: readonly { readonly hash: number }[],
  offsets: ArrayLike<number>,
): Uint8Array {
  let slots = 2;
  while (slots < 2 * fragments.length) slots *= 2;
  const index = new Uint8Array(slots * slotOctets);
  const mask = slots - 1;
  for (let i = 0; i < fragments.length; i += 1) {
    let slot = fragments[i]!.hash & mask;
    while (u32(index, slot * slotOctets) !== 0) slot = (slot + 1) & mask;
    putU32(index, slot * slotOctets, offsets[i]! + 1);
  }
  return index;
}

/** The offset of the first fragment with this hash that `matches`; undefined when there is none. */
export function findInNameIndex(
  index: Uint8Array,
  hash: number,
  matches: (offset: number) => boolean,
): number | undefined {
  const slots = index.length / slotOctets;
  const mask = slots - 1;
  for (let probe = 0, slot = hash & mask; probe < slots; probe += 1, slot = (slot + 1) & mask) {
    const value = u32(index, slot * slotOctets);
    if (value === 0) return undefined;
    if (matches(value - 1)) return value - 1;
  }
  return undefined;
}
