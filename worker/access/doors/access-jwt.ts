/**
 * JWTs in their compact form, signed with RS256 (RFC 7515 §7.1, RFC 7518 §3.3): the only ones that Cloudflare Access makes.
 * The platform verifies; all that is done here is to take the parts apart, and to take nothing else.
 */
import { fromBase64Url } from '../../octets/base64url.ts';

export interface Jwt {
  readonly keyId: string;
  /** Header and payload as they were signed. */
  readonly signed: Uint8Array<ArrayBuffer>;
  readonly signature: Uint8Array<ArrayBuffer>;
  /** Nobody vouches for them before `isSignedWith`. */
  readonly claims: Readonly<Record<string, unknown>>;
}

/** A public key (RFC 7517 §4, RFC 7518 §6.3.1), as somebody publishes it. */
export interface RsaKey {
  readonly kty: 'RSA';
  readonly kid: string;
  readonly n?: string;
  readonly e?: string;
}

const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' } as const;
/** RFC 7518 §3.3. */
const minModulusBits = 2048;

/** Undefined for any other text. */
export function parseJwt(text: string): Jwt | undefined {
  const [header = '', payload = '', signature = '', ...more] = text.split('.');
  const fields = jsonObject(fromBase64Url(header));
  const claims = jsonObject(fromBase64Url(payload));
  const octets = fromBase64Url(signature);
  if (fields === undefined || claims === undefined || octets === undefined || more.length > 0) return undefined;
  const { alg, kid, crit } = fields;
  // RFC 7515 §4.1.11: what must be understood is not understood here.
  if (alg !== 'RS256' || typeof kid !== 'string' || crit !== undefined) return undefined;
  return { keyId: kid, signed: new TextEncoder().encode(`${header}.${payload}`), signature: octets, claims };
}

/** A key that cannot be used has signed nothing. */
export async function isSignedWith({ signed, signature }: Jwt, jwk: RsaKey): Promise<boolean> {
  try {
    const key = await crypto.subtle.importKey('jwk', jwk, algorithm, false, ['verify']);
    const { modulusLength } = key.algorithm as { readonly modulusLength?: number };
    return Number(modulusLength) >= minModulusBits && (await crypto.subtle.verify(algorithm, key, signature, signed));
  } catch (error) {
    if (error instanceof DOMException || error instanceof TypeError) return false;
    throw error;
  }
}

function jsonObject(octets: Uint8Array | undefined): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(octets));
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}
