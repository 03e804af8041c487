/**
 * Where addresses stand in a fragment:
 *
 *     number of IPv4 addresses · their octets · number of IPv6 addresses · their octets
 */
import { afterCount, count } from '../octets.ts';

/** `length` octets from `from` on: addresses of one family, side by side. */
export interface Place {
  readonly from: number;
  readonly length: number;
}

/** The addresses of a host, or a base name's own. */
export interface AddressPlaces {
  readonly ipv4: Place;
  readonly ipv6: Place;
}

export const nowhere: Place = { from: 0, length: 0 };

export function readAddressPlaces(octets: Uint8Array, at: number): AddressPlaces {
  const ipv4 = { from: afterCount(octets, at), length: 4 * count(octets, at) };
  const ipv6At = ipv4.from + ipv4.length;
  return { ipv4, ipv6: { from: afterCount(octets, ipv6At), length: 16 * count(octets, ipv6At) } };
}

/** As `endOfAddresses`, without reading where they are. */
export function afterAddresses(octets: Uint8Array, at: number): number {
  const ipv6At = afterCount(octets, at) + 4 * count(octets, at);
  return afterCount(octets, ipv6At) + 16 * count(octets, ipv6At);
}

/** Where the octets end that `readAddressPlaces` read. */
export function endOfAddresses({ ipv6 }: AddressPlaces): number {
  return ipv6.from + ipv6.length;
}

/** Whether an address stands at `offset`. */
export function holdsAddressAt({ ipv4, ipv6 }: AddressPlaces, offset: number): boolean {
  return isAddressOf(ipv4, 4, offset) || isAddressOf(ipv6, 16, offset);
}

function isAddressOf({ from, length }: Place, size: 4 | 16, offset: number): boolean {
  return offset >= from && offset < from + length && (offset - from) % size === 0;
}
