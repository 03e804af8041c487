/**
 * Labels made of an address: `10-244-0-8`, `fd00-10-244--8`.
 *
 * CoreDNS gives them to endpoints without a host name. They live beside the encoding because it does not store a label
 * that the host's only address already tells.
 */
import { type Address, formatAddress, formatOctets, parseAddress, parseOctets } from './address.ts';

/** Dots and colons become dashes; a label must not end in one, so an IPv6 address that ends in `::` gets a final `0`. */
export function dashedLabel(address: Address): string {
  if (address.length === 4) return formatOctets(address, '-');
  const dashed = formatAddress(address).replaceAll(':', '-');
  return dashed.endsWith('-') ? `${dashed}0` : dashed;
}

/** The address whose label this is; undefined for every other label, other spellings of the same address included. */
export function addressOfDashedLabel(label: string): Address | undefined {
  const ipv4 = parseOctets(label, '-');
  if (ipv4 !== undefined) return ipv4;
  if (!/^[0-9a-f-]+$/.test(label)) return undefined;
  const ipv6 = parseAddress(label.replaceAll('-', ':'));
  return ipv6 !== undefined && dashedLabel(ipv6) === label ? ipv6 : undefined;
}
