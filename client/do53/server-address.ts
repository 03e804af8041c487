/** Where a plain DNS server is asked, and how people write that. Pure. */
import { UsageError } from '../../sync-agent/usage.ts';
import { formatAddress, parseAddress, unmapped } from '../../zone/address.ts';

export interface ServerAddress {
  /** Canonical text without brackets; an IPv6 address may have a scope, as `fe80::1%eth0` has (RFC 4007 §11). */
  readonly address: string;
  /** 1 to 65,535, for UDP and for TCP. */
  readonly portNumber: number;
}

/** The servers to ask now, in this order. */
export type Servers = () => readonly ServerAddress[];

export const dnsPortNumber = 53;

/**
 * Reads `192.0.2.1`, `192.0.2.1:5300`, `2001:db8::1`, `fe80::1%eth0` or `[2001:db8::1]:5300`; port 53 unless given.
 * Throws UsageError; `label` is where it was given.
 */
export function parseServerAddress(text: string, label = '--upstream'): ServerAddress {
  const server = readServerAddress(text);
  if (server !== undefined) return server;
  throw new UsageError(
    `${label} "${shortened(text)}" is not the address of a DNS server, such as 192.0.2.1, 192.0.2.1:5300 or [2001:db8::1]:5300`,
  );
}

/** As `parseServerAddress`; undefined instead of an error. */
export function readServerAddress(text: string): ServerAddress | undefined {
  const match = /^(?:\[([^[\]]*:[^[\]]*)\]|([^:[\]]*))(?::([1-9]\d{0,4}))?$/.exec(text);
  const address = readHostAddress(match?.[1] ?? match?.[2] ?? text);
  const portNumber = Number(match?.[3] ?? dnsPortNumber);
  return address === undefined || portNumber > 65_535 ? undefined : { address, portNumber };
}

/** An address alone, in canonical text; undefined when it is none. */
export function readHostAddress(text: string): string | undefined {
  const [host, scope, ...more] = text.split('%');
  const address = parseAddress(host!);
  if (address === undefined || more.length > 0) return undefined;
  const plain = unmapped(address);
  if (scope === undefined) return formatAddress(plain);
  // Names of interfaces, or their numbers.
  if (plain.length === 4 || !/^[\w.@=+~-]{1,32}$/.test(scope)) return undefined;
  return `${formatAddress(plain)}%${scope}`;
}

/** What `parseServerAddress` reads as the same. */
export function formatServerAddress({ address, portNumber }: ServerAddress): string {
  if (portNumber === dnsPortNumber) return address;
  return address.includes(':') ? `[${address}]:${portNumber}` : `${address}:${portNumber}`;
}

function shortened(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
