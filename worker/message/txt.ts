/**
 * The data of a TXT record (RFC 1035 §3.3.14). The only file that knows dns-packet, and TXT is the only type taken from
 * it: its other encoders take names and addresses as text, write names in full and check nothing, where a zone holds both
 * as checked octets.
 */
import dnsPacket from 'dns-packet';

declare module 'dns-packet' {
  /** Missing in its type definitions. Writes RDLENGTH and RDATA. */
  export const txt: { encode(strings: Buffer[]): Buffer };
}

const rdlengthOctets = 2;

/** RDATA of these character strings, each at most 255 octets, one character per octet. At least one is written. */
export function txtData(strings: readonly string[]): Uint8Array {
  const octets = strings.map((text) => Buffer.from(text, 'latin1'));
  return dnsPacket.txt.encode(octets.length === 0 ? [Buffer.alloc(0)] : octets).subarray(rdlengthOctets);
}

/** The length of `txtData(strings)`. */
export function txtOctets(strings: readonly string[]): number {
  return strings.length === 0 ? 1 : strings.reduce((octets, text) => octets + 1 + text.length, 0);
}
