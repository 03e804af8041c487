/** SHA-256, as it stands in manifests and beside tokens. */

/** In lower-case hexadecimal; a string is hashed as UTF-8. */
export async function sha256Hexadecimal(data: Uint8Array<ArrayBuffer> | string): Promise<string> {
  const octets = typeof data === 'string' ? new TextEncoder().encode(data) : data;
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', octets));
  return hexadecimal(digest);
}

/** Two digits for each octet, in lower case. */
export function hexadecimal(octets: Uint8Array): string {
  return Array.from(octets, (octet) => octet.toString(16).padStart(2, '0')).join('');
}
