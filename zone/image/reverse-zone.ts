/**
 * Finds the names that addresses point to, in the reverse zone of an image.
 */
import type { Prefix } from '../address.ts';
import type { RelativeName } from '../name.ts';
import type { RRset } from '../rrset.ts';
import { checkAddressIndex, compareAt, entryCount, lowerBound, placeAt } from './address-index.ts';
import { maxTtlSeconds } from './format.ts';
import type { OpenedForwardZone } from './forward-zone.ts';
import { maxRecords } from './group/sets.ts';
import type { ReverseHeader } from './layout.ts';
import { damaged, u8 } from './octets.ts';

export class OpenedReverseZone {
  readonly kind = 'reverse';
  readonly ttlSeconds: number;
  readonly prefixes: readonly Prefix[];
  readonly #ipv4: Uint8Array;
  readonly #ipv6: Uint8Array;
  readonly #cluster: OpenedForwardZone;

  /** Throws ImageError. */
  constructor(header: ReverseHeader, ipv4: Uint8Array, ipv6: Uint8Array, cluster: OpenedForwardZone) {
    checkAddressIndex(ipv4);
    checkAddressIndex(ipv6);
    this.ttlSeconds = header.ttlSeconds;
    this.prefixes = header.prefixes;
    this.#ipv4 = ipv4;
    this.#ipv6 = ipv6;
    this.#cluster = cluster;
  }

  /**
   * The PTR set of an address, 4 or 16 octets; targets are relative to the cluster zone. Of several names only those count
   * of which `counts` says so: the others might as well not be there. Throws ImageError.
   */
  pointers(
    address: readonly number[],
    counts?: (name: RelativeName) => boolean,
  ): Extract<RRset, { type: 'PTR' }> | undefined {
    const places = this.#placesOf(address);
    let names: RelativeName[] = [];
    let areOwn = false;
    let ttlSeconds = maxTtlSeconds;
    for (let next = 0; next < places.length; ) {
      const group = this.#cluster.groupAt(places[next]!);
      // Places ascend, so those in one group are neighbours, and no group is read twice.
      const inGroup: [number, ...number[]] = [places[next]!];
      for (next += 1; next < places.length && places[next]! < group.end; next += 1) inGroup.push(places[next]!);
      const pointers = group.pointersAt(inGroup);
      const counted = counts === undefined ? pointers.names : pointers.names.filter(counts);
      if (counted.length === 0) continue;
      // Where an address is some base name's own, the hosts that have it do not count, in whatever group they are.
      if (areOwn && !pointers.areOwn) continue;
      if (pointers.areOwn && !areOwn) {
        areOwn = true;
        names = [];
        ttlSeconds = maxTtlSeconds;
      }
      for (const name of counted) names.push(name);
      ttlSeconds = Math.min(ttlSeconds, group.ttlSeconds);
    }
    if (names.length === 0) return undefined;
    const distinct = names.length === 1 ? names : [...new Set(names)];
    return { type: 'PTR', ttlSeconds, targets: distinct.map((name) => ({ kind: 'relative', name })) };
  }

  /** Whether an address of the family begins with these octets, and then with this half octet if one is given. */
  hasBelow(size: 4 | 16, octets: readonly number[], halfOctet?: number): boolean {
    const index = this.#indexOf(size);
    const { fragments } = this.#cluster;
    const i = lowerBound(index, fragments, halfOctet === undefined ? octets : [...octets, halfOctet << 4]);
    if (i === entryCount(index)) return false;
    const place = placeAt(index, i);
    if (compareAt(fragments, place, octets) !== 0) return false;
    return halfOctet === undefined || u8(fragments, place + octets.length) >> 4 === halfOctet;
  }

  #placesOf(address: readonly number[]): number[] {
    const index = this.#indexOf(address.length);
    const { fragments } = this.#cluster;
    const places: number[] = [];
    const first = lowerBound(index, fragments, address);
    for (let i = first; i < entryCount(index) && places.length < maxRecords; i += 1) {
      const place = placeAt(index, i);
      if (compareAt(fragments, place, address) !== 0) break;
      if (i > first && place <= places[places.length - 1]!) throw damaged('the address index is out of order');
      places.push(place);
    }
    return places;
  }

  #indexOf(size: number): Uint8Array {
    return size === 4 ? this.#ipv4 : this.#ipv6;
  }
}
