/** UUIDs that follow from what they name (RFC 9562 §5.5, version 5). */
import { createHash } from 'node:crypto';

/** RFC 9562 §6.6: names that are URLs. */
const urlNamespace = '6ba7b8119dad11d180b400c04fd430c8';

/** In capitals, as Apple writes them. */
export function uuidOf(url: string): string {
  const hash = createHash('sha1').update(Buffer.from(urlNamespace, 'hex')).update(url).digest().subarray(0, 16);
  hash[6] = (hash[6]! & 0x0f) | 0x50;
  hash[8] = (hash[8]! & 0x3f) | 0x80;
  const digits = hash.toString('hex').toUpperCase();
  return [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)].join(
    '-',
  );
}
