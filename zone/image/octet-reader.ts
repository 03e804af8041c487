/**
 * Reads octets one behind the other. Reading past the end is an ImageError.
 */
import { afterCount, count, damaged, text, ttl, u8, u16, u32 } from './octets.ts';

export class OctetReader {
  /** Keeps compiled code (docs/decisions/0021-shapes-that-stay.md). */
  static readonly shape = new OctetReader(new Uint8Array(0));

  readonly #octets: Uint8Array;
  #at: number;

  constructor(octets: Uint8Array, at = 0) {
    this.#octets = octets;
    this.#at = at;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#octets.length;
  }

  u8(): number {
    this.#at += 1;
    return u8(this.#octets, this.#at - 1);
  }

  u16(): number {
    this.#at += 2;
    return u16(this.#octets, this.#at - 2);
  }

  u32(): number {
    this.#at += 4;
    return u32(this.#octets, this.#at - 4);
  }

  /** Seconds, at most 2^31 - 1. */
  ttl(): number {
    this.#at += 4;
    return ttl(this.#octets, this.#at - 4);
  }

  /** One octet, or 255 and two octets. */
  count(): number {
    const value = count(this.#octets, this.#at);
    this.#at = afterCount(this.#octets, this.#at);
    return value;
  }

  text(length: number): string {
    this.#at += length;
    return text(this.#octets, this.#at - length, this.#at);
  }

  /** A text of at most 255 characters behind its length. */
  shortText(): string {
    return this.text(this.u8());
  }

  /** The octets behind a length of 32 bits, at most so many, to be read by themselves. */
  counted(most = Number.POSITIVE_INFINITY): OctetReader {
    const length = this.u32();
    if (length > most) throw damaged('a part is too long');
    this.#at += length;
    if (this.#at > this.#octets.length) throw damaged('a part reaches behind its whole');
    return new OctetReader(this.#octets.subarray(this.#at - length, this.#at));
  }

  /** What `read` gives, until the end. */
  rest<T>(read: () => T): T[] {
    const items: T[] = [];
    while (!this.isAtEnd) items.push(read());
    return items;
  }
}
