/** The code for Node, run as it is written, against a name server that tells what it was asked. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import dnsPacket from 'dns-packet';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { readSetup } from '../../../client/recipes/setup.ts';
import { writeRecipe } from '../../../client/recipes/write-recipe.ts';
import { prod } from './example-profiles.ts';

type Lookup = (host: string, options: { readonly all?: boolean }) => Promise<unknown>;

const folder = mkdtempSync(join(tmpdir(), 'kube-doh-node-'));
let server: Socket;
let asked: string[];
let lookup: Lookup;

beforeAll(async () => {
  server = createSocket('udp4').bind(0, '127.0.0.1');
  await once(server, 'listening');
  server.on('message', (query, { port }) => {
    const { id, questions } = dnsPacket.decode(query);
    const { name, type } = questions![0]!;
    asked.push(`${name} ${type}`);
    const answers = ['10.0.0.1', '10.0.0.2'].map((data) => ({ name, type: 'A' as const, ttl: 5, data }));
    const isAbsent = name.startsWith('nope.');
    const flags = isAbsent ? 3 : 0;
    server.send(
      dnsPacket.encode({ type: 'response', id: id!, flags, questions: questions!, answers: isAbsent ? [] : answers }),
      port,
    );
  });
  const path = join(folder, 'lookup.mjs');
  const stub = { host: '127.0.0.1', port: server.address().port };
  writeFileSync(path, writeRecipe('node', readSetup([prod], stub)).text);
  const code = await import(/* @vite-ignore */ pathToFileURL(path).href);
  lookup = promisify(code.lookup) as Lookup;
});

beforeEach(() => {
  asked = [];
});

afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

test('a name of the zones is asked of the stub', async () => {
  expect(await lookup('web.default.svc.prod.k8s.example.com', {})).toBe('10.0.0.1');
  expect(await lookup('web.default.svc.cluster.local', { all: true })).toEqual([
    { address: '10.0.0.1', family: 4 },
    { address: '10.0.0.2', family: 4 },
  ]);
  expect(asked).toEqual(['web.default.svc.prod.k8s.example.com A', 'web.default.svc.cluster.local A']);
});

test('one that does not exist is an error, as of dns.lookup', async () => {
  await expect(lookup('nope.default.svc.cluster.local', {})).rejects.toMatchObject({ code: 'ENOTFOUND' });
});

test('other names are left to the system', async () => {
  expect(await lookup('localhost', { all: true })).toContainEqual({ address: '127.0.0.1', family: 4 });
  expect(asked).toEqual([]);
});
