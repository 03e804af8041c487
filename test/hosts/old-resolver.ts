/** The resolver that every host has before anything is installed: it knows the world, but not the cluster. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { edge, oldResolver, others } from './names.ts';
import { Host } from './room/host.ts';
import type { Room } from './room/room.ts';

/** Its log, in a folder that every host shares. */
const logName = 'old-resolver.log';

export async function startOldResolver(room: Room, directory: string): Promise<void> {
  const world = { ...others, [edge.name]: edge.address };
  const host = await Host.start(room, {
    name: 'resolver',
    number: Number(oldResolver.split('.').at(-1)),
    files: {
      '/etc/old-resolver.conf': `server:
  username: ""
  chroot: ""
  pidfile: ""
  use-syslog: no
  verbosity: 0
  log-queries: yes
  logfile: "${join(directory, logName)}"
  interface: ${oldResolver}
  access-control: 192.0.2.0/24 allow
  access-control: 203.0.113.0/24 allow
  module-config: "iterator"
  local-zone: "." static
  local-data: ". 60 IN SOA . . 1 60 60 60 60"
${Object.entries(world)
  .map(([name, address]) => `  local-data: "${name}. 60 IN A ${address}"`)
  .join('\n')}
`,
    },
  });
  const program = host.start(['unbound', '-d', '-c', '/etc/old-resolver.conf']);
  const question = ['dig', '+short', '+tries=1', '+time=1', `@${oldResolver}`, edge.name, 'A'];
  while ((await host.tries(question)).stdout !== `${edge.address}\n`) {
    if (program.isOver) throw new Error(`unbound ended: ${program.output}`);
  }
}

/** What somebody asked of it, in order: `NAME TYPE` for each question. */
export function askedByOld(directory: string, from: string): string[] {
  const asked = /info: (\S+) (\S+)\. (\S+) IN$/;
  return readFileSync(join(directory, logName), 'utf8')
    .split('\n')
    .map((line) => asked.exec(line))
    .filter((match) => match?.[1] === from)
    .map((match) => `${match![2]!.toLowerCase()} ${match![3]}`);
}
