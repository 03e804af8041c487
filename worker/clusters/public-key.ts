/**
 * Ed25519 public keys that may be registered. A few points of the curve have a small order: for a key that is one of them,
 * anybody can make signatures that verify, whatever they sign (RFC 8032 §5.1.7 does not refuse them).
 */
import { fromBase64Url } from '../octets/base64url.ts';
import { hexadecimal } from '../octets/sha256.ts';

const publicKeyOctets = 32;

/** Whether it is 32 octets in base64url without padding, and no point of small order. */
export function isPublicKey(value: unknown): value is string {
  if (typeof value !== 'string') return false;
  const octets = fromBase64Url(value);
  return octets?.length === publicKeyOctets && !smallOrder.has(ordinate(octets));
}

/** y, and not the sign of x, which is the highest bit: in hexadecimal, the lowest octet first. */
function ordinate(octets: Uint8Array): string {
  const withoutSign = octets.with(publicKeyOctets - 1, octets[publicKeyOctets - 1]! & 0x7f);
  return hexadecimal(withoutSign);
}

/** Each y of a point whose order divides 8, and each that is one of them modulo p = 2^255 - 19. */
const smallOrder: ReadonlySet<string> = new Set([
  // 0, of order 4.
  '00'.repeat(32),
  // 1, the neutral element.
  `01${'00'.repeat(31)}`,
  // The two of order 8.
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  // -1, of order 2.
  `ec${'ff'.repeat(30)}7f`,
  // p and p + 1, which are 0 and 1.
  `ed${'ff'.repeat(30)}7f`,
  `ee${'ff'.repeat(30)}7f`,
]);
