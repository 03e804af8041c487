/** Lines out of chunks of octets. A line ends with a line feed; a last line without one was cut off. */
import { KubeError } from './error.ts';

const lineFeed = 0x0a;

/**
 * Yields each line as text, without its line feed; empty lines are left out. Octets are decoded line by line, so a
 * character may be split over chunks. Throws KubeError: BAD_RESPONSE for a line of more than `maxLineBytes`,
 * DISCONNECTED when the chunks end within a line.
 */
export async function* linesOf(
  chunks: AsyncIterable<Uint8Array>,
  maxLineBytes: number,
): AsyncGenerator<string, void, undefined> {
  let pieces: Uint8Array[] = [];
  let pieceBytes = 0;
  const keep = (piece: Uint8Array): void => {
    pieces.push(piece);
    pieceBytes += piece.length;
    if (pieceBytes > maxLineBytes) {
      throw new KubeError('BAD_RESPONSE', `the API server sent a line of more than ${maxLineBytes} bytes`);
    }
  };
  /** Mostly a line is one piece of one chunk, which needs no copy. */
  const decoded = (): string => {
    const [first] = pieces;
    const octets = pieces.length === 1 && first !== undefined ? asBuffer(first) : Buffer.concat(pieces, pieceBytes);
    return octets.toString('utf8');
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(lineFeed); end !== -1; end = chunk.indexOf(lineFeed, start)) {
      keep(chunk.subarray(start, end));
      const line = decoded();
      pieces = [];
      pieceBytes = 0;
      start = end + 1;
      if (line !== '' && line !== '\r') yield line;
    }
    if (start < chunk.length) keep(chunk.subarray(start));
  }
  if (pieceBytes > 0) throw new KubeError('DISCONNECTED', 'the API server ended a watch in the middle of an event');
}

function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
