/** Reads a request's body up to a bound, whatever its length header says. */

/** Undefined when the body is longer than `maxOctets`; reading stops there. */
export async function readBoundedBody(request: Request, maxOctets: number): Promise<Uint8Array | undefined> {
  if (Number(request.headers.get('content-length') ?? 0) > maxOctets) return undefined;
  if (request.body === null) return new Uint8Array(0);
  return readBoundedStream(request.body, maxOctets);
}

/** As above, for any stream; one that is too long is cancelled. */
export async function readBoundedStream(
  stream: ReadableStream<Uint8Array>,
  maxOctets: number,
): Promise<Uint8Array | undefined> {
  const reader = stream.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > maxOctets) {
      await reader.cancel();
      return undefined;
    }
    chunks.push(value);
  }
  const [only] = chunks;
  if (only !== undefined && chunks.length === 1) return only;
  const octets = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    octets.set(chunk, at);
    at += chunk.length;
  }
  return octets;
}
