/** Ed25519 signatures of manifests (RFC 8032). */
import { signedOctets } from '../../zone/manifest.ts';
import { fromBase64Url } from '../octets/base64url.ts';

const signatureOctets = 64;
const publicKeyOctets = 32;

/** Whether it can be a signature of the text at all, whatever the key: to be asked before anything else is. */
export function isSignatureFor(manifestText: string, signature: string): boolean {
  // What is signed has one octet per character; other characters would be signed as something else.
  return fromBase64Url(signature)?.length === signatureOctets && /^[\0-\x7f]*$/.test(manifestText);
}

/** Whether one of the keys made the signature; both in base64url without padding. */
export async function isSignedBy(
  publicKeys: readonly string[],
  manifestText: string,
  signature: string,
): Promise<boolean> {
  const octets = fromBase64Url(signature);
  if (octets === undefined || !isSignatureFor(manifestText, signature)) return false;
  for (const publicKey of publicKeys) {
    const raw = fromBase64Url(publicKey);
    if (raw?.length !== publicKeyOctets) continue;
    const key = await crypto.subtle.importKey('raw', raw, 'Ed25519', false, ['verify']);
    if (await crypto.subtle.verify('Ed25519', key, octets, signedOctets(manifestText))) return true;
  }
  return false;
}
