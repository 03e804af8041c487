/** Octets as text: base64url without padding (RFC 4648 §5), as in a question's `dns` parameter, keys and signatures. */

/** Undefined when the text is anything else. */
export function fromBase64Url(text: string): Uint8Array<ArrayBuffer> | undefined {
  // atob passes over some characters and takes others for what they are not, so the alphabet is checked first.
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) return undefined;
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  const octets = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i += 1) octets[i] = binary.charCodeAt(i);
  return octets;
}
