/** `kube-doh agent` as those see it who run it: configuration, probes, metrics, the log as JSON, the Lease, the end. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type EmbeddedCluster, startEmbeddedCluster } from '../../../../demo/cluster/embedded-cluster.ts';
import { SigningKey } from '../../../../sync-agent/publish/signing-key.ts';
import { serviceManifest } from '../../../demo/cluster/client.ts';
import { parseMetrics } from '../../../sync-agent/operations/text-format.ts';
import { kubeDoh, RunningKubeDoh } from '../../kube-doh.ts';
import { ReviewingApi } from './reviewing-api.ts';
import { StandInEdge } from './stand-in-edge.ts';

vi.setConfig({ testTimeout: 30_000 });

const key = SigningKey.generate();
let folder: string;
let cluster: EmbeddedCluster;
let api: ReviewingApi;
let edge: StandInEdge;
let agent: RunningKubeDoh | undefined;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kube-doh-test-'));
  writeFileSync(join(folder, 'agent.pem'), key.toPem());
});
afterAll(() => rmSync(folder, { recursive: true }));

beforeEach(async () => {
  cluster = await startEmbeddedCluster({ manifests: [], readyDelayMilliseconds: 0 });
  const server = /server: (\S+)/.exec(cluster.kubeconfig)![1]!;
  api = await ReviewingApi.start(server);
  writeFileSync(join(folder, 'kubeconfig'), cluster.kubeconfig.replace(server, api.url));
  edge = await StandInEdge.start(key.publicKey);
});
afterEach(async () => {
  agent?.signal('SIGKILL');
  agent = undefined;
  edge.stop();
  api.stop();
  await cluster.stop();
});

/** Writes the configuration, with what every agent here needs. */
function configuration(more = ''): string {
  const path = join(folder, 'agent.yaml');
  const lines = [
    `edge: ${edge.url}`,
    `key: ${folder}/agent.pem`,
    `kubeconfig: ${folder}/kubeconfig`,
    'log-format: json',
  ];
  writeFileSync(path, `${lines.join('\n')}\n${more}`);
  return path;
}

interface Line {
  readonly level: string;
  readonly msg: string;
  readonly listen?: string;
  readonly code?: string;
}

function lines({ stderr }: RunningKubeDoh): Line[] {
  const whole = stderr.slice(0, stderr.lastIndexOf('\n') + 1);
  return whole
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

function messages(running: RunningKubeDoh): string[] {
  return lines(running).map(({ msg }) => msg);
}

async function untilReady(running: RunningKubeDoh): Promise<void> {
  await expect.poll(() => messages(running), { timeout: 20_000 }).toContain('ready: every watch is open');
}

async function get(path: string): Promise<{ status: number; body: string }> {
  const response = await fetch(`${lines(agent!).find(({ listen }) => listen !== undefined)?.listen}${path}`);
  return { status: response.status, body: await response.text() };
}

test('with all its options in a file, it tells probes and metrics how it stands', async () => {
  agent = new RunningKubeDoh('agent', '--config', configuration('cluster: prod\nlisten: 127.0.0.1:0\n'));
  await untilReady(agent);
  expect(await get('/livez')).toEqual({ status: 200, body: 'ok' });
  expect(await get('/readyz?verbose')).toEqual({
    status: 200,
    body: [
      '[+]started ok',
      '[+]shutdown ok',
      '[+]lists ok',
      '[+]watches ok',
      '[+]cluster ok',
      '[+]publishing ok',
      'readyz check passed\n',
    ].join('\n'),
  });
  const families = parseMetrics((await get('/metrics')).body);
  const read = (family: string, sample = family) => families.get(family)?.samples.get(sample);
  expect(read('kube_doh_ready')).toBe(1);
  expect(read('kube_doh_snapshot_serial')).toBe(edge.published[0]!.manifest.serial);
  expect(read('kube_doh_publishes_total', 'kube_doh_publishes_total{why="change"}')).toBe(1);
  expect(
    read('kube_doh_watch_last_alive_seconds', 'kube_doh_watch_last_alive_seconds{resource="Service"}'),
  ).toBeLessThan(20);
  expect([...families.get('rest_client_requests_total')!.samples.keys()]).toContainEqual(
    expect.stringMatching(/^rest_client_requests_total\{code="200",method="GET",host="127\.0\.0\.1:\d+"\}$/),
  );
  expect(families.get('leader_election_master_status')?.samples.size).toBe(0);
});

test.for([
  ['', []],
  ['endpoints: true\n', ['endpoints']],
  ['endpoints: true\nremarks: true\n', ['endpoints', 'remarks']],
] as const)('beside the snapshot it publishes what it is told to: %j', async ([more, kinds]) => {
  agent = new RunningKubeDoh('agent', '--once', '--config', configuration(`cluster: prod\n${more}`));
  expect(await agent.exited).toEqual({ code: 0, signal: null });
  expect(edge.published).toHaveLength(1);
  expect(edge.supplements.map(({ kind }) => kind).sort()).toEqual(kinds);
  for (const { text } of edge.supplements) expect(text).toMatch(/^\{"name":"kubernetes\.default\.svc",/m);
});

test('each line of its log is JSON with facts, and none holds a credential', async () => {
  cluster.store.create(serviceManifest('a', 'default', { type: 'ExternalName', externalName: 'a..b' }));
  agent = new RunningKubeDoh('agent', '--config', configuration('cluster: prod\n'));
  await untilReady(agent);
  agent.signal('SIGTERM');
  expect(await agent.exited).toEqual({ code: 0, signal: null });
  expect(lines(agent)).toContainEqual({
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    level: 'info',
    msg: `publishing cluster prod to ${edge.url}, signed with the key whose public half is ${key.publicKey}`,
    cluster: 'prod',
    edge: edge.url,
    publicKey: key.publicKey,
  });
  const problem = { level: 'warn', resource: 'Service', namespace: 'default', name: 'a' };
  expect(lines(agent)).toContainEqual(expect.objectContaining(problem));
  const { epoch, serial } = edge.published[0]!.manifest;
  expect(lines(agent)).toContainEqual(
    expect.objectContaining({ level: 'info', epoch, serial, objectsWithProblems: 1 }),
  );
  expect(messages(agent).slice(-2)).toEqual(['ending: SIGTERM came', 'ended']);
  const token = /token: (\S+)/.exec(cluster.kubeconfig)?.[1];
  const secrets = [key.toPem().split('\n')[1]!, ...(token === undefined ? [] : [token])];
  for (const secret of secrets) expect(agent.stderr).not.toContain(secret);
});

test('what cannot start is told in the log, and is a failure', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  agent = new RunningKubeDoh('agent', '--config', configuration(), '--listen', `127.0.0.1:${port}`);
  expect(await agent.exited).toEqual({ code: 1, signal: null });
  other.close();
  expect(lines(agent)).toEqual([
    expect.objectContaining({
      level: 'error',
      msg: `cannot listen on 127.0.0.1:${port}: something listens there already; end it, or pass another --listen`,
      code: 'CANNOT_LISTEN',
    }),
  ]);
});

test('while the edge is down it is alive and not ready', async () => {
  const config = configuration('listen: 127.0.0.1:0\n');
  edge.stop();
  agent = new RunningKubeDoh('agent', '--config', config);
  const failing = expect.stringContaining('cannot reach the edge');
  await expect.poll(() => messages(agent!), { timeout: 20_000 }).toContainEqual(failing);
  expect((await get('/livez')).status).toBe(200);
  expect(await get('/readyz')).toMatchObject({
    status: 503,
    body: expect.stringContaining('[-]publishing failed: nothing is published yet\n'),
  });
});

test('a second signal ends it at once', async () => {
  agent = new RunningKubeDoh('agent', '--config', configuration());
  await untilReady(agent);
  // Holds up the end: a write that is under way is waited for.
  edge.hangs = true;
  cluster.store.create(serviceManifest('web', 'default', { ports: [{ port: 80 }] }));
  await expect.poll(() => edge.hangingCount, { timeout: 20_000 }).toBe(1);
  agent.signal('SIGINT');
  await expect.poll(() => messages(agent!).at(-1)).toBe('ending: SIGINT came');
  const again = setInterval(() => agent?.signal('SIGTERM'), 100);
  expect(await agent.exited.finally(() => clearInterval(again))).toEqual({ code: 143, signal: null });
  expect(messages(agent).at(-1)).toBe('ended at once: SIGTERM came while ending');
});

test('permissions that are missing are told all at once, and it does not start', async () => {
  for (const what of ['watch services', 'list endpointslices', 'watch endpointslices']) api.denied.add(what);
  agent = new RunningKubeDoh('agent', '--config', configuration());
  expect(await agent.exited).toEqual({ code: 1, signal: null });
  const errors = lines(agent).filter(({ level }) => level === 'error');
  expect(errors.map(({ msg }) => msg)).toEqual([
    expect.stringMatching(/^may not watch services in the whole cluster/),
    expect.stringMatching(/^may not list or watch endpointslices\.discovery\.k8s\.io in the whole cluster/),
    '2 permissions are missing, see above',
  ]);
  expect(edge.published).toEqual([]);
});

test('one that it can do without is told, and it goes on', async () => {
  api.denied.add('create events');
  agent = new RunningKubeDoh('agent', '--config', configuration());
  await untilReady(agent);
  expect(lines(agent)).toContainEqual(
    expect.objectContaining({
      level: 'warn',
      msg: expect.stringMatching(/^may not create events in the whole cluster/),
    }),
  );
});

test('--once publishes once and ends', async () => {
  agent = new RunningKubeDoh('agent', '--config', configuration('once: true\n'));
  expect(await agent.exited).toEqual({ code: 0, signal: null });
  expect(edge.published).toHaveLength(1);
});

test('--dry-run shows what would change, and changes nothing', async () => {
  cluster.store.create(serviceManifest('web', 'default', { ports: [{ port: 80 }] }));
  agent = new RunningKubeDoh('agent', '--config', configuration('dry-run: true\n'), '--once');
  expect(await agent.exited).toEqual({ code: 0, signal: null });
  expect(agent.stdout).toMatch(/^\+ web\.default\.svc\.cluster\.local\. 30 IN A /m);
  expect(edge.published).toEqual([]);
});

test('the help names every option and its default', () => {
  const { code, stdout } = kubeDoh('agent', '--help');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^ {2}--ttl SECONDS +TTL of the records, 0 to 3600 \(30\)$/m);
  expect(stdout).toMatch(/^ {2}--\[no-\]events +/m);
});

describe('a wrong option', () => {
  test('is told with where it came from, before anything is loaded', () => {
    const { code, stderr } = kubeDoh('agent', '--config', configuration('ttl: never\nonce: maybe\n'), '--pods', 'all');
    const path = join(folder, 'agent.yaml');
    expect([code, stderr]).toEqual([
      2,
      `kube-doh: ${path}: once "maybe" is not true or false; ${path}: ttl "never" is not a whole number of seconds from 0 to 3600; --pods "all" is not disabled, insecure or verified\n`,
    ]);
  });
});
