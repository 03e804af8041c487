/**
 * IP addresses as octets.
 *
 * An `Address` is a value: a string with one character per octet, four for IPv4 and sixteen for IPv6. Equal addresses
 * are equal strings, whatever spelling they came in, and their order as strings is their order as numbers.
 */

declare const address: unique symbol;

/** 4 or 16 octets in network order. */
export type Address = string & { readonly [address]: true };

export type Family = 4 | 6;

/** A block of addresses: the first `bits` bits of `address`; the rest are zero. */
export interface Prefix {
  readonly address: Address;
  readonly bits: number;
}

export function familyOf(address: Address): Family {
  return address.length === 4 ? 4 : 6;
}

/** Reads an IPv4 or IPv6 address; undefined when the text is neither (leading zeros and zone ids are neither). */
export function parseAddress(text: string): Address | undefined {
  return text.includes(':') ? parseIpv6(text) : parseOctets(text, '.');
}

/**
 * An IPv4-mapped IPv6 address (RFC 4291 §2.5.5.2) as the IPv4 address that it means, as Go's `net.ParseIP` and `To4` see
 * it, and CoreDNS with them; every other address as it is. For addresses of hosts: a block, or what somebody asks for in
 * `ip6.arpa`, is what it says.
 */
export function unmapped(address: Address): Address {
  return address.startsWith(ipv4Mapped) ? (address.slice(ipv4Mapped.length) as Address) : address;
}

const ipv4Mapped = `${'\0'.repeat(10)}\xff\xff`;

/** Reads `ADDRESS/BITS`; undefined when it is no prefix or has bits set behind its length. */
export function parsePrefix(text: string): Prefix | undefined {
  const match = /^([0-9a-fA-F:.]+)\/(0|[1-9]\d{0,2})$/.exec(text);
  const address = match === null ? undefined : parseAddress(match[1]!);
  const bits = Number(match?.[2]);
  if (address === undefined || bits > address.length * 8) return undefined;
  const isMasked = octetsOf(address).every((octet, i) => (octet & maskOf(bits, i)) === octet);
  return isMasked ? { address, bits } : undefined;
}

export function formatPrefix(prefix: Prefix): string {
  return `${formatAddress(prefix.address)}/${prefix.bits}`;
}

/** Whether the block holds the address. */
export function prefixContains(prefix: Prefix, address: Address): boolean {
  if (prefix.address.length !== address.length) return false;
  for (let i = 0; i < address.length && 8 * i < prefix.bits; i += 1) {
    if ((address.charCodeAt(i) & maskOf(prefix.bits, i)) !== prefix.address.charCodeAt(i)) return false;
  }
  return true;
}

/** Dotted decimal, or the canonical form of RFC 5952. */
export function formatAddress(address: Address): string {
  return address.length === 4 ? formatOctets(address, '.') : formatGroups(address, ':');
}

/** An IPv6 address's groups of 16 bits in the canonical form of RFC 5952, with something between them. */
export function formatGroups(address: Address, separator: string): string {
  const { start, end } = longestZeroRun(address);
  let text = '';
  for (let group = 0; group < 8; group += 1) {
    if (group > start && group < end) continue;
    if (group === start) text += separator;
    // The run's own separator stands in front of the group behind it.
    else text += (group === 0 ? '' : separator) + groupAt(address, group).toString(16);
  }
  return end === 8 ? text + separator : text;
}

/** The octets in decimal, with something between them. */
export function formatOctets(address: Address, separator: string): string {
  let text = String(address.charCodeAt(0));
  for (let i = 1; i < address.length; i += 1) text += separator + address.charCodeAt(i);
  return text;
}

/** Reads four decimal octets without leading zeros, one character between them; undefined for anything else. */
export function parseOctets(text: string, separator: string): Address | undefined {
  const separatorCode = separator.charCodeAt(0);
  let octets = 0;
  let count = 0;
  /** Negative before its first digit. */
  let octet = -1;
  for (let at = 0; at <= text.length; at += 1) {
    const code = at === text.length ? separatorCode : text.charCodeAt(at);
    if (code === separatorCode && octet >= 0) {
      octets = (octets << 8) | octet;
      count += 1;
      octet = -1;
    } else if (code >= zeroCode && code <= nineCode && octet !== 0) {
      octet = Math.max(octet, 0) * 10 + code - zeroCode;
      if (octet > 255) return undefined;
    } else {
      return undefined;
    }
  }
  if (count !== 4) return undefined;
  return String.fromCharCode(octets >>> 24, (octets >> 16) & 255, (octets >> 8) & 255, octets & 255) as Address;
}

const zeroCode = 0x30;
const nineCode = 0x39;

/** The octets as numbers. */
export function octetsOf(address: Address): number[] {
  const octets: number[] = [];
  for (let i = 0; i < address.length; i += 1) octets.push(address.charCodeAt(i));
  return octets;
}

/** The address in these octets; `octets` must be 4 or 16 long. */
export function addressFromOctets(octets: ArrayLike<number>): Address {
  return String.fromCharCode(...Array.from(octets)) as Address;
}

function parseIpv6(text: string): Address | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const groups = halves.map((half, i) => (half === '' ? [] : ipv6Groups(half, i === halves.length - 1)));
  const [head, tail] = groups;
  if (head === undefined || groups.some((half) => half === undefined)) return undefined;
  if (tail === undefined) return head.length === 8 ? groupsToAddress(head) : undefined;
  if (head.length + tail.length > 7) return undefined;
  return groupsToAddress([...head, ...new Array<number>(8 - head.length - tail.length).fill(0), ...tail]);
}

/** 16-bit groups; the last two may be written as IPv4 (RFC 4291 §2.2). */
function ipv6Groups(text: string, isLast: boolean): number[] | undefined {
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [i, part] of parts.entries()) {
    if (isLast && i === parts.length - 1 && part.includes('.')) {
      const ipv4 = parseOctets(part, '.');
      if (ipv4 === undefined) return undefined;
      groups.push(ipv4.charCodeAt(0) * 256 + ipv4.charCodeAt(1), ipv4.charCodeAt(2) * 256 + ipv4.charCodeAt(3));
    } else {
      if (!/^[0-9a-fA-F]{1,4}$/.test(part)) return undefined;
      groups.push(Number.parseInt(part, 16));
    }
  }
  return groups;
}

function groupsToAddress(groups: readonly number[]): Address {
  return String.fromCharCode(...groups.flatMap((group) => [group >> 8, group & 255])) as Address;
}

/** The longest run of two or more zero groups, the first of equals (RFC 5952 §4.2); behind all groups if there is none. */
function longestZeroRun(address: Address): { readonly start: number; readonly end: number } {
  let best = { start: 9, end: 9 };
  for (let start = 0; start < 8; start += 1) {
    let end = start;
    while (end < 8 && groupAt(address, end) === 0) end += 1;
    if (end - start >= 2 && end - start > best.end - best.start) best = { start, end };
    start = Math.max(start, end);
  }
  return best;
}

function groupAt(address: Address, group: number): number {
  return address.charCodeAt(2 * group) * 256 + address.charCodeAt(2 * group + 1);
}

/** Of octet number `i`, the part within the first `bits` bits. */
function maskOf(bits: number, i: number): number {
  const kept = Math.min(8, Math.max(0, bits - 8 * i));
  return (0xff00 >> kept) & 0xff;
}
