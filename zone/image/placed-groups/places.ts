/**
 * Places of addresses as the groups around them come, go and move.
 */
import { compareAddresses } from '../address-index.ts';
import type { AddressStretch } from '../fragment/address-writer.ts';

/** Offsets in the fragments. */
export type Places = Uint32Array<ArrayBuffer>;

/** Octets `from` to `to` of the old state stand `by` further on in the new one. Ordered; between them things have gone. */
export interface Move {
  readonly from: number;
  readonly to: number;
  readonly by: number;
}

/** Writes the places that are still there, in their new positions and their old order; returns how many they are. */
export function movePlaces(places: Places, moves: readonly Move[], moved: Places): number {
  const firsts = firstMoves(moves);
  let count = 0;
  for (let i = 0; i < places.length; i += 1) {
    const place = places[i]!;
    let next = firsts[place >>> stretchBits] ?? moves.length;
    while (next < moves.length && moves[next]!.to <= place) next += 1;
    const move = moves[next];
    if (move !== undefined && place >= move.from) moved[count++] = place + move.by;
  }
  return count;
}

/** Octets are looked up by stretches of so many bits: about as long as a fragment, so that few moves end in one. */
const stretchBits = 8;

/** For each stretch of octets, the first move that ends behind its beginning. */
function firstMoves(moves: readonly Move[]): Places {
  const end = moves.at(-1)?.to ?? 0;
  const firsts = new Uint32Array((end >>> stretchBits) + 1);
  let stretch = 0;
  for (const [i, { to }] of moves.entries()) {
    for (; stretch << stretchBits < to; stretch += 1) firsts[stretch] = i;
  }
  // None ends behind the rest.
  firsts.fill(moves.length, stretch);
  return firsts;
}

/** Few are added to many: finds where each belongs, and moves what lies before it in one block. */
export function mergePlaces(octets: Uint8Array, size: 4 | 16, kept: Places, added: Places, merged: Places): void {
  let count = 0;
  let from = 0;
  for (const place of added) {
    let low = from;
    let high = kept.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareAddresses(octets, size, kept[middle]!, place) < 0) low = middle + 1;
      else high = middle;
    }
    if (low > from) merged.set(kept.subarray(from, low), count);
    count += low - from;
    from = low;
    merged[count++] = place;
  }
  merged.set(kept.subarray(from), count);
}

/** Collects places; how many there will be is known before. */
export class PlaceList {
  readonly places: Places;
  readonly #size: 4 | 16;
  #count = 0;

  /** Of so many addresses of `size` octets. */
  constructor(size: 4 | 16, count: number) {
    this.places = new Uint32Array(count);
    this.#size = size;
  }

  /** The addresses of a fragment that begins at `start`. */
  append(stretches: readonly AddressStretch[], start: number): void {
    for (const { from, count } of stretches) {
      for (let i = 0; i < count; i += 1) this.places[this.#count++] = start + from + i * this.#size;
    }
  }
}
