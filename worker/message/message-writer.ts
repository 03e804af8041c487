/**
 * A message while it is written, up to a fixed limit. Whether there is room is asked before writing, once per record; the
 * writes themselves do not check it.
 */
import { smallOctets } from '../octets/small-octets.ts';
import { maxMessageOctets } from './layout.ts';

class MessageWriter {
  readonly octets = new Uint8Array(maxMessageOctets);
  /** Octets written so far. */
  length = 0;
  #maxOctets = 0;

  /** Begins a message of at most so many octets, which are no more than one may have. */
  begin(maxOctets: number): void {
    this.length = 0;
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

export type { MessageWriter };

const writer = new MessageWriter();

/** All messages are written in one place, one after the other: what another was about there is lost. */
export function newMessage(maxOctets: number): MessageWriter {
  writer.begin(maxOctets);
  return writer;
}
