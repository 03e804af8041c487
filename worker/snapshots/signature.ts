/** Ed25519 signatures of manifests. */
import { signedOctets } from '../../zone/manifest.ts';

/** Whether one of the keys made the signature; both in base64url without padding. */
export async function isSignedBy(
  publicKeys: readonly string[],
  manifestText: string,
  signature: string,
): Promise<boolean> {
  const octets = fromBase64Url(signature);
  if (octets?.length !== 64) return false;
  for (const publicKey of publicKeys) {
    const raw = fromBase64Url(publicKey);
    if (raw === undefined) continue;
    const key = await crypto.subtle.importKey('raw', raw, 'Ed25519', false, ['verify']);
    if (await crypto.subtle.verify('Ed25519', key, octets, signedOctets(manifestText))) return true;
  }
  return false;
}

/** Undefined when the text is no unpadded base64url (RFC 4648 §5). */
export function fromBase64Url(text: string): Uint8Array<ArrayBuffer> | undefined {
  // atob passes over some characters and takes others for what they are not, so the alphabet is checked first.
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) return undefined;
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  const octets = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i += 1) octets[i] = binary.charCodeAt(i);
  return octets;
}
