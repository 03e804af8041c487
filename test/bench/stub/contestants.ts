/** The servers that are compared, each on one core: the stub resolver, and unbound, which asks it. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type StartedProgram, startProgram } from '../agent/started-program.ts';
import type { NamesEdge } from './names-edge.ts';
import type { WayToStart } from './ways-to-start.ts';

export interface Contestant {
  readonly port: number;
  /** The most octets that were resident at any moment so far. */
  peakResidentOctets(): number;
  stop(): Promise<void>;
}

export async function startStub(
  { command, environment }: WayToStart,
  { url, authorityPem }: NamesEdge,
  core: number,
): Promise<Contestant> {
  let ready = '';
  const configure = (folder: string): readonly string[] => {
    ready = join(folder, 'ready.json');
    const authority = join(folder, 'ca.pem');
    writeFileSync(authority, authorityPem);
    const connection = ['--doh', `${url}/dns-query`, '--zone', 'cluster.local', '--authority', authority];
    const options = ['--listen', '127.0.0.1:0', ...connection, '--ready-file', ready];
    return ['-c', String(core), ...command, 'dns', ...options];
  };
  const program = startProgram('taskset', configure, environment);
  await Promise.race([fileAt(ready), program.failure]);
  const { listen } = JSON.parse(readFileSync(ready, 'utf8')) as { listen: string[] };
  return contestant(program, Number(listen[0]!.split(':')[1]));
}

/** Asks the server at `upstreamPort` what it does not know. */
export async function startUnbound(upstreamPort: number, core: number): Promise<Contestant> {
  const port = await freePort();
  const program = startProgram('taskset', (folder) => {
    writeFileSync(join(folder, 'unbound.conf'), unboundConfiguration(folder, port, upstreamPort));
    return ['-c', String(core), 'unbound', '-d', '-c', join(folder, 'unbound.conf')];
  });
  await Promise.race([delay(1000), program.failure]);
  return contestant(program, port);
}

/** One thread, nothing validated, which the stub resolver does not do either, and addresses in turn as there. */
function unboundConfiguration(folder: string, port: number, upstreamPort: number): string {
  return `server:
  interface: 127.0.0.1@${port}
  num-threads: 1
  do-daemonize: no
  use-syslog: no
  chroot: ""
  username: ""
  directory: "${folder}"
  pidfile: ""
  module-config: "iterator"
  do-not-query-localhost: no
  local-zone: "local." nodefault
  rrset-roundrobin: yes
  so-rcvbuf: 4m
forward-zone:
  name: "cluster.local"
  forward-addr: 127.0.0.1@${upstreamPort}
`;
}

function contestant({ processId, stop }: StartedProgram, port: number): Contestant {
  return {
    port,
    peakResidentOctets() {
      const status = readFileSync(`/proc/${processId}/status`, 'utf8');
      return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)![1]) * 1024;
    },
    stop,
  };
}

/** Free a moment ago: unbound does not tell which one it took. */
async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  return port;
}

async function fileAt(path: string): Promise<void> {
  while (!existsSync(path)) await delay(20);
}
