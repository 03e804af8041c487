/**
 * From an address to where it stands: 32-bit offsets into the fragments, sorted by the address each points to.
 */
import type { SectionSource } from './layout.ts';
import { damaged, u8, u32 } from './octets.ts';

/** What an address takes here. */
export const placeOctets = 4;

type Places = Uint32Array<ArrayBuffer>;

/**
 * Orders places by the `size` octets at each, then by place. A radix sort from the last octet: linear and stable. Four
 * octets are fetched at once, since those of one address lie together and those of the next far away.
 */
export function sortByAddress(fragments: Uint8Array, size: 4 | 16, ascending: Places): Places {
  const count = ascending.length;
  let places = ascending;
  let nextPlaces = new Uint32Array(count);
  let words = new Uint32Array(count);
  let nextWords = new Uint32Array(count);
  const ends = new Uint32Array(256);
  for (let offset = size - 4; offset >= 0; offset -= 4) {
    for (let i = 0; i < count; i += 1) words[i] = u32(fragments, places[i]! + offset);
    for (let shift = 0; shift < 32; shift += 8) {
      ends.fill(0);
      for (let i = 0; i < count; i += 1) ends[(words[i]! >>> shift) & 0xff]! += 1;
      // Addresses of one network share most octets; such a pass would change nothing.
      if (ends.includes(count)) continue;
      for (let value = 1; value < 256; value += 1) ends[value]! += ends[value - 1]!;
      for (let i = count - 1; i >= 0; i -= 1) {
        const word = words[i]!;
        const to = ends[(word >>> shift) & 0xff]! - 1;
        ends[(word >>> shift) & 0xff] = to;
        nextPlaces[to] = places[i]!;
        nextWords[to] = word;
      }
      [places, nextPlaces] = [nextPlaces, places];
      [words, nextWords] = [nextWords, words];
    }
  }
  return places;
}

/** Below or above zero: the order of `sortByAddress`. */
export function compareAddresses(fragments: Uint8Array, size: 4 | 16, a: number, b: number): number {
  for (let i = 0; i < size; i += 1) {
    const difference = fragments[a + i]! - fragments[b + i]!;
    if (difference !== 0) return difference;
  }
  return a - b;
}

/** Sorted places as a section of the image. */
export function addressIndex(places: Places): SectionSource {
  return {
    length: places.length * placeOctets,
    writeTo: (index) => {
      const entries = new DataView(index.buffer, index.byteOffset);
      for (let i = 0; i < places.length; i += 1) entries.setUint32(i * placeOctets, places[i]!);
    },
  };
}

/** Throws ImageError when the index is cut off inside an entry. */
export function checkAddressIndex(index: Uint8Array): void {
  if (index.length % placeOctets !== 0) throw damaged('the address index ends inside an entry');
}

export function entryCount(index: Uint8Array): number {
  return index.length / placeOctets;
}

/** The place that entry number `entry` points to. */
export function placeAt(index: Uint8Array, entry: number): number {
  return u32(index, entry * placeOctets);
}

/** The number of entries whose address is less than `octets`; only the first `octets.length` octets are compared. */
export function lowerBound(index: Uint8Array, fragments: Uint8Array, octets: readonly number[]): number {
  let low = 0;
  let high = entryCount(index);
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareAt(fragments, placeAt(index, middle), octets) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Below zero, zero or above zero as the address at `place` is less than, begins with, or is greater than `octets`.
 * Throws ImageError.
 */
export function compareAt(fragments: Uint8Array, place: number, octets: readonly number[]): number {
  for (let i = 0; i < octets.length; i += 1) {
    const difference = u8(fragments, place + i) - octets[i]!;
    if (difference !== 0) return difference;
  }
  return 0;
}
