/** `--upstream`: who is asked for names outside the zones. */
import { refuseOurselves } from './ourselves.ts';
import { parseServerAddress, type ServerAddress, type Servers } from './server-address.ts';
import { currentSystemResolution } from './system-servers.ts';

/**
 * Reads addresses of servers, and `system` for those that the system asks, which are read again as networks change.
 * `ownAddresses` are where this program listens. Throws UsageError, also for a server that is this program.
 */
export function readUpstreams(
  texts: readonly string[],
  ownAddresses: readonly ServerAddress[],
  label = '--upstream',
): Servers {
  const system = currentSystemResolution(ownAddresses);
  const sources = texts.map((text): Servers => {
    if (text === 'system') return () => system().servers;
    const server = parseServerAddress(text, label);
    refuseOurselves([server], ownAddresses, label);
    return () => [server];
  });
  return () => sources.flatMap((source) => source());
}
