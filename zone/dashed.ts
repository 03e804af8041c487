/**
 * Labels made of an address: `10-244-0-8`, `fd00-10-244--8`.
 *
 * CoreDNS gives them to endpoints without a host name, and reads them below `pod`. They live beside the encoding because
 * it does not store a label that the host's only address already tells.
 */
import { type Address, formatGroups, parseAddress, parseOctets, unmapped } from './address.ts';
import { foldCase } from './name.ts';

/** Dots and colons become dashes; a label must not end in one, so an IPv6 address that ends in `::` gets a final `0`. */
export function dashedLabel(address: Address): string {
  if (address.length === 4) {
    return (
      decimals[address.charCodeAt(0)]! +
      dashedDecimals[address.charCodeAt(1)]! +
      dashedDecimals[address.charCodeAt(2)]! +
      dashedDecimals[address.charCodeAt(3)]!
    );
  }
  const dashed = formatGroups(address, '-');
  return dashed.endsWith('-') ? `${dashed}0` : dashed;
}

/** Of octets. Nearly every endpoint of a cluster has such a label, so they are put together from parts. */
const decimals = Array.from({ length: 256 }, (_, octet) => String(octet));
const dashedDecimals = decimals.map((decimal) => `-${decimal}`);

/** Whether the label, in whatever case, is `dashedLabel(address)`. Makes no string of an IPv4 address. */
export function isDashedLabel(label: string, address: Address): boolean {
  return address.length === 4 ? spellsOctets(label, address) : foldCase(label) === dashedLabel(address);
}

/** The address whose label this is; undefined for every other label, other spellings of the same address included. */
export function addressOfDashedLabel(label: string): Address | undefined {
  const ipv4 = parseOctets(label, '-');
  if (ipv4 !== undefined) return ipv4;
  if (!isMadeOfDigits(label)) return undefined;
  const ipv6 = parseAddress(label.replaceAll('-', ':'));
  return ipv6 !== undefined && dashedLabel(ipv6) === label ? ipv6 : undefined;
}

/**
 * The address that the label, in lower case, spells in any way: CoreDNS's reading of the names of pods. Three dashes
 * apart stand for dots, otherwise each stands for a colon, and what comes out is read as Go's `net.ParseIP` reads it: any
 * spelling of an IPv6 address will do, and an IPv4-mapped one (RFC 4291 §2.5.5.2) is the IPv4 address.
 */
export function addressSpelledWithDashes(label: string): Address | undefined {
  if (!isMadeOfDigits(label)) return undefined;
  const isDotted = !label.includes('--') && label.split('-').length === 4;
  if (isDotted) return parseOctets(label, '-');
  const address = parseAddress(label.replaceAll('-', ':'));
  return address && unmapped(address);
}

/** Hexadecimal ones and dashes, in lower case. */
function isMadeOfDigits(label: string): boolean {
  return /^[0-9a-f-]+$/.test(label);
}

/** Whether the label is the four octets in decimal with a dash between them. */
function spellsOctets(label: string, address: Address): boolean {
  let at = 0;
  for (let i = 0; i < 4; i += 1) {
    const octet = address.charCodeAt(i);
    if (i > 0 && label.charCodeAt(at++) !== dash) return false;
    if (octet > 99 && label.charCodeAt(at++) !== zero + Math.floor(octet / 100)) return false;
    if (octet > 9 && label.charCodeAt(at++) !== zero + (Math.floor(octet / 10) % 10)) return false;
    if (label.charCodeAt(at++) !== zero + (octet % 10)) return false;
  }
  return at === label.length;
}

const dash = '-'.charCodeAt(0);
const zero = '0'.charCodeAt(0);
