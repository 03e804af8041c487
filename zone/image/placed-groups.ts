/**
 * The groups of a zone side by side, in order, with their addresses sorted: all that an image needs of them.
 *
 * `with` gives the next state from the one before, at a cost that follows the change: what did not change is moved in
 * blocks. The outcome is the same as building the whole from nothing, which is `with` on the empty state.
 */
import { compareAddresses, sortByAddress } from './address-index.ts';
import type { Fragment } from './fragment.ts';

/** A group that is new, has changed, or (without a fragment) has gone. */
export interface GroupChange {
  readonly sortKey: string;
  readonly fragment: Fragment | undefined;
}

type Places = Uint32Array<ArrayBuffer>;

/** Old fragments `from` to `to` stay as they are, or `added` takes its place. */
type Piece =
  | { readonly kind: 'kept'; readonly from: number; readonly to: number }
  | { readonly kind: 'added'; readonly fragment: Fragment };

export class PlacedGroups {
  static readonly empty = new PlacedGroups(
    [],
    new Uint32Array(1),
    new Uint8Array(0),
    new Uint32Array(0),
    new Uint32Array(0),
  );

  /** Ordered by sort key: ancestors before descendants. */
  readonly fragments: readonly Fragment[];
  /** The offset of each fragment in `octets`, and the length of all. */
  readonly starts: Places;
  readonly octets: Uint8Array;
  /** Offsets in `octets`, ordered by the address that stands there, then by offset. */
  readonly ipv4: Places;
  readonly ipv6: Places;

  private constructor(fragments: readonly Fragment[], starts: Places, octets: Uint8Array, ipv4: Places, ipv6: Places) {
    this.fragments = fragments;
    this.starts = starts;
    this.octets = octets;
    this.ipv4 = ipv4;
    this.ipv6 = ipv6;
  }

  has(sortKey: string): boolean {
    return this.fragments[this.#position(sortKey)]?.sortKey === sortKey;
  }

  /** At most one change per name. A removal of what is not there changes nothing. */
  with(changes: Iterable<GroupChange>): PlacedGroups {
    const pieces = this.#pieces([...changes].sort((a, b) => (a.sortKey < b.sortKey ? -1 : 1)));
    const fragments: Fragment[] = [];
    for (const piece of pieces) {
      if (piece.kind === 'added') fragments.push(piece.fragment);
      else for (let i = piece.from; i < piece.to; i += 1) fragments.push(this.fragments[i]!);
    }
    const starts = new Uint32Array(fragments.length + 1);
    for (let i = 0; i < fragments.length; i += 1) starts[i + 1] = starts[i]! + fragments[i]!.octets.length;
    const octets = new Uint8Array(starts[fragments.length]!);
    const moves: Move[] = [];
    const added = { ipv4: [] as number[], ipv6: [] as number[] };
    let at = 0;
    for (const piece of pieces) {
      if (piece.kind === 'added') {
        octets.set(piece.fragment.octets, at);
        for (const offset of piece.fragment.addressOffsets.ipv4) added.ipv4.push(at + offset);
        for (const offset of piece.fragment.addressOffsets.ipv6) added.ipv6.push(at + offset);
        at += piece.fragment.octets.length;
      } else {
        const from = this.starts[piece.from]!;
        const to = this.starts[piece.to]!;
        octets.set(this.octets.subarray(from, to), at);
        moves.push({ from, to, by: at - from });
        at += to - from;
      }
    }
    const ipv4 = mergePlaces(octets, 4, movePlaces(this.ipv4, moves), Uint32Array.from(added.ipv4));
    const ipv6 = mergePlaces(octets, 16, movePlaces(this.ipv6, moves), Uint32Array.from(added.ipv6));
    return new PlacedGroups(fragments, starts, octets, ipv4, ipv6);
  }

  #pieces(changes: readonly GroupChange[]): Piece[] {
    const pieces: Piece[] = [];
    let next = 0;
    const keepUntil = (to: number): void => {
      if (to > next) pieces.push({ kind: 'kept', from: next, to });
      next = to;
    };
    for (const { sortKey, fragment } of changes) {
      keepUntil(this.#position(sortKey));
      if (this.fragments[next]?.sortKey === sortKey) next += 1;
      if (fragment !== undefined) pieces.push({ kind: 'added', fragment });
    }
    keepUntil(this.fragments.length);
    return pieces;
  }

  /** The number of fragments with a lesser sort key. */
  #position(sortKey: string): number {
    let low = 0;
    let high = this.fragments.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.fragments[middle]!.sortKey < sortKey) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Octets `from` to `to` of the old state stand `by` further on in the new one. Ordered; between them things have gone. */
interface Move {
  readonly from: number;
  readonly to: number;
  readonly by: number;
}

/** The places that are still there, in their new positions and their old order. */
function movePlaces(places: Places, moves: readonly Move[]): Places {
  const moved = new Uint32Array(places.length);
  const ends = Uint32Array.from(moves, (move) => move.to);
  let count = 0;
  for (let i = 0; i < places.length; i += 1) {
    const place = places[i]!;
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (ends[middle]! <= place) low = middle + 1;
      else high = middle;
    }
    const move = moves[low];
    if (move !== undefined && place >= move.from) moved[count++] = place + move.by;
  }
  return moved.subarray(0, count);
}

function mergePlaces(octets: Uint8Array, size: 4 | 16, kept: Places, added: Places): Places {
  const sorted = sortByAddress(octets, size, added);
  if (kept.length === 0) return sorted;
  const merged = new Uint32Array(kept.length + sorted.length);
  let count = 0;
  let from = 0;
  for (const place of sorted) {
    // Few are added to many: find where each belongs, and move what lies before it in one block.
    let low = from;
    let high = kept.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareAddresses(octets, size, kept[middle]!, place) < 0) low = middle + 1;
      else high = middle;
    }
    merged.set(kept.subarray(from, low), count);
    count += low - from;
    from = low;
    merged[count++] = place;
  }
  merged.set(kept.subarray(from), count);
  return merged;
}
