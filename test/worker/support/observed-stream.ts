/** A stream as Workers KV gives it, one that can fill buffers; with a look at what is pulled out of it. */

type Octets = Uint8Array<ArrayBuffer>;

/**
 * The same octets, none of them before they are asked for. `onRead` is told how many come with each read, at the end too;
 * what it throws ends the stream as an error.
 */
export function observedStream(source: ReadableStream<Octets>, onRead: (octets: number) => void) {
  const reader = source.getReader();
  const pull = async (controller: ReadableByteStreamController): Promise<void> => {
    const { done, value } = await reader.read();
    onRead(value?.length ?? 0);
    if (!done) {
      controller.enqueue(value);
      return;
    }
    controller.close();
    controller.byobRequest?.respond(0);
  };
  const stream: unknown = new ReadableStream(
    { type: 'bytes', pull, cancel: () => reader.cancel() },
    { highWaterMark: 0 },
  );
  return stream as ReadableStream<Octets>;
}

/** As `observedStream`, of octets that are at hand; in pieces, as from a network. */
export function octetStream(octets: Octets, onRead: (octets: number) => void, pieceOctets = 4096) {
  let at = 0;
  const source = new ReadableStream<Octets>(
    {
      pull: (controller) => {
        const piece = octets.subarray(at, at + pieceOctets);
        at += piece.length;
        if (piece.length === 0) controller.close();
        else controller.enqueue(piece.slice());
      },
    },
    { highWaterMark: 0 },
  );
  return observedStream(source, onRead);
}
