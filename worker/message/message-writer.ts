/**
 * A message while it is written, up to a fixed limit. Whether there is room is asked before writing, once per record; the
 * writes themselves do not check it.
 */
import { smallOctets } from '../octets/small-octets.ts';
import { maxMessageOctets } from './layout.ts';

/** All messages are written in one place, one after the other, and copied out of it when they are whole. */
const sharedOctets = new Uint8Array(maxMessageOctets);

export class MessageWriter {
  readonly octets = sharedOctets;
  /** Octets written so far. */
  length = 0;
  readonly #maxOctets: number;

  /** At most the octets that a message may have. What another writer was about is lost. */
  constructor(maxOctets: number) {
    this.#maxOctets = maxOctets;
  }

  /** Whether `count` more octets keep to the limit. */
  hasRoom(count: number): boolean {
    return this.length + count <= this.#maxOctets;
  }

  /** What was written. */
  message(): Uint8Array<ArrayBuffer> {
    const octets = smallOctets(this.length);
    for (let i = 0; i < octets.length; i += 1) octets[i] = this.octets[i]!;
    return octets;
  }

  octet(value: number): void {
    this.octets[this.length] = value;
    this.length += 1;
  }

  uint16(value: number): void {
    this.uint16At(this.length, value);
    this.length += 2;
  }

  uint32(value: number): void {
    const { octets, length } = this;
    octets[length] = value >>> 24;
    octets[length + 1] = value >>> 16;
    octets[length + 2] = value >>> 8;
    octets[length + 3] = value;
    this.length = length + 4;
  }

  uint16At(at: number, value: number): void {
    this.octets[at] = value >>> 8;
    this.octets[at + 1] = value;
  }

  zeros(count: number): void {
    const { octets, length } = this;
    for (let i = 0; i < count; i += 1) octets[length + i] = 0;
    this.length = length + count;
  }

  /** `count` octets of `source` from `start` on. */
  bytesOf(source: Uint8Array, start: number, count: number): void {
    const { octets, length } = this;
    for (let i = 0; i < count; i += 1) octets[length + i] = source[start + i]!;
    this.length = length + count;
  }

  /** Characters `start` to `end` of a string that has one character per octet. */
  characters(text: string, start: number, end: number): void {
    const { octets, length } = this;
    for (let i = start; i < end; i += 1) octets[length + i - start] = text.charCodeAt(i);
    this.length = length + end - start;
  }

  /** Repeats octets written before. */
  repeat(start: number, end: number): void {
    this.octets.copyWithin(this.length, start, end);
    this.length += end - start;
  }
}
