/** Octets as text: base64url without padding (RFC 4648 §5), as in a question's `dns` parameter, keys and signatures. */

import { smallOctets } from './small-octets.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
/** Of characters outside the alphabet; as a signed number it has the upper bits set that no digit has. */
const noDigit = -1;
const digits = new Int8Array(128).fill(noDigit);
for (let digit = 0; digit < alphabet.length; digit += 1) digits[alphabet.charCodeAt(digit)] = digit;

/** Undefined when the text is anything else. */
export function fromBase64Url(text: string): Uint8Array<ArrayBuffer> | undefined {
  const { length } = text;
  if (length % 4 === 1) return undefined;
  const octets = smallOctets((length * 3) >> 2);
  let written = 0;
  let bits = 0;
  let value = 0;
  for (let at = 0; at < length; at += 1) {
    const digit = digits[text.charCodeAt(at)] ?? noDigit;
    if (digit === noDigit) return undefined;
    value = (value << 6) | digit;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    octets[written] = value >> bits;
    written += 1;
  }
  return octets;
}
