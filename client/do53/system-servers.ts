/** The servers that this system asks, read from it. */
import { getServers } from 'node:dns';
import { readTextFile } from '../../sync-agent/text-file.ts';
import { type IsOurselves, ourselves } from './ourselves.ts';
import { readSeldom } from './read-seldom.ts';
import { readServerAddress, type ServerAddress } from './server-address.ts';
import { linuxResolution, type SystemResolution } from './system-resolution.ts';

/** In the system's order, without `ownAddresses`, where this program listens. */
export function systemServers(ownAddresses: readonly ServerAddress[] = []): readonly ServerAddress[] {
  return systemResolution(ownAddresses).servers;
}

/** As `systemServers`, and whether nobody but ourselves is asked. */
export function systemResolution(ownAddresses: readonly ServerAddress[] = []): SystemResolution {
  const isOurselves = ourselves(ownAddresses);
  return process.platform === 'linux' ? linuxResolution(readFile, isOurselves) : otherResolution(isOurselves);
}

/** As `systemResolution`, read again as networks change. */
export function currentSystemResolution(ownAddresses: readonly ServerAddress[]): () => SystemResolution {
  return readSeldom(() => systemResolution(ownAddresses));
}

const maxFileOctets = 1024 * 1024;

function readFile(path: string): string | undefined {
  const file = readTextFile(path, maxFileOctets);
  return file.kind === 'read' ? file.text : undefined;
}

/** macOS and Windows tell it to Node. */
function otherResolution(isOurselves: IsOurselves): SystemResolution {
  const named = getServers().flatMap((text) => readServerAddress(text) ?? []);
  const servers = named.filter((server) => !isOurselves(server));
  return { servers, isOnlyOurselves: named.length > 0 && servers.length === 0 };
}
