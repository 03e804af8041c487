/**
 * Client tokens: `kd1`, an id, a secret and a check, in lower-case base32; 59 characters, so that a token also fits a
 * label of a host name. The check is a MAC under the Worker's own key, so random tokens are turned away without asking KV.
 */
import { sha256Hexadecimal } from '../octets/sha256.ts';
import { equalInConstantTime, hmacSha256 } from './secret.ts';

/** What a token says of itself; nothing of it is trusted before `isOwnToken`. */
export interface TokenParts {
  readonly id: string;
  readonly secret: string;
  readonly check: string;
}

const prefix = 'kd1';
const idOctets = 5;
const secretOctets = 20;
const checkOctets = 10;

/** Undefined when the text is not of a token's form. */
export function parseToken(text: string): TokenParts | undefined {
  const match = /^kd1([a-z2-7]{8})([a-z2-7]{32})([a-z2-7]{16})$/.exec(text);
  return match === null ? undefined : { id: match[1]!, secret: match[2]!, check: match[3]! };
}

/** A new token; `random` fills octets. */
export async function createToken(
  tokenKey: string,
  random: (octets: Uint8Array) => Uint8Array,
): Promise<TokenParts & { readonly text: string }> {
  const id = base32(random(new Uint8Array(idOctets)));
  const secret = base32(random(new Uint8Array(secretOctets)));
  const check = await checkOf(id, secret, tokenKey);
  return { id, secret, check, text: `${prefix}${id}${secret}${check}` };
}

/** Whether the check is this Worker's. */
export async function isOwnToken(token: TokenParts, tokenKey: string): Promise<boolean> {
  return equalInConstantTime(await checkOf(token.id, token.secret, tokenKey), token.check);
}

/** What is stored of the secret. It has 160 random bits, so a plain hash cannot be guessed back. */
export function hashOfSecret(secret: string): Promise<string> {
  return sha256Hexadecimal(secret);
}

async function checkOf(id: string, secret: string, tokenKey: string): Promise<string> {
  const mac = await hmacSha256(tokenKey, `kube-doh token\n${id}${secret}`);
  return base32(mac.subarray(0, checkOctets));
}

/** RFC 4648 §6 in lower case; the number of octets must be a multiple of five, so there is no padding. */
function base32(octets: Uint8Array): string {
  const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';
  let text = '';
  let bits = 0;
  let value = 0;
  for (const octet of octets) {
    value = (value << 8) | octet;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += alphabet[(value >> bits) & 31];
    }
    value &= (1 << bits) - 1;
  }
  return text;
}
