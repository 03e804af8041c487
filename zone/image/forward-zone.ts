/**
 * Finds names in a forward zone of an image.
 */
import type { Name, RelativeName } from '../name.ts';
import { groupLimits, minGroupOctets } from './format.ts';
import { emptyNode, type ZoneNode } from './group/zone-node.ts';
import { GroupReader } from './group-reader.ts';
import type { ForwardHeader } from './layout.ts';
import { apexHash, checkedNameTable, extendHash, findFragment, type NameTable } from './name-index.ts';
import { damaged, text, u32 } from './octets.ts';

/** The part of a question's name that lies below a zone's apex: folded octets and where each label begins. */
export interface RelativeLabels {
  readonly octets: Uint8Array;
  /** Offsets of the length octets, leftmost label first; only the first `count` are below the apex. */
  readonly starts: ArrayLike<number>;
  readonly count: number;
  /** Where the apex begins. */
  readonly end: number;
}

/** A relative name as the part of a question that it would be. */
export function relativeLabels(name: RelativeName): RelativeLabels {
  const octets = new Uint8Array(name.length);
  for (let i = 0; i < octets.length; i += 1) octets[i] = name.charCodeAt(i);
  const starts: number[] = [];
  for (let at = 0; at < octets.length; at += 1 + octets[at]!) starts.push(at);
  return { octets, starts, count: starts.length, end: octets.length };
}

/** Of the name that is being looked for: where what may be a base name begins, and its hash. */
const froms = new Int32Array(groupLimits.prefixLabels + 1);
const hashes = new Int32Array(groupLimits.prefixLabels + 1);

export class OpenedForwardZone {
  readonly kind: 'cluster' | 'clusterset';
  readonly origins: readonly [Name, ...Name[]];
  readonly ttlSeconds: number;
  /** All groups, one behind the other. */
  readonly fragments: Uint8Array;
  readonly #names: NameTable;
  readonly #starts: readonly number[];

  /** Throws ImageError. */
  constructor(header: ForwardHeader, nameIndex: Uint8Array, fragments: Uint8Array) {
    this.kind = header.kind;
    this.origins = header.origins;
    this.ttlSeconds = header.ttlSeconds;
    this.fragments = fragments;
    this.#starts = startsOf(fragments);
    this.#names = checkedNameTable({ index: nameIndex, fragments, fragmentCount: this.#starts.length });
  }

  /** Undefined when the name does not exist. Throws ImageError. */
  find({ octets, starts, count, end }: RelativeLabels): ZoneNode | undefined {
    // Where a base name may begin: at the name itself, or behind as many labels as a group has before it.
    const last = Math.min(count, groupLimits.prefixLabels);
    for (let label = 0; label <= last; label += 1) froms[label] = label < count ? starts[label]! : end;
    let hash = extendHash(apexHash, octets, froms[last]!, end);
    hashes[last] = hash;
    for (let label = last - 1; label >= 0; label -= 1) {
      hash = extendHash(hash, octets, froms[label]!, froms[label + 1]!);
      hashes[label] = hash;
    }
    const nameFrom = froms[0]!;
    let exists = false;
    for (let label = 0; label <= last; label += 1) {
      const from = froms[label]!;
      const start = findFragment(this.#names, hashes[label]!, octets, from, end);
      if (start === undefined) continue;
      const found = new GroupReader(this.fragments, start).find(octets, nameFrom, from);
      if (found === 'empty') exists = true;
      else if (found !== undefined) return found;
    }
    return exists ? emptyNode(text(octets, nameFrom, end) as RelativeName) : undefined;
  }

  /** The group whose fragment holds the offset `place`. Throws ImageError. */
  groupAt(place: number): GroupReader {
    let low = 0;
    let high = this.#starts.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (this.#starts[middle]! <= place) low = middle;
      else high = middle;
    }
    const start = this.#starts[low];
    if (start === undefined) throw damaged('the address index points to a group, and there is none');
    return new GroupReader(this.fragments, start);
  }
}

/** Where each fragment begins. They lie side by side, so what is read in one is not read in another. */
function startsOf(fragments: Uint8Array): number[] {
  const starts: number[] = [];
  let at = 0;
  while (at < fragments.length) {
    const octets = u32(fragments, at);
    if (octets < minGroupOctets) throw damaged('a group is too short');
    if (4 + octets > groupLimits.octets) throw damaged('a group is too long');
    starts.push(at);
    at += 4 + octets;
  }
  if (at !== fragments.length) throw damaged('a group reaches behind its end');
  return starts;
}
