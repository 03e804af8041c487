/**
 * An image opened for questions: names are found by hash, addresses by binary search, and nothing is copied.
 */
import type { Prefix } from '../address.ts';
import type { Name, RelativeName } from '../name.ts';
import type { RRset, Target } from '../rrset.ts';
import { compareAt, entryCount, lowerBound, placeAt } from './address-index.ts';
import { GroupReader, type ZoneNode } from './group-reader.ts';
import { type ForwardHeader, type ReverseHeader, readImage } from './layout.ts';
import { apexHash, extendHash, findInNameIndex } from './name-index.ts';
import { ImageError, text, u8, u32 } from './octets.ts';

export type OpenedImage =
  | { readonly kind: 'live'; readonly zones: readonly OpenedZone[]; readonly octets: number }
  | { readonly kind: 'retired'; readonly octets: number };

export type OpenedZone = OpenedForwardZone | OpenedReverseZone;

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
  const octets = Uint8Array.from(name, (octet) => octet.charCodeAt(0));
  const starts: number[] = [];
  for (let at = 0; at < octets.length; at += 1 + octets[at]!) starts.push(at);
  return { octets, starts, count: starts.length, end: octets.length };
}

/** The most labels that a group has before its base name. */
const maxPrefixLabels = 2;

/** Checks the header; everything else is checked when it is read. Throws ImageError. */
export function openImage(image: Uint8Array): OpenedImage {
  const { header, section } = readImage(image);
  if (header.kind === 'retired') return { kind: 'retired', octets: image.length };
  let cluster: OpenedForwardZone | undefined;
  const zones = header.zones.map((zone): OpenedZone => {
    if (zone.kind === 'reverse') {
      if (cluster === undefined) throw new ImageError('BAD_IMAGE', 'a reverse zone stands before its cluster zone');
      return new OpenedReverseZone(zone, { 4: section(zone.ipv4), 16: section(zone.ipv6) }, cluster);
    }
    const opened = new OpenedForwardZone(zone, section(zone.nameIndex), section(zone.starts), section(zone.fragments));
    if (zone.kind === 'cluster') cluster = opened;
    return opened;
  });
  return { kind: 'live', zones, octets: image.length };
}

export class OpenedForwardZone {
  readonly kind: 'cluster' | 'clusterset';
  readonly origins: readonly [Name, ...Name[]];
  readonly ttlSeconds: number;
  /** All groups, one behind the other. */
  readonly fragments: Uint8Array;
  readonly #nameIndex: Uint8Array;
  readonly #starts: Uint8Array;

  constructor(header: ForwardHeader, nameIndex: Uint8Array, starts: Uint8Array, fragments: Uint8Array) {
    this.kind = header.kind;
    this.origins = header.origins;
    this.ttlSeconds = header.ttlSeconds;
    this.#nameIndex = nameIndex;
    this.#starts = starts;
    this.fragments = fragments;
  }

  /** Undefined when the name does not exist. */
  find(name: RelativeLabels): ZoneNode | undefined {
    const { octets, starts, count, end } = name;
    const startOf = (label: number): number => (label < count ? starts[label]! : end);
    const hashes: number[] = [];
    let hash = apexHash;
    for (let label = count; label >= 0; label -= 1) {
      if (label < count) hash = extendHash(hash, octets, startOf(label), startOf(label + 1));
      if (label <= maxPrefixLabels) hashes[label] = hash;
    }
    for (let label = 0; label <= Math.min(count, maxPrefixLabels); label += 1) {
      const group = this.#group(hashes[label]!, octets, startOf(label), end);
      const node = group?.find(text(octets, startOf(0), startOf(label)) as RelativeName);
      if (node !== undefined) return node;
    }
    return undefined;
  }

  /** The group whose fragment holds the offset `place`. */
  groupAt(place: number): GroupReader {
    let low = 0;
    let high = this.#starts.length / 4;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (u32(this.#starts, 4 * middle) <= place) low = middle;
      else high = middle;
    }
    return new GroupReader(this.fragments, u32(this.#starts, 4 * low));
  }

  #group(hash: number, octets: Uint8Array, from: number, to: number): GroupReader | undefined {
    const { fragments } = this;
    const found = findInNameIndex(this.#nameIndex, hash, (offset) => {
      if (u8(fragments, offset + 4) !== to - from) return false;
      for (let i = from; i < to; i += 1) if (fragments[offset + 5 + i - from] !== octets[i]) return false;
      return true;
    });
    return found === undefined ? undefined : new GroupReader(fragments, found);
  }
}

export class OpenedReverseZone {
  readonly kind = 'reverse';
  readonly ttlSeconds: number;
  readonly prefixes: readonly Prefix[];
  readonly #indexes: Readonly<Record<4 | 16, Uint8Array>>;
  readonly #cluster: OpenedForwardZone;

  constructor(header: ReverseHeader, indexes: Readonly<Record<4 | 16, Uint8Array>>, cluster: OpenedForwardZone) {
    this.ttlSeconds = header.ttlSeconds;
    this.prefixes = header.prefixes;
    this.#indexes = indexes;
    this.#cluster = cluster;
  }

  /** The PTR set of an address, 4 or 16 octets; targets are relative to the cluster zone. */
  pointers(address: readonly number[]): Extract<RRset, { type: 'PTR' }> | undefined {
    const index = this.#indexes[address.length === 4 ? 4 : 16];
    const { fragments } = this.#cluster;
    const targets = new Map<string, Target>();
    let ttlSeconds = Number.POSITIVE_INFINITY;
    for (let i = lowerBound(index, fragments, address); i < entryCount(index); i += 1) {
      const place = placeAt(index, i);
      if (compareAt(fragments, place, address) !== 0) break;
      const group = this.#cluster.groupAt(place);
      const name = group.nameOfAddressAt(place);
      targets.set(name, { kind: 'relative', name });
      ttlSeconds = Math.min(ttlSeconds, group.ttlSeconds);
    }
    return targets.size === 0 ? undefined : { type: 'PTR', ttlSeconds, targets: [...targets.values()] };
  }

  /** Whether an address of the family begins with these octets, and then with this half octet if one is given. */
  hasBelow(size: 4 | 16, octets: readonly number[], halfOctet?: number): boolean {
    const index = this.#indexes[size];
    const { fragments } = this.#cluster;
    const i = lowerBound(index, fragments, halfOctet === undefined ? octets : [...octets, halfOctet << 4]);
    if (i === entryCount(index)) return false;
    const place = placeAt(index, i);
    if (compareAt(fragments, place, octets) !== 0) return false;
    return halfOctet === undefined || u8(fragments, place + octets.length) >> 4 === halfOctet;
  }
}
