/**
 * Bodies that are written as they are read, so that a long one takes no more memory than a short one. What fails on the way
 * breaks the body off: nobody takes what came so far for the whole.
 */

type Pieces<Piece> = AsyncIterator<Piece, unknown, undefined> | Iterator<Piece, unknown, undefined>;

/** Pieces, none of them empty, as far as somebody takes them. `onFailure` hears what they throw. */
export function streamed(
  pieces: Pieces<Uint8Array<ArrayBuffer>>,
  onFailure: (error: unknown) => void,
): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull: async (stream) => {
      try {
        const { done, value } = await pieces.next();
        if (done) stream.close();
        else stream.enqueue(value);
      } catch (error) {
        onFailure(error);
        throw error;
      }
    },
    cancel: async () => {
      await pieces.return?.();
    },
  });
}
