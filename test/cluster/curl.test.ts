/**
 * curl resolves over DoH and reaches the very pod: in a network namespace of the test's own, which has the answered
 * addresses, so that nothing is connected to that is not the test's.
 */
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { clusterAddressOf, type PodFact, podsOf } from './support/facts.ts';
import { system } from './support/system.ts';

const { ready, objects, directory } = system();
const run = promisify(execFile);
const namespace = `kube-doh-${process.pid}`;
const socketPath = join(directory, 'edge.sock');
const script = fileURLToPath(new URL('./support/inside-namespace.mjs', import.meta.url));
const port = 8080;

let relay: Server;
let inside: ChildProcess;
let redis: readonly PodFact[];
let mysqlAddress: string;

beforeAll(async () => {
  redis = await podsOf(objects, 'cache', 'redis');
  mysqlAddress = await clusterAddressOf(objects, 'default', 'mysql');
  execFileSync('ip', ['netns', 'add', namespace]);
  const addresses = [...redis.map(({ address }) => address), mysqlAddress];
  const ip = (...args: string[]): Buffer => execFileSync('ip', ['-n', namespace, ...args]);
  ip('link', 'set', 'lo', 'up');
  for (const address of addresses) ip('addr', 'add', `${address}/32`, 'dev', 'lo');
  // The file system is shared, the network is not: the edge is reached through a socket in a folder.
  const { hostname, port: edgePort } = new URL(ready.url);
  relay = createServer((socket) => {
    const edge = connect(Number(edgePort), hostname);
    socket.pipe(edge).pipe(socket);
    for (const end of [socket, edge]) end.on('error', () => end.destroy());
  }).listen(socketPath);
  inside = spawn('ip', ['netns', 'exec', namespace, process.execPath, script, socketPath, edgePort, String(port)]);
  await new Promise((resolve) => inside.stdout!.once('data', resolve));
});

afterAll(() => {
  inside.kill();
  relay.close();
  rmSync(socketPath, { force: true });
  execFileSync('ip', ['netns', 'del', namespace]);
});

/** The server inside says on which address it was reached. */
async function reach(name: string): Promise<string> {
  const doh = ['--doh-url', ready.doh, '--cacert', ready.ca];
  const args = ['netns', 'exec', namespace, 'curl', '-sS', '--max-time', '10', ...doh, `http://${name}:${port}/`];
  return (await run('ip', args)).stdout;
}

test('a pod by its name', async () => {
  for (const { name, address } of redis) {
    expect(await reach(`${name}.redis-headless.cache.svc.cluster.local`)).toBe(address);
  }
});

test('a headless Service: one of its pods', async () => {
  expect(redis.map(({ address }) => address)).toContain(await reach('redis-headless.cache.svc.cluster.local'));
});

test('a Service by its cluster IP, and by an alias of its name', async () => {
  expect(await reach('mysql.default.svc.cluster.local')).toBe(mysqlAddress);
  expect(await reach('mysql.default.svc.prod.k8s.example.com')).toBe(mysqlAddress);
});

test('a name that does not exist', async () => {
  await expect(reach('nope.default.svc.cluster.local')).rejects.toThrow(/resolve host/i);
});
