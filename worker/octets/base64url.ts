/** Octets as text: base64url without padding (RFC 4648 §5), as in a question's `dns` parameter, keys and signatures. */

import { smallOctets } from './small-octets.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
/** Of characters outside the alphabet: negative, as is all that is put together from it. */
const noDigit = -1;
const digits = new Int8Array(128).fill(noDigit);
for (let digit = 0; digit < alphabet.length; digit += 1) digits[alphabet.charCodeAt(digit)] = digit;

/** Of the text from `start` on; undefined when that is anything else. */
export function fromBase64Url(text: string, start = 0): Uint8Array<ArrayBuffer> | undefined {
  const end = text.length;
  const length = end - start;
  const left = length % 4;
  if (left === 1) return undefined;
  const octets = smallOctets((length * 3) >> 2);
  let written = 0;
  for (let at = start; at < end - left; at += 4) {
    const value = (digitAt(text, at) << 18) | (digitAt(text, at + 1) << 12) | pairAt(text, at + 2);
    if (value < 0) return undefined;
    octets[written] = value >> 16;
    octets[written + 1] = value >> 8;
    octets[written + 2] = value;
    written += 3;
  }
  if (left === 0) return octets;
  const first = pairAt(text, end - left);
  const value = left === 2 ? first >> 4 : (first << 4) | (digitAt(text, end - 1) >> 2);
  if (value < 0) return undefined;
  if (left === 3) {
    octets[written] = value >> 8;
    written += 1;
  }
  octets[written] = value;
  return octets;
}

function pairAt(text: string, at: number): number {
  return (digitAt(text, at) << 6) | digitAt(text, at + 1);
}

function digitAt(text: string, at: number): number {
  const character = text.charCodeAt(at);
  return character < digits.length ? digits[character]! : noDigit;
}
