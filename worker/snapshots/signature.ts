/** Ed25519 signatures of manifests and of reads (RFC 8032). */
import { signedOctets } from '../../zone/manifest.ts';
import { fromBase64Url } from '../octets/base64url.ts';

const signatureOctets = 64;
const publicKeyOctets = 32;

/** Whether it can be a signature of the text at all, whatever the key: to be asked before anything else is. */
export function isSignatureFor(text: string, signature: string): boolean {
  // What is signed has one octet per character; other characters would be signed as something else.
  return fromBase64Url(signature)?.length === signatureOctets && /^[\0-\x7f]*$/.test(text);
}

/**
 * Whether one of the keys made the signature; both in base64url without padding. `octetsOf` tells what is signed for a
 * text, and so what the signature means: a manifest's, unless told otherwise.
 */
export async function isSignedBy(
  publicKeys: readonly string[],
  text: string,
  signature: string,
  octetsOf: (text: string) => Uint8Array<ArrayBuffer> = signedOctets,
): Promise<boolean> {
  const octets = fromBase64Url(signature);
  if (octets === undefined || !isSignatureFor(text, signature)) return false;
  for (const publicKey of publicKeys) {
    const raw = fromBase64Url(publicKey);
    if (raw?.length !== publicKeyOctets) continue;
    const key = await crypto.subtle.importKey('raw', raw, 'Ed25519', false, ['verify']);
    if (await crypto.subtle.verify('Ed25519', key, octets, octetsOf(text))) return true;
  }
  return false;
}
