/**
 * Reads RDATA from its start to its end. What is not there is read as nothing, and said at the end: one look at `isWhole`
 * tells whether all that was read was there, and nothing more.
 */
import { type Address, addressFromOctets } from '../../zone/address.ts';
import { maxLabelOctets, maxNameOctets, root, type SpelledName } from '../../zone/name.ts';

export class DataReader {
  readonly #octets: Uint8Array;
  #at = 0;
  #isCut = false;

  constructor(octets: Uint8Array) {
    this.#octets = octets;
  }

  /** Whether the end was reached, and no more was read than there is. */
  get isWhole(): boolean {
    return !this.#isCut && this.#at === this.#octets.length;
  }

  get hasMore(): boolean {
    return !this.#isCut && this.#at < this.#octets.length;
  }

  uint8(): number {
    return this.#uint(1);
  }

  uint16(): number {
    return this.#uint(2);
  }

  uint32(): number {
    return this.#uint(4);
  }

  /** One character per octet. */
  characters(count: number): string {
    let text = '';
    for (const octet of this.octets(count)) text += String.fromCharCode(octet);
    return text;
  }

  /** All that is left. */
  rest(): string {
    return this.characters(this.#octets.length - this.#at);
  }

  /** A character string (RFC 1035 §3.3). */
  string(): string {
    return this.characters(this.uint8());
  }

  address(size: 4 | 16): Address {
    const octets = this.octets(size);
    return addressFromOctets(octets.length === size ? octets : new Uint8Array(size));
  }

  /** A name without pointers. */
  name(): SpelledName {
    const start = this.#at;
    for (let length = this.uint8(); length > 0; length = this.uint8()) {
      this.octets(length);
      if (length > maxLabelOctets || this.#at - start >= maxNameOctets) this.#isCut = true;
      if (this.#isCut) return root;
    }
    return String.fromCharCode(...this.#octets.subarray(start, this.#at)) as SpelledName;
  }

  octets(count: number): Uint8Array {
    const end = this.#at + count;
    if (this.#isCut || end > this.#octets.length) {
      this.#isCut = true;
      return new Uint8Array();
    }
    const octets = this.#octets.subarray(this.#at, end);
    this.#at = end;
    return octets;
  }

  #uint(count: number): number {
    return this.octets(count).reduce((value, octet) => value * 256 + octet, 0);
  }
}
