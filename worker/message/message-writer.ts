/**
 * One growing array of octets, up to a fixed limit. Room is asked for before writing, once per record; the writes
 * themselves do not check it.
 */
export class MessageWriter {
  octets: Uint8Array<ArrayBuffer>;
  /** Octets written so far. */
  length = 0;
  readonly #maxOctets: number;

  constructor(maxOctets: number) {
    // Room for any header and question; most answers fit without growing.
    this.octets = new Uint8Array(Math.min(512, maxOctets));
    this.#maxOctets = maxOctets;
  }

  /** Makes room for `count` more octets; false, and nothing changed, when that would pass the limit. */
  makeRoom(count: number): boolean {
    const needed = this.length + count;
    if (needed <= this.octets.length) return true;
    if (needed > this.#maxOctets) return false;
    const grown = new Uint8Array(Math.min(this.#maxOctets, Math.max(needed, 2 * this.octets.length)));
    grown.set(this.octets);
    this.octets = grown;
    return true;
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
    this.octets.fill(0, this.length, this.length + count);
    this.length += count;
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
