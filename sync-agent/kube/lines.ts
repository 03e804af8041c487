/** Lines out of chunks of octets. A line ends with a line feed; a last line without one was cut off. */
import { KubeError } from './error.ts';

const lineFeed = 0x0a;

/** Cuts chunk after chunk. Octets are decoded line by line, so a character may be split over chunks. */
export class LineCutter {
  readonly #maxLineBytes: number;
  /** Of the line that has not ended yet. */
  #pieces: Uint8Array[] = [];
  #pieceBytes = 0;

  constructor(maxLineBytes: number) {
    this.#maxLineBytes = maxLineBytes;
  }

  /**
   * Each line that ends in the chunk as text, without its line feed; empty lines are left out. To be read to the end before
   * the next chunk. Throws KubeError: BAD_RESPONSE for a line of more than `maxLineBytes`.
   */
  *linesOf(chunk: Uint8Array): Generator<string, void, undefined> {
    let start = 0;
    for (let end = chunk.indexOf(lineFeed); end !== -1; end = chunk.indexOf(lineFeed, start)) {
      this.#keep(chunk.subarray(start, end));
      const line = this.#take();
      start = end + 1;
      if (line !== '' && line !== '\r') yield line;
    }
    if (start < chunk.length) this.#keep(chunk.subarray(start));
  }

  /** After the last chunk. Throws KubeError: DISCONNECTED when it has ended within a line. */
  end(): void {
    if (this.#pieceBytes > 0)
      throw new KubeError('DISCONNECTED', 'the API server ended a watch in the middle of an event');
  }

  #keep(piece: Uint8Array): void {
    this.#pieces.push(piece);
    this.#pieceBytes += piece.length;
    if (this.#pieceBytes <= this.#maxLineBytes) return;
    throw new KubeError('BAD_RESPONSE', `the API server sent a line of more than ${this.#maxLineBytes} bytes`);
  }

  #take(): string {
    const [first] = this.#pieces;
    // Mostly a line is one piece of one chunk, which needs no copy.
    const isWhole = this.#pieces.length === 1 && first !== undefined;
    const octets = isWhole ? asBuffer(first) : Buffer.concat(this.#pieces, this.#pieceBytes);
    this.#pieces = [];
    this.#pieceBytes = 0;
    return octets.toString('utf8');
  }
}

function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
