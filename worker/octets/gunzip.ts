/** Inflates gzip data (RFC 1952) up to a bound. */
import { createGunzip, gunzipSync } from 'node:zlib';

/**
 * 'too-long' when more than `maxOctets` would come out; inflating stops there. Throws when the data is not gzip.
 *
 * Not by DecompressionStream: workerd's inflates all that it is given before the first octet is read, so a reader cannot
 * stop it, and 16 MiB may become 16 GiB.
 */
export function gunzip(data: Uint8Array, maxOctets: number): Uint8Array<ArrayBuffer> | 'too-long' {
  try {
    const { buffer, byteOffset, length } = gunzipSync(data, { maxOutputLength: maxOctets });
    return new Uint8Array(buffer, byteOffset, length);
  } catch (error) {
    if (error instanceof RangeError) return 'too-long';
    throw error;
  }
}

/** Large enough that a piece costs little beside what is in it. */
const pieceOctets = 128 * 1024;

/** The same piece by piece, so that nobody holds all of it; who has read enough stops. Throws when the data is not gzip. */
export function inflated(data: Uint8Array): AsyncIterable<Uint8Array> {
  const pieces = createGunzip({ chunkSize: pieceOctets });
  pieces.end(data);
  return pieces;
}
