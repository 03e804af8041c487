/** Reads a stream up to a bound, whatever was said of its length. */

type Octets = Uint8Array<ArrayBuffer>;

/**
 * Undefined when there are more than `maxOctets`; the stream is cancelled then. Throws what the stream throws.
 *
 * `pieceOctets` is for streams that are long: they are read in pieces of that size where the platform can, since each of
 * the 4 KiB that it hands out otherwise costs a turn of its own. One that fits a piece is not copied.
 */
export async function readBounded(
  stream: ReadableStream<Octets>,
  maxOctets: number,
  pieceOctets?: number,
): Promise<Octets | undefined> {
  const pieces = (pieceOctets === undefined ? undefined : piecesOf(stream, pieceOctets)) ?? stream.getReader();
  const read: Octets[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await pieces.read();
    if (done) break;
    length += value.length;
    if (length > maxOctets) {
      await pieces.cancel();
      return undefined;
    }
    read.push(value);
  }
  return joined(read, length);
}

interface Pieces {
  read(): Promise<{ readonly done: false; readonly value: Octets } | { readonly done: true; readonly value?: unknown }>;
  cancel(): Promise<void>;
}

/** What workerd adds to a reader that fills buffers which it is given: fewer octets come at the end alone. */
interface WholePieceReader {
  readAtLeast?(octets: number, into: Octets): Promise<{ done: boolean; value?: Octets }>;
  releaseLock(): void;
  cancel(): Promise<void>;
}

/** Undefined when the stream cannot fill a buffer. */
function piecesOf(stream: ReadableStream<Octets>, pieceOctets: number): Pieces | undefined {
  let reader: WholePieceReader;
  try {
    reader = stream.getReader({ mode: 'byob' });
  } catch {
    return undefined;
  }
  if (reader.readAtLeast === undefined) {
    reader.releaseLock();
    return undefined;
  }
  let isOver = false;
  return {
    read: async () => {
      if (isOver) return { done: true };
      const { done, value } = await reader.readAtLeast!(pieceOctets, new Uint8Array(pieceOctets));
      if (done || value === undefined) return { done: true };
      isOver = value.length < pieceOctets;
      return { done: false, value };
    },
    cancel: () => reader.cancel(),
  };
}

function joined(pieces: readonly Octets[], length: number): Octets {
  const [only] = pieces;
  if (only !== undefined && pieces.length === 1) return only;
  const octets = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    octets.set(piece, at);
    at += piece.length;
  }
  return octets;
}
