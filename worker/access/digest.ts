/** Hashes, and comparing secrets in constant time. */

/** SHA-256 in lower-case hexadecimal; a string is hashed as UTF-8. */
export async function sha256Hexadecimal(data: Uint8Array<ArrayBuffer> | string): Promise<string> {
  const octets = typeof data === 'string' ? new TextEncoder().encode(data) : data;
  return hexadecimal(new Uint8Array(await crypto.subtle.digest('SHA-256', octets)));
}

export async function hmacSha256(keyHexadecimal: string, message: string): Promise<Uint8Array> {
  const key = await crypto.subtle.importKey(
    'raw',
    fromHexadecimal(keyHexadecimal),
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['sign'],
  );
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(message)));
}

/** Whether two strings are equal, in a time that tells only their lengths. */
export function equalInConstantTime(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i += 1) difference |= a.charCodeAt(i) ^ b.charCodeAt(i);
  return difference === 0;
}

function hexadecimal(octets: Uint8Array): string {
  return Array.from(octets, (octet) => octet.toString(16).padStart(2, '0')).join('');
}

function fromHexadecimal(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
