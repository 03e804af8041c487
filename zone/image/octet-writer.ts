/**
 * Appends numbers and texts to a block of octets that grows, in network order. What does not fit into its octets is a
 * RangeError, never a wrong image.
 */
import { maxTtlSeconds } from './format.ts';
import { putU32 } from './octets.ts';

export class OctetWriter {
  #octets = takeSpare();
  #length = 0;

  get length(): number {
    return this.#length;
  }

  u8(value: number): void {
    if (value >>> 8 !== 0) throw tooLarge(value);
    if (this.#length === this.#octets.length) this.#grow(1);
    this.#octets[this.#length++] = value;
  }

  u16(value: number): void {
    this.u8(value >>> 8);
    this.u8(value & 0xff);
  }

  /** One octet, or 255 and two octets. */
  count(value: number): void {
    if (value < 255) this.u8(value);
    else {
      this.u8(255);
      this.u16(value);
    }
  }

  u32(value: number): void {
    if (value >>> 0 !== value) throw tooLarge(value);
    if (this.#length + 4 > this.#octets.length) this.#grow(4);
    putU32(this.#octets, this.#length, value);
    this.#length += 4;
  }

  /** Seconds, at most 2^31 - 1 (RFC 2181 §8). */
  ttl(seconds: number): void {
    if (seconds > maxTtlSeconds) throw tooLarge(seconds);
    this.u32(seconds);
  }

  /** One octet per character. */
  text(characters: string): void {
    const { length } = characters;
    if (this.#length + length > this.#octets.length) this.#grow(length);
    let bits = 0;
    for (let i = 0; i < length; i += 1) {
      const octet = characters.charCodeAt(i);
      bits |= octet;
      this.#octets[this.#length++] = octet;
    }
    if (bits > 0xff) throw tooLarge(bits);
  }

  /** A text of at most 255 characters behind its length. */
  shortText(characters: string): void {
    this.u8(characters.length);
    this.text(characters);
  }

  /** Writes the length of what `write` appended, as 32 bits, in front of it. */
  counted(write: () => void): void {
    const at = this.#length;
    this.u32(0);
    write();
    putU32(this.#octets, at, this.#length - at - 4);
  }

  /** What was written. Nothing can be written behind it any more. */
  finish(): Uint8Array {
    const finished = this.#octets.subarray(0, this.#length);
    spare = this.#octets.subarray(this.#length);
    this.#octets = finished;
    return finished;
  }

  #grow(more: number): void {
    const grown = new Uint8Array(Math.max(2 * this.#octets.length, this.#length + more));
    grown.set(this.#octets);
    this.#octets = grown;
  }
}

/** Memory is asked for in large blocks: one for each fragment would cost more than writing it. */
const blockOctets = 64 * 1024;
const leastOctets = 1024;

/** What is left of a block. A writer takes it away, so that no two ever write into the same. */
const nothing = new Uint8Array(0);
let spare = nothing;

function takeSpare(): Uint8Array<ArrayBuffer> {
  const taken = spare.length < leastOctets ? new Uint8Array(blockOctets) : spare;
  spare = nothing;
  return taken;
}

function tooLarge(value: number): RangeError {
  return new RangeError(`${value} does not fit into its octets`);
}
