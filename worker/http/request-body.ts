/** Reads a request's body up to a bound. One that says its length has no more: the platform sees to that. */
import { readBounded } from '../octets/bounded-stream.ts';

export type RequestBody = Uint8Array<ArrayBuffer> | 'too-long' | 'cut-off';

/** A body that says itself that it is too long is not begun; one that is, is not read to its end. */
export async function readBody(request: Request, maxOctets: number): Promise<RequestBody> {
  const length = request.headers.get('content-length');
  if (Number(length ?? 0) > maxOctets) return 'too-long';
  try {
    // Of one that says how long it is, the platform reads no more.
    if (length !== null) {
      const octets = new Uint8Array(await request.arrayBuffer());
      return octets.length > maxOctets ? 'too-long' : octets;
    }
    if (request.body === null) return new Uint8Array(0);
    return (await readBounded(request.body as ReadableStream<Uint8Array<ArrayBuffer>>, maxOctets)) ?? 'too-long';
  } catch {
    return 'cut-off';
  }
}
