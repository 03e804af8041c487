/** Where the stub listens on this machine, as people write it and as each configuration wants it. */
import { isIP } from 'node:net';
import { UsageError } from '../../sync-agent/usage.ts';
import { isLoopback } from '../loopback.ts';

/** `host` is an address of this machine, without brackets. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** The port where DNS is when nothing says otherwise (RFC 1035 §4.2). */
export const dnsPort = 53;

/** Reads `ADDRESS:PORT`. Throws UsageError: what is wired into one machine listens on that machine alone. */
export function readListenAddress(text: string): ListenAddress {
  const match = /^(?:\[([0-9a-fA-F:]+)\]|([0-9.]+)):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2] ?? '';
  const port = Number(match?.[3]);
  if (isIP(host) === 0 || !isLoopback(host) || port === 0 || port > 65_535) {
    throw new UsageError(
      `--listen "${text}" is not an address of this machine alone with a port, such as 127.0.0.1:5300`,
    );
  }
  return { host, port };
}

/** `ADDRESS:PORT`, with brackets around IPv6. */
export function formatListenAddress({ host, port }: ListenAddress): string {
  return isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`;
}
