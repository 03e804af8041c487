/** Octets that are put together, and taken away in pieces. */

/** So many cost little beside what is in them: each piece takes its way to the client by itself. */
const pieceOctets = 256 * 1024;

export class OctetPieces {
  #octets = new Uint8Array(pieceOctets + pieceOctets / 4);
  #length = 0;

  get isEmpty(): boolean {
    return this.#length === 0;
  }

  get isFull(): boolean {
    return this.#length >= pieceOctets;
  }

  put(octets: Uint8Array): void {
    if (this.#length + octets.length > this.#octets.length) this.#grow(octets.length);
    this.#octets.set(octets, this.#length);
    this.#length += octets.length;
  }

  /** A few of them, which costs less than `put` then. */
  copy(octets: Uint8Array, start: number, end: number): void {
    let length = this.#length;
    if (length + end - start > this.#octets.length) this.#grow(end - start);
    const own = this.#octets;
    for (let at = start; at < end; at += 1) {
      own[length] = octets[at]!;
      length += 1;
    }
    this.#length = length;
  }

  /** What was put together since the last time. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = this.#octets.slice(0, this.#length);
    this.#length = 0;
    return taken;
  }

  #grow(octets: number): void {
    const larger = new Uint8Array(2 * (this.#length + octets));
    larger.set(this.#octets);
    this.#octets = larger;
  }
}
