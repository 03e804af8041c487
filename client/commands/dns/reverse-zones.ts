/** `--reverse-zone`: the zones in which addresses of a block have their names (RFC 1035 §3.5, RFC 3596 §2.5). Pure. */
import { UsageError } from '../../../sync-agent/usage.ts';
import { octetsOf, type Prefix, parsePrefix } from '../../../zone/address.ts';
import { type Name, parseName } from '../../../zone/name.ts';

/** Throws UsageError. A block whose length is no multiple of 8 (IPv4) or 4 (IPv6) bits is several zones. */
export function readReverseZones(text: string): Name[] {
  const prefix = parsePrefix(text);
  if (prefix === undefined) {
    throw new UsageError(
      `--reverse-zone "${text}" is no block of addresses, such as 10.244.0.0/16 or fd00:10:244::/56`,
    );
  }
  return reverseZones(prefix);
}

function reverseZones({ address, bits }: Prefix): Name[] {
  const isIpv4 = address.length === 4;
  const digitBits = isIpv4 ? 8 : 4;
  const base = isIpv4 ? 10 : 16;
  const suffix = isIpv4 ? 'in-addr.arpa' : 'ip6.arpa';
  const octets = octetsOf(address);
  const digits = isIpv4 ? octets : octets.flatMap((octet) => [octet >> 4, octet & 0xf]);
  const whole = digits.slice(0, Math.ceil(bits / digitBits));
  const last = whole.pop();
  if (last === undefined) return [parseName(suffix)];
  // The last digit is one of as many as the bits of it leave open.
  const open = 2 ** ((whole.length + 1) * digitBits - bits);
  return Array.from({ length: open }, (_, i) =>
    parseName([...[...whole, last + i].reverse().map((digit) => digit.toString(base)), suffix].join('.')),
  );
}
