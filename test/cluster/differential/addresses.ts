/** Addresses as text, in the forms that names are made of. Pure. */
import { formatAddress, octetsOf, parseAddress } from '../../../zone/address.ts';

/** The usual spelling (RFC 5952); undefined for what is no address. An IPv4 address inside an IPv6 one is IPv4, as in Go. */
export function canonical(text: string): string | undefined {
  const address = parseAddress(text);
  if (address === undefined) return undefined;
  const octets = octetsOf(address);
  const isMapped = octets.length === 16 && octets.slice(0, 12).join() === '0,0,0,0,0,0,0,0,0,0,255,255';
  return isMapped ? octets.slice(12).join('.') : formatAddress(address);
}

export function isIpv4(address: string): boolean {
  return !address.includes(':');
}

/** CoreDNS's label for an endpoint without a hostname. Host names of slices get one in the same way. */
export function dashed(address: string): string {
  const label = address.replaceAll(/[.:]/g, '-');
  return address.includes(':') && label.endsWith('-') ? `${label}0` : label;
}

/** The labels of an address's reverse name, from left to right (RFC 1035 §3.5, RFC 3596 §2.5). */
export function reverseLabels(address: string): string[] {
  const octets = octetsOf(parseAddress(address)!);
  if (octets.length === 4) return octets.map(String).reverse();
  return octets.flatMap((octet) => [...octet.toString(16).padStart(2, '0')]).reverse();
}

export function reverseName(address: string): string {
  return `${reverseLabels(address).join('.')}.${isIpv4(address) ? 'in-addr' : 'ip6'}.arpa`;
}
