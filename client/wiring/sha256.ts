/** By which a file is known to be as it was left. */
import { createHash } from 'node:crypto';

/** In hexadecimal. */
export function sha256(octets: Uint8Array): string {
  return createHash('sha256').update(octets).digest('hex');
}
