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
import { type ExampleFacts, exampleFacts, rows } from './support/example-rows.ts';
import { system } from './support/system.ts';

const { ready, objects, directory } = system();
const run = promisify(execFile);
const namespace = `kube-doh-${process.pid}`;
const socketPath = join(directory, 'edge.sock');
const script = fileURLToPath(new URL('./support/inside-namespace.mjs', import.meta.url));
const port = 8080;

let relay: Server;
let inside: ChildProcess;
let facts: ExampleFacts;

beforeAll(async () => {
  facts = await exampleFacts(objects);
  execFileSync('ip', ['netns', 'add', namespace]);
  const addresses = [...[...facts.pods.values()].flat().map(({ address }) => address), ...facts.services.values()];
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

test.each(rows.filter(({ type }) => type === 'A'))('$name', async ({ name, expected }) => {
  const data = expected(facts);
  const reached = reach(`${name}.svc.cluster.local`);
  if (data === undefined) await expect(reached).rejects.toThrow(/resolve host/i);
  else expect(data).toContain(await reached);
});

test('a Service by an alias of its name', async () => {
  expect(await reach('mysql.default.svc.prod.k8s.example.com')).toBe(facts.services.get('default/mysql'));
});

test('a name that does not exist', async () => {
  await expect(reach('nope.default.svc.cluster.local')).rejects.toThrow(/resolve host/i);
});
