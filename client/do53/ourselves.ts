/** Whether a server is this program itself: asked, it would ask itself. */
import { networkInterfaces } from 'node:os';
import { UsageError } from '../../sync-agent/usage.ts';
import { isLoopback } from '../loopback.ts';
import { readSeldom } from './read-seldom.ts';
import { readHostAddress, type ServerAddress } from './server-address.ts';

export type IsOurselves = (server: ServerAddress) => boolean;

/** `listening` is where this program listens, with the ports that it got; `interfaces` gives the addresses of this machine. */
export function ourselves(
  listening: readonly ServerAddress[],
  interfaces: () => readonly string[] = readSeldom(interfaceAddresses),
): IsOurselves {
  return (server) =>
    listening.some(
      ({ address, portNumber }) =>
        portNumber === server.portNumber && reaches(plain(server.address), plain(address), interfaces),
    );
}

/** Throws UsageError when one of the servers is this program. */
export function refuseOurselves(
  servers: readonly ServerAddress[],
  ownAddresses: readonly ServerAddress[],
  label = '--upstream',
): void {
  const own = servers.find(ourselves(ownAddresses));
  if (own === undefined) return;
  throw new UsageError(`${label} ${own.address} port ${own.portNumber} is this program itself: pass another server`);
}

/** Whether what is sent to `target` comes to somebody who listens at `listening`. */
function reaches(target: string, listening: string, interfaces: () => readonly string[]): boolean {
  if (listening === '0.0.0.0' && target.includes(':')) return target === '::';
  if (isUnspecified(listening)) {
    return isUnspecified(target) || isLoopback(target) || interfaces().includes(target);
  }
  // The system takes the unspecified address for the loopback of its family.
  if (isUnspecified(target)) return isLoopback(listening);
  return target === listening;
}

function isUnspecified(address: string): boolean {
  return address === '0.0.0.0' || address === '::';
}

/** One address in two scopes is rarely two machines, and what is wrongly left out is not missed. */
function plain(address: string): string {
  return (readHostAddress(address) ?? address).replace(/%.*$/, '');
}

function interfaceAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((addresses) => (addresses ?? []).map(({ address }) => address));
}
