/**
 * Address ranges: a pool hands out addresses in order and begins again at its start only when it reaches its end, so an
 * address that was given back is not seen again soon.
 */
import type { IpFamily } from './types.ts';

/** A range of addresses in order; `at(0)` is its first. */
export interface AddressRange {
  readonly family: IpFamily;
  readonly text: string;
  readonly size: number;
  at(index: number): string;
  contains(address: string): boolean;
}

export class AddressPool {
  readonly range: AddressRange;
  #next: number;

  /** `firstIndex` leaves the addresses before it to those who ask for them by name. */
  constructor(range: AddressRange, firstIndex: number) {
    this.range = range;
    this.#next = firstIndex;
  }

  /** The next address that is not in use, or undefined when all are. */
  take(isInUse: (address: string) => boolean): string | undefined {
    for (let tried = 0; tried < this.range.size; tried += 1) {
      const index = this.#next;
      this.#next = (this.#next + 1) % this.range.size;
      const address = this.range.at(index);
      if (isAssignable(address) && !isInUse(address)) return address;
    }
    return undefined;
  }
}

/** All addresses `<prefix>.x.y`, e.g. of 10.244. */
export function ipv4Range(prefix: string): AddressRange {
  return {
    family: 'IPv4',
    text: `${prefix}.0.0/16`,
    size: 65_536,
    at: (index) => `${prefix}.${index >> 8}.${index & 255}`,
    contains: (address) => new RegExp(`^${prefix.replaceAll('.', '\\.')}\\.\\d{1,3}\\.\\d{1,3}$`).test(address),
  };
}

/** All addresses `<prefix>::x`, e.g. of fd00:10:244. */
export function ipv6Range(prefix: string): AddressRange {
  return {
    family: 'IPv6',
    text: `${prefix}::/112`,
    size: 65_536,
    at: (index) => `${prefix}::${index.toString(16)}`,
    contains: (address) => new RegExp(`^${prefix}::[0-9a-f]{1,4}$`).test(address),
  };
}

/** Not the ones that look like a network's or a broadcast address. */
function isAssignable(address: string): boolean {
  return !/(\.0|\.255|::0)$/.test(address);
}
