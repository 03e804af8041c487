/** The host that runs the edge, and what is known of it. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { edge as place } from '../names.ts';
import { Host } from '../room/host.ts';
import type { Room } from '../room/room.ts';

/** Plain data: it travels to the processes of the test files. */
export interface Edge {
  readonly url: string;
  /** For everything. */
  readonly token: string;
  /** PEM, in a folder that every host shares. */
  readonly authorityFile: string;
  /** Only on the edge's own host. */
  readonly administration: { readonly url: string; readonly key: string };
  /** The cluster's API, which needs no token. Only on the edge's own host. */
  readonly apiUrl: string;
  /** Addresses by `namespace/name`, as the cluster's API tells them. */
  readonly pods: Readonly<Record<string, string>>;
  /** The same; `None` for a headless one. */
  readonly services: Readonly<Record<string, string>>;
}

const main = fileURLToPath(new URL('./main.ts', import.meta.url));

/** `directory` is shared with every host. */
export async function startEdge(room: Room, directory: string): Promise<{ readonly edge: Edge; readonly host: Host }> {
  const host = await Host.start(room, {
    name: 'edge',
    number: Number(place.address.split('.').at(-1)),
    files: { '/etc/hosts': `127.0.0.1 localhost\n${place.address} ${place.name}\n` },
  });
  await host.isolate(true);
  const readyFile = join(directory, 'edge.json');
  const program = host.start([process.execPath, main, `${place.name}:${place.port}`, readyFile]);
  await program.until(() => existsSync(readyFile), 'it was ready');
  return { edge: JSON.parse(readFileSync(readyFile, 'utf8')), host };
}
