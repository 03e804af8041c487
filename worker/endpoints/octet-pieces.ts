/** Octets that are put together, and taken away in pieces. */

/** So many cost little beside what is in them: each piece takes its way to the client by itself. */
const pieceOctets = 512 * 1024;

export class OctetPieces {
  /** How many were put together since the last piece. */
  length = 0;
  #octets = new Uint8Array(pieceOctets + pieceOctets / 4);

  get isFull(): boolean {
    return this.length >= pieceOctets;
  }

  /** With room for so many more behind those that were put together; whoever writes them sets `length`. */
  withRoom(octets: number): Uint8Array {
    if (this.length + octets > this.#octets.length) {
      const larger = new Uint8Array(2 * (this.length + octets));
      larger.set(this.#octets);
      this.#octets = larger;
    }
    return this.#octets;
  }

  put(octets: Uint8Array): void {
    this.withRoom(octets.length).set(octets, this.length);
    this.length += octets.length;
  }

  /** What was put together since the last time. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = this.#octets.slice(0, this.length);
    this.length = 0;
    return taken;
  }
}
