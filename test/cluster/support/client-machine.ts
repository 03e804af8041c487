/**
 * A machine that routes to the cluster's pods: a network namespace of the test's own, which has the addresses of the
 * examples, so that nothing is connected to that is not the test's. It reaches the edge at the address that everybody
 * else does, and its only name server is 127.0.0.1, where nobody answers unless the test starts somebody there.
 */
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { ExampleFacts } from './example-rows.ts';
import type { Ready } from './program.ts';

const execute = promisify(execFile);
const script = fileURLToPath(new URL('./inside-namespace.mjs', import.meta.url));

/** Every address of the machine answers HTTP at this port, with the address itself. */
export const pagePort = 8080;

/** Beside or in place of the test's own environment. */
export type Environment = Readonly<Record<string, string>>;

export interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

export interface ClientMachine {
  /** For files of programs on the machine; removed with it. */
  readonly directory: string;
  /** Runs a program to its end. Rejects, with its `stderr` in the message, unless it ends with 0. */
  run(command: string, args: readonly string[], environment?: Environment): Promise<Output>;
  /** Starts a program that ends with the machine. */
  start(command: string, args: readonly string[]): ChildProcess;
  close(): Promise<void>;
}

/** `facts` name the addresses that the machine has. */
export async function clientMachine(
  { ready, directory: parent }: { readonly ready: Pick<Ready, 'url'>; readonly directory: string },
  facts: ExampleFacts,
): Promise<ClientMachine> {
  const namespace = `kube-doh-${process.pid}`;
  const directory = mkdtempSync(join(parent, 'machine-'));
  const nameServers = join(directory, 'resolv.conf');
  writeFileSync(nameServers, 'nameserver 127.0.0.1\n');
  // What is mounted inside is seen by nobody else: `ip netns exec` gives each program its own view of the file system.
  const inside = [
    'netns',
    'exec',
    namespace,
    'sh',
    '-c',
    'mount --bind "$0" /etc/resolv.conf && exec "$@"',
    nameServers,
  ];
  const started: ChildProcess[] = [];
  const machine = {
    directory,
    run: async (command: string, args: readonly string[], environment: Environment = {}): Promise<Output> => {
      const options = { env: { ...process.env, ...environment }, timeout: 30_000 };
      return await execute('ip', [...inside, command, ...args], options);
    },
    start: (command: string, args: readonly string[]): ChildProcess => {
      const child = spawn('ip', [...inside, command, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
      started.push(child);
      return child;
    },
  };

  execFileSync('ip', ['netns', 'add', namespace]);
  // The file system is shared, the network is not: the edge is reached through a socket in a folder.
  const { hostname, port } = new URL(ready.url);
  const socketPath = join(directory, 'edge.sock');
  const relay = createServer((socket) => {
    const edge = connect(Number(port), hostname);
    socket.pipe(edge).pipe(socket);
    for (const end of [socket, edge]) end.on('error', () => end.destroy());
  }).listen(socketPath);
  const close = async (): Promise<void> => {
    await Promise.all(started.map(end));
    relay.close();
    execFileSync('ip', ['netns', 'del', namespace]);
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    addAddresses(namespace, facts);
    await once(relay, 'listening');
    await once(machine.start(process.execPath, [script, socketPath, port, String(pagePort)]).stdout!, 'data');
  } catch (error) {
    await close();
    throw error;
  }
  return { ...machine, close };
}

function addAddresses(namespace: string, facts: ExampleFacts): void {
  const ip = (...args: string[]): Buffer => execFileSync('ip', ['-n', namespace, ...args]);
  ip('link', 'set', 'lo', 'up');
  const addresses = [...[...facts.pods.values()].flat().map(({ address }) => address), ...facts.services.values()];
  for (const address of addresses) ip('addr', 'add', `${address}/32`, 'dev', 'lo');
  // A wire that ends on the machine itself: with nothing but loopback Chromium takes it to be offline, and asks nobody.
  ip('link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'eth0-end');
  ip('link', 'set', 'eth0-end', 'up');
  ip('link', 'set', 'eth0', 'up');
  ip('addr', 'add', '192.0.2.1/24', 'dev', 'eth0');
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill();
  await ended;
}
