/**
 * The groups of a zone side by side, in order, with their addresses sorted: all that an image needs of them.
 *
 * An update costs what follows from the change: what did not change is moved in blocks. The outcome is the same as
 * building the whole from nothing, which is one update of what is empty.
 */
import { placeOctets, sortByAddress } from './address-index.ts';
import type { Fragment } from './fragment.ts';
import { nameIndexOctets } from './name-index.ts';
import { type Move, mergePlaces, movePlaces, PlaceList, type Places } from './placed-groups/places.ts';
import { TurningBlock } from './turning-block.ts';

/** A group that is new, has changed, or (without a fragment) has gone. */
export interface GroupChange {
  readonly sortKey: string;
  readonly fragment: Fragment | undefined;
}

/** Old fragments `from` to `to` stay as they are, or `fragment` takes its place. */
type Piece =
  | { readonly kind: 'kept'; readonly from: number; readonly to: number }
  | { readonly kind: 'added'; readonly fragment: Fragment };

const newOctets = (length: number): Uint8Array<ArrayBuffer> => new Uint8Array(length);
const newNumbers = (length: number): Places => new Uint32Array(length);

export class PlacedGroups {
  /** Ordered: ancestors before descendants. */
  #sortKeys: readonly string[] = [];
  readonly #hashes = new TurningBlock(newNumbers);
  /** The offset of each fragment, and behind the last one the length of all. */
  readonly #starts = new TurningBlock(newNumbers);
  readonly #octets = new TurningBlock(newOctets);
  readonly #ipv4 = new TurningBlock(newNumbers);
  readonly #ipv6 = new TurningBlock(newNumbers);
  /** Only for the time of an update. */
  #moved = newNumbers(0);

  get count(): number {
    return this.#sortKeys.length;
  }

  /** The hash of each base name. This and the other views hold until the next update but one. */
  get hashes(): Places {
    return this.#hashes.current;
  }

  /** Where each fragment begins in `octets`. */
  get starts(): Places {
    return this.#starts.current.subarray(0, this.count);
  }

  get octets(): Uint8Array {
    return this.#octets.current;
  }

  /** Offsets in `octets`, ordered by the address that stands there, then by offset. */
  get ipv4(): Places {
    return this.#ipv4.current;
  }

  get ipv6(): Places {
    return this.#ipv6.current;
  }

  /** What the groups take in an image, with their indexes. */
  get octetsInImage(): number {
    return this.octets.length + (this.ipv4.length + this.ipv6.length) * placeOctets + nameIndexOctets(this.count);
  }

  /** At most one change per name. A removal of what is not there changes nothing. */
  update(changes: Iterable<GroupChange>): void {
    this.#become(this, changes);
  }

  /** The groups but for some, by themselves. These ones stay as they are. */
  without(sortKeys: readonly string[]): PlacedGroups {
    const others = new PlacedGroups();
    others.#become(
      this,
      sortKeys.map((sortKey) => ({ sortKey, fragment: undefined })),
    );
    return others;
  }

  /** Takes the state that `before` would have with the changes; `before` may be this one. */
  #become(before: PlacedGroups, changes: Iterable<GroupChange>): void {
    const pieces = before.#pieces([...changes].sort((a, b) => (a.sortKey < b.sortKey ? -1 : 1)));
    const { length, starts } = this.#placeFragments(before, pieces);
    const octets = this.#octets.next(length);
    const moves: Move[] = [];
    const added = addedPlaces(pieces);
    let at = 0;
    for (const piece of pieces) {
      if (piece.kind === 'added') {
        octets.set(piece.fragment.octets, at);
        added.ipv4.append(piece.fragment.ipv4, at);
        added.ipv6.append(piece.fragment.ipv6, at);
        at += piece.fragment.octets.length;
      } else {
        const from = before.#starts.current[piece.from]!;
        const to = before.#starts.current[piece.to]!;
        octets.set(before.#octets.current.subarray(from, to), at);
        moves.push({ from, to, by: at - from });
        at += to - from;
      }
    }
    this.#place(before.ipv4, this.#ipv4, octets, 4, moves, added.ipv4.places);
    this.#place(before.ipv6, this.#ipv6, octets, 16, moves, added.ipv6.places);
    this.#octets.turn(length);
    this.#hashes.turn(starts);
    this.#starts.turn(starts + 1);
  }

  /** Writes the next sort keys, hashes and starts; returns how many there are, and the length of all fragments. */
  #placeFragments(before: PlacedGroups, pieces: readonly Piece[]): { starts: number; length: number } {
    const count = pieces.reduce((sum, piece) => sum + (piece.kind === 'added' ? 1 : piece.to - piece.from), 0);
    const sortKeys: string[] = [];
    const hashes = this.#hashes.next(count);
    const starts = this.#starts.next(count + 1);
    let length = 0;
    for (const piece of pieces) {
      if (piece.kind === 'added') {
        const { sortKey, hash, octets } = piece.fragment;
        starts[sortKeys.length] = length;
        hashes[sortKeys.length] = hash;
        sortKeys.push(sortKey);
        length += octets.length;
      } else {
        const startsBefore = before.#starts.current;
        const by = length - startsBefore[piece.from]!;
        hashes.set(before.#hashes.current.subarray(piece.from, piece.to), sortKeys.length);
        for (let i = piece.from; i < piece.to; i += 1) {
          starts[sortKeys.length] = startsBefore[i]! + by;
          sortKeys.push(before.#sortKeys[i]!);
        }
        length = startsBefore[piece.to]! + by;
      }
    }
    starts[count] = length;
    this.#sortKeys = sortKeys;
    return { starts: count, length };
  }

  #place(
    before: Places,
    block: TurningBlock<Places>,
    octets: Uint8Array,
    size: 4 | 16,
    moves: readonly Move[],
    added: Places,
  ): void {
    if (this.#moved.length < before.length) this.#moved = newNumbers(before.length);
    const kept = this.#moved.subarray(0, movePlaces(before, moves, this.#moved));
    mergePlaces(octets, size, kept, sortByAddress(octets, size, added), block.next(kept.length + added.length));
    block.turn(kept.length + added.length);
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
      if (this.#sortKeys[next] === sortKey) next += 1;
      if (fragment !== undefined) pieces.push({ kind: 'added', fragment });
    }
    keepUntil(this.count);
    return pieces;
  }

  /** The number of fragments with a lesser sort key. */
  #position(sortKey: string): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#sortKeys[middle]! < sortKey) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function addedPlaces(pieces: readonly Piece[]): { readonly ipv4: PlaceList; readonly ipv6: PlaceList } {
  const counts = { ipv4: 0, ipv6: 0 };
  for (const piece of pieces) {
    if (piece.kind === 'kept') continue;
    for (const { count } of piece.fragment.ipv4) counts.ipv4 += count;
    for (const { count } of piece.fragment.ipv6) counts.ipv6 += count;
  }
  return { ipv4: new PlaceList(4, counts.ipv4), ipv6: new PlaceList(16, counts.ipv6) };
}
