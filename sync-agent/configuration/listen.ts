/** Where a server listens. */
import { UsageError } from '../usage.ts';
import type { Given } from './option.ts';

/** `host` is a name or an address, without brackets; port 0 takes a free one. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** Reads `HOST:PORT`. Throws UsageError; `example` is what it suggests. */
export function readListen({ value, label }: Given<string>, example: string): ListenAddress {
  const match = /^(?:\[([0-9a-fA-F:]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(value);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host === undefined || port > 65_535)
    throw new UsageError(`${label} "${value}" is not HOST:PORT, such as ${example}`);
  return { host, port };
}
