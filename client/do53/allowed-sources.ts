/** Who may ask: `--allow`. Pure. */
import { UsageError } from '../../sync-agent/usage.ts';
import { type Address, type Prefix, parseAddress, parsePrefix, prefixContains, unmapped } from '../../zone/address.ts';

/** What is remembered of addresses that asked. */
const maxRemembered = 1024;

/**
 * Whether an address, as sockets give it, may ask: loopback always, and what lies in `cidrs` (`192.0.2.0/24`, or one
 * address). IPv4 addresses mapped to IPv6 count as IPv4. Throws UsageError; `label` is where they were given.
 */
export function allowedSources(cidrs: readonly string[], label = '--allow'): (address: string) => boolean {
  const prefixes = cidrs.map((cidr) => readBlock(cidr, label));
  const verdicts = new Map<string, boolean>();
  return (address) => {
    const known = verdicts.get(address);
    if (known !== undefined) return known;
    const isAllowed = isWithin(address, prefixes);
    if (verdicts.size >= maxRemembered) verdicts.clear();
    verdicts.set(address, isAllowed);
    return isAllowed;
  };
}

function isWithin(text: string, prefixes: readonly Prefix[]): boolean {
  const mapped = parseAddress(text.replace(/%.*$/s, ''));
  if (mapped === undefined) return false;
  const address = unmapped(mapped);
  return isOwn(address) || prefixes.some((prefix) => prefixContains(prefix, address));
}

function isOwn(address: Address): boolean {
  return prefixContains(loopbackBlock, address) || address === loopbackAddress;
}

const loopbackBlock = parsePrefix('127.0.0.0/8')!;
const loopbackAddress = parseAddress('::1')!;

function readBlock(text: string, label: string): Prefix {
  const [host, ...more] = text.split('/');
  const address = parseAddress(host!);
  const prefix = address !== undefined && more.length === 0 ? { address, bits: address.length * 8 } : parsePrefix(text);
  if (prefix !== undefined) return unmappedBlock(prefix);
  const shown = text.length > 80 ? `${text.slice(0, 80)}…` : text;
  throw new UsageError(`${label} "${shown}" is no block of addresses, such as 192.0.2.0/24 or 2001:db8::/32`);
}

/** A block of mapped addresses is one of IPv4; those above hold addresses of both kinds and stay. */
function unmappedBlock({ address, bits }: Prefix): Prefix {
  const plain = unmapped(address);
  return plain.length < address.length && bits >= 96 ? { address: plain, bits: bits - 96 } : { address, bits };
}
