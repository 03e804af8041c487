/** Reads a request's body up to a bound, whatever its length header says. */
import { readBounded } from '../octets/bounded-stream.ts';

type RequestBody = Uint8Array<ArrayBuffer> | 'too-long' | 'cut-off';

/** A body that says itself that it is too long is not begun; one that is, is not read to its end. */
export async function readBody(request: Request, maxOctets: number): Promise<RequestBody> {
  if (Number(request.headers.get('content-length') ?? 0) > maxOctets) return 'too-long';
  if (request.body === null) return new Uint8Array(0);
  try {
    return (await readBounded(request.body as ReadableStream<Uint8Array<ArrayBuffer>>, maxOctets)) ?? 'too-long';
  } catch {
    return 'cut-off';
  }
}
