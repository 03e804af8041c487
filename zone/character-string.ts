/** Character strings, the parts of a TXT record, as zone files have them (RFC 1035 §5.1). */

/** `octets` has one character per octet. Always in quotes, so that a string may be empty or hold a space. */
export function quoted(octets: string): string {
  const escaped = octets.replace(/[^ -~]|["\\]/g, (octet) =>
    octet === '"' || octet === '\\' ? `\\${octet}` : `\\${String(octet.charCodeAt(0)).padStart(3, '0')}`,
  );
  return `"${escaped}"`;
}
