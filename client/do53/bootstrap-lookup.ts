/**
 * The addresses of the edge's own host, for the connection to it. Whoever is asked must not be the stub that needs the
 * answer, so the system's servers are asked directly, and the system itself only where it asks somebody else too.
 */
import { lookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { UsageError } from '../../sync-agent/usage.ts';
import { formatName, type Name, NameError, parseName, relativeTo } from '../../zone/name.ts';
import type { Chase } from '../stub/contract.ts';
import { addressesThroughServers } from './chase-servers.ts';
import { hostsAddresses, readHostsFile } from './hosts-file.ts';
import { type Family, lookupFunction } from './lookup-function.ts';
import type { ServerAddress, Servers } from './server-address.ts';
import { settledSoon } from './settled-soon.ts';
import type { SystemResolution } from './system-resolution.ts';
import { currentSystemResolution } from './system-servers.ts';

export interface BootstrapOptions {
  /** The edge's addresses, when its user gave them: nobody is asked. */
  readonly addresses?: readonly string[];
  /** What the stub serves now. */
  readonly zones: () => readonly Name[];
  /** Where the stub listens. */
  readonly ownAddresses: readonly ServerAddress[];
  /** Addresses that were found, by host: good until others are. Handed in where several lookups share it. */
  readonly remembered?: Map<string, readonly string[]>;
  /** Who is asked in place of the system's servers: with --upstream, those. The system may ask nobody but the stub. */
  readonly servers?: Servers | undefined;
  /** Whom the system asks; read from it unless given. */
  readonly system?: () => SystemResolution;
  /** The text of the hosts file; read from the system unless given. */
  readonly hosts?: () => string;
}

/** For connections of node:net, node:tls and node:http2. Its errors are BootstrapError. */
export function bootstrapLookup(options: BootstrapOptions): LookupFunction {
  const { ownAddresses, remembered = new Map(), system = currentSystemResolution(ownAddresses) } = options;
  const asked = addressesThroughServers(options.servers ?? (() => system().servers), { ownAddresses });
  const throughSystem = oneAtATime(systemAddresses);
  /** First from the system's servers, then as the system does it, which may know more. */
  const searched = async (host: string, family: Family): Promise<readonly string[]> => {
    const direct = await fromServers(nameOf(host), family, asked);
    return direct.length > 0 || system().isOnlyOurselves ? direct : throughSystem(host, family);
  };

  return lookupFunction(async (host, family) => {
    const known = addressesAtHand(host, options);
    if (known !== undefined) return of(family, known);
    const key = keyOf(host, family);
    const search = searched(host, family).then((addresses) => {
      if (addresses.length > 0) remembered.set(key, addresses);
      return addresses;
    });
    const last = remembered.get(key);
    const found = last === undefined ? await search : await settledSoon(search, rememberedAfterMilliseconds, last);
    if (found.length > 0) return found;
    if (last !== undefined) return last;
    throw new BootstrapError('ENOTFOUND', `the system's DNS servers tell no address of ${host}`);
  });
}

/**
 * Throws UsageError when the edge's host lies in a zone that the stub serves: to ask for it, the stub would have to know
 * it. What is known without asking is no matter.
 */
export function checkBootstrap(host: string, options: Pick<BootstrapOptions, 'addresses' | 'zones' | 'hosts'>): void {
  try {
    addressesAtHand(host, options);
  } catch (error) {
    throw error instanceof BootstrapError ? new UsageError(error.message) : error;
  }
}

export class BootstrapError extends Error {
  readonly code: 'ENOTFOUND' | 'EDGE_IN_OWN_ZONE';

  constructor(code: BootstrapError['code'], message: string) {
    super(message);
    this.name = 'BootstrapError';
    this.code = code;
  }
}

/** Clients are not kept waiting for a lookup while there are addresses that were good. */
const rememberedAfterMilliseconds = 500;

/** Without asking anybody; undefined when somebody has to be asked. Throws BootstrapError when that would be the stub. */
function addressesAtHand(
  host: string,
  { addresses = [], zones, hosts = readHostsFile }: Pick<BootstrapOptions, 'addresses' | 'zones' | 'hosts'>,
): readonly string[] | undefined {
  const literal = host.replace(/^\[(.*)\]$/s, '$1');
  if (isIP(literal) !== 0) return [literal];
  if (addresses.length > 0) return addresses;
  const fixed = hostsAddresses(hosts(), host);
  if (fixed.length > 0) return fixed;
  const name = nameOf(host);
  // RFC 6761 §6.3.
  if (relativeTo(name, localhost) !== undefined) return ['127.0.0.1', '::1'];
  const zone = zones().find((origin) => relativeTo(name, origin) !== undefined);
  if (zone === undefined) return undefined;
  throw new BootstrapError(
    'EDGE_IN_OWN_ZONE',
    `the edge ${host} lies in the zone ${formatName(zone)} which it serves, so its address cannot be asked for: pass it with --bootstrap`,
  );
}

const localhost = parseName('localhost');

function nameOf(host: string): Name {
  try {
    return parseName(host);
  } catch (error) {
    throw error instanceof NameError ? new BootstrapError('ENOTFOUND', error.message) : error;
  }
}

type Find = (host: string, family: Family) => Promise<readonly string[]>;

async function systemAddresses(host: string, family: Family): Promise<readonly string[]> {
  try {
    const found = await lookup(host, { all: true, family });
    return found.map(({ address }) => address);
  } catch {
    return [];
  }
}

/** Each keeps a thread, and a network that is not there keeps it for long: whoever asks meanwhile waits for the same. */
function oneAtATime(find: Find): Find {
  const underWay = new Map<string, Promise<readonly string[]>>();
  return (host, family) => {
    const key = keyOf(host, family);
    const found = underWay.get(key) ?? find(host, family).finally(() => underWay.delete(key));
    underWay.set(key, found);
    return found;
  };
}

function keyOf(host: string, family: Family): string {
  return `${family} ${host.toLowerCase()}`;
}

/** How long the other family is waited for (RFC 8305 §3, "Resolution Delay"; more, for servers that are far). */
const otherFamilyMilliseconds = 150;

async function fromServers(name: Name, family: Family, asked: Chase): Promise<readonly string[]> {
  const ask = async (type: 'A' | 'AAAA'): Promise<readonly string[]> => (await asked(name, type))?.addresses ?? [];
  if (family === 4) return ask('A');
  if (family === 6) return ask('AAAA');
  const both = [ask('A'), ask('AAAA')] as const;
  // The first that brings something; of none, nothing.
  await Promise.any(both.map(async (found) => (await found).length > 0 || Promise.reject(new Error()))).catch(() => {});
  const [ipv4, ipv6] = await Promise.all(both.map((found) => settledSoon(found, otherFamilyMilliseconds, [])));
  return [...ipv4!, ...ipv6!];
}

function of(family: Family, addresses: readonly string[]): readonly string[] {
  return family === 0 ? addresses : addresses.filter((address) => address.includes(':') === (family === 6));
}
