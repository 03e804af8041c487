/**
 * Docs/deploying-the-worker.md, "When something has to be replaced": each key, and the script itself. Rehearsed on the edge of
 * this machine, which runs the same script; a deployment is a start anew with other secrets on the same store.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { Administration } from '../../../client/administration.ts';
import { type Edge, startEdge } from '../../../edge/edge.ts';
import { loadProgram, type Program } from '../../../edge/program/program.ts';
import { messagesOnly } from '../../../sync-agent/log-writer.ts';
import { HttpEdge } from '../../../sync-agent/publish/edge.ts';
import { Publisher } from '../../../sync-agent/publish/publisher.ts';
import { SigningKey } from '../../../sync-agent/publish/signing-key.ts';
import type { ClusterId } from '../../../zone/cluster-id.ts';
import { encodeSnapshot } from '../../../zone/image/encode.ts';
import { kvKeys } from '../../../zone/keys.ts';
import { manifestFormat, signedOctets } from '../../../zone/manifest.ts';
import { parseName } from '../../../zone/name.ts';
import { workerd } from '../../edge/workerd/here.ts';

const main = fileURLToPath(new URL('../../../client/start.mjs', import.meta.url));
const cluster = 'prod' as ClusterId;
const zones = ['cluster.local'];

let program: Program;
let folder: string;
let data: string;
let edge: Edge;
let url: URL;

beforeAll(async () => {
  program = await loadProgram();
});

/** A cluster that is registered, published and answered. */
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kube-doh-rehearsal-'));
  data = join(folder, 'data');
  await start();
  return async () => {
    await edge.stop();
    rmSync(folder, { recursive: true });
  };
});

async function start(): Promise<void> {
  edge = await startEdge({
    data,
    workerd,
    program,
    listen: { host: '127.0.0.1', port: 0 },
    metricsListen: undefined,
    isBehindProxy: false,
    variables: {},
    rateLimits: {},
    log: () => {},
  });
  url = new URL(`http://127.0.0.1:${edge.port}`);
}

/** What a deployment is: other secrets, or another script, and the store as it was. */
async function startAnew(secrets: { readonly admin?: string; readonly token?: string }): Promise<void> {
  await edge.stop();
  for (const [name, secret] of Object.entries(secrets)) writeFileSync(join(data, `${name}.key`), `${secret}\n`);
  await start();
}

function administration(): Administration {
  return new Administration(url, readFileSync(join(data, 'admin.key'), 'utf8').trim());
}

async function makeToken(): Promise<string> {
  const grant = { name: 'test', clusters: [cluster], namespaces: null, zone: null, expiresAt: null };
  return String((await administration().call('POST', '/v1/tokens', grant))['token']);
}

/** HTTP status, and of an answer its RCODE. */
async function ask(token: string): Promise<string> {
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(new URL('/resolve?name=cluster.local&type=SOA', url), { headers });
  const { Status: rcode } = (await response.json()) as { Status?: number };
  return rcode === undefined ? String(response.status) : `${response.status} RCODE ${rcode}`;
}

async function newCluster(): Promise<SigningKey> {
  const key = SigningKey.generate();
  await administration().call('PUT', `/v1/clusters/${cluster}`, { publicKeys: [key.publicKey], zones });
  await publish(key);
  return key;
}

let publishes = 0;

/** As an agent that has just started, each a second after the one before. Rejects with what the edge refused it for. */
async function publish(key: SigningKey): Promise<void> {
  let reason = '';
  publishes += 1;
  const now = () => Date.now() + publishes * 1000;
  const publisher = new Publisher({
    cluster,
    findIdentity: async () => ({ uid: 'uid', isAnother: false }),
    edge: new HttpEdge(url, key),
    clock: { now, steadyNow: Date.now, sleep: () => Promise.reject(new Error(reason)) },
    random: Math.random,
    log: messagesOnly((line) => {
      reason = line;
    }),
  });
  const zone = { kind: 'cluster', origins: [parseName('cluster.local')], ttlSeconds: 30, groups: [] } as const;
  const publishable = { image: encodeSnapshot({ kind: 'live', zones: [zone] }), generatedAt: Date.now() };
  await publisher.publish(publishable, () => publishable, new AbortController().signal);
}

/** As the administrator; its exit code. The edge runs in this process, which must not wait for it standing still. */
async function administer(...args: readonly string[]): Promise<number | null> {
  const flags = ['--edge', url.origin, '--admin-key-file', join(data, 'admin.key')];
  const child = spawn(process.execPath, [main, 'cluster', ...args, ...flags], { stdio: 'ignore' });
  const [code] = await once(child, 'exit');
  return code;
}

test("the agent's key, without a moment in which none is good", async () => {
  const old = await newCluster();
  const token = await makeToken();
  const fresh = SigningKey.generate();
  expect(await administer('rotate-key', cluster, `--public-key=${fresh.publicKey}`)).toBe(0);
  await publish(old);
  await publish(fresh);
  expect(await administer('rotate-key', cluster, '--finish')).toBe(0);
  await expect(publish(old)).rejects.toThrow('403');
  await publish(fresh);
  expect(await ask(token)).toBe('200 RCODE 0');
});

test("the administrator's key: the old one stops, and nothing else does", async () => {
  const key = await newCluster();
  const token = await makeToken();
  const old = readFileSync(join(data, 'admin.key'), 'utf8').trim();
  await new Administration(url, old).call('GET', '/v1/tokens');
  await startAnew({ admin: 'n'.repeat(40) });
  const refused = new Administration(url, old).call('GET', '/v1/tokens');
  await expect(refused).rejects.toThrow("does not take the administrator's key");
  const { tokens } = await administration().call('GET', '/v1/tokens');
  expect(tokens).toHaveLength(1);
  expect(await ask(token)).toBe('200 RCODE 0');
  await publish(key);
});

test('TOKEN_KEY: every token stops, publishing does not, and new tokens are good', async () => {
  const key = await newCluster();
  const token = await makeToken();
  expect(await ask(token)).toBe('200 RCODE 0');
  await startAnew({ token: 'ab'.repeat(32) });
  expect(await ask(token)).toBe('401');
  await publish(key);
  expect(await ask(await makeToken())).toBe('200 RCODE 0');
});

test('an older script on a newer snapshot: it says that it cannot tell, until an agent publishes what it knows', async () => {
  const key = await newCluster();
  const token = await makeToken();
  expect(await ask(token)).toBe('200 RCODE 0');
  await storeAsNewer(key);
  await startAnew({});
  expect(await ask(token)).toBe('200 RCODE 2');
  await publish(key);
  // Isolates look for a newer one once a second.
  await expect.poll(() => ask(token), { timeout: 5000 }).toBe('200 RCODE 0');
});

test('an older script on a registry with members that it does not know reads what it knows', async () => {
  await newCluster();
  const token = await makeToken();
  const value = JSON.parse((await buffer((await edge.store.open(kvKeys.registry))!.stream())).toString());
  value.clusters[cluster].later = { anything: true };
  await put(kvKeys.registry, JSON.stringify(value), undefined);
  await startAnew({});
  expect(await ask(token)).toBe('200 RCODE 0');
});

/** What a script of a later format would have stored. */
async function storeAsNewer(key: SigningKey): Promise<void> {
  const stored = (await edge.store.open(kvKeys.snapshot(cluster)))!;
  const metadata = JSON.parse(stored.metadata!) as { manifest: string };
  const body = await buffer(stored.stream());
  const manifest = metadata.manifest.replace(`"format":${manifestFormat}`, `"format":${manifestFormat + 1}`);
  expect(manifest).not.toBe(metadata.manifest);
  const signature = key.sign(signedOctets(manifest));
  await put(kvKeys.snapshot(cluster), body, JSON.stringify({ manifest, signature }));
}

async function put(key: string, octets: string | Buffer, metadata: string | undefined): Promise<void> {
  const chunks = [Buffer.from(octets)];
  await edge.store.put({ key, metadata, expiresAt: undefined }, toAsync(chunks));
}

async function* toAsync(chunks: readonly Uint8Array[]) {
  yield* chunks;
}
