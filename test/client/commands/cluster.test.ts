/** `kube-doh cluster` against the real Worker in workerd. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { clusterTable } from '../../../client/commands/cluster/listing.ts';
import { rotatedKeys } from '../../../client/commands/cluster/rotation.ts';
import { startWorkerd, type Workerd } from '../../../demo/edge/workerd.ts';
import { messagesOnly } from '../../../sync-agent/log-writer.ts';
import { HttpEdge } from '../../../sync-agent/publish/edge.ts';
import { Publisher } from '../../../sync-agent/publish/publisher.ts';
import { SigningKey } from '../../../sync-agent/publish/signing-key.ts';
import type { ClusterId } from '../../../zone/cluster-id.ts';
import { encodeSnapshot } from '../../../zone/image/encode.ts';
import type { Ran } from '../kube-doh.ts';

const main = fileURLToPath(new URL('../../../client/start.mjs', import.meta.url));

let workerd: Workerd;
let folder: string;
let keyFile: string;
let lines: string[];

beforeAll(async () => {
  lines = [];
  workerd = await startWorkerd({
    isOpen: true,
    defaultCluster: 'local',
    log: (line) => void lines.push(line),
  });
  folder = mkdtempSync(join(tmpdir(), 'kube-doh-test-'));
  keyFile = join(folder, 'admin-key');
  writeFileSync(keyFile, `${workerd.administratorKey}\n`, { mode: 0o600 });
});
afterAll(async () => {
  await workerd.stop();
  rmSync(folder, { recursive: true });
});

/** Without a key unless a test gives one. */
function run(args: readonly string[], key?: string): Promise<Ran> {
  const { KUBE_DOH_ADMIN_KEY: _, ...environment } = process.env;
  const env = key === undefined ? environment : { ...environment, KUBE_DOH_ADMIN_KEY: key };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [main, 'cluster', ...args], { env }, (__, stdout, stderr) => {
      resolve({ code: child.exitCode, stdout, stderr });
    });
  });
}

/** As the administrator. */
function administer(...args: readonly string[]): Promise<Ran> {
  return run([...args, '--edge', workerd.url.origin, '--admin-key-file', keyFile]);
}

/** Its public half begins with the text. */
function newKey(name: string, start = ''): { key: SigningKey; path: string } {
  let key = SigningKey.generate();
  while (!key.publicKey.startsWith(start)) key = SigningKey.generate();
  const path = join(folder, name);
  writeFileSync(path, key.toPem());
  return { key, path };
}

async function publish(cluster: string, key: SigningKey, identity?: string): Promise<void> {
  let reason = '';
  const publisher = new Publisher({
    cluster: cluster as ClusterId,
    findIdentity: async () => ({ uid: identity, isAnother: false }),
    edge: new HttpEdge(workerd.url, key),
    clock: {
      now: Date.now,
      steadyNow: Date.now,
      sleep: () => Promise.reject(new Error(`it is not stored: ${reason}`)),
    },
    random: Math.random,
    log: messagesOnly((line) => {
      reason = line;
    }),
  });
  const image = encodeSnapshot({ kind: 'live', zones: [] });
  const publishable = { image, generatedAt: Date.now() };
  await publisher.publish(publishable, () => publishable, new AbortController().signal);
}

test('a cluster from its beginning to its end', async () => {
  const first = newKey('first.pem');
  // As one in 64 does.
  const second = newKey('second.pem', '-');
  const registration = ['--zone', 'cluster.local', '--public-key', first.key.publicKey];
  expect(await administer('add', 'life', ...registration, '--alias', 'life.example.com')).toEqual({
    code: 0,
    stdout: 'registered cluster life with cluster.local, life.example.com\n',
    stderr: '',
  });
  await publish('life', first.key, 'uid-1');
  expect((await administer('list')).stdout).toMatch(/^life {4,}fresh {2,}\ds {2,}1 {2,}0 {2,}cluster.local,life/m);

  const again = await administer('add', 'life', ...registration);
  expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('registered already') });
  expect(await administer('add', 'thief', ...registration, '--alias', 'a.life.example.com')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/answered 409: the zone a.life.example.com is taken: .*cluster life/),
  });

  expect(await administer('rotate-key', 'life', '--public-key', second.key.publicKey)).toMatchObject({
    code: 0,
    stderr: '',
  });
  await publish('life', first.key);
  await publish('life', second.key, 'uid-1');
  expect((await administer('rotate-key', 'life', '--finish')).code).toBe(0);
  await expect(publish('life', first.key)).rejects.toThrow('not stored');
  expect((await administer('list')).stdout).toMatch(/WRONG_SIGNATURE/);
  await publish('life', second.key, 'uid-1');

  const retire = ['retire', 'life', '--edge', workerd.url.origin, '--key', second.path];
  expect(await run(retire)).toMatchObject({ code: 1, stderr: expect.stringContaining('another Kubernetes cluster') });
  expect(await run(retire, workerd.administratorKey)).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^cluster life is retired \(epoch \d+, serial \d+\)\n$/),
  });
  expect((await administer('list')).stdout).toMatch(/^life +retired/m);
  expect(await administer('remove', 'life')).toEqual({ code: 0, stdout: 'removed cluster life\n', stderr: '' });
  expect((await administer('list')).stdout).toBe('no cluster is registered\n');
  const told = lines.join('\n');
  expect(told).toContain('refused a publish without a good signature: WRONG_SIGNATURE');
  expect(told).not.toContain(workerd.administratorKey);
});

describe('what the commands ask of the edge', () => {
  const entry = {
    cluster: 'c',
    publicKeys: ['old'],
    zones: ['cluster.local'],
    clustersetZones: [],
    softLimitSeconds: 1,
  };
  let server: Server;
  let asked: string[];
  let answer: { readonly status: number; readonly body: object };

  beforeEach(async () => {
    asked = [];
    answer = { status: 200, body: { ...entry, state: 'fresh', identity: 'uid-1' } };
    server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      request.resume().on('end', () => {
        const isGet = request.method === 'GET';
        response.statusCode = isGet ? answer.status : 200;
        const version = JSON.parse(String(request.headers['kube-doh-manifest'] ?? '{}')) as object;
        response.end(JSON.stringify(isGet ? answer.body : { ...entry, ...version }));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => void server.close());

  const ask = (...args: readonly string[]): Promise<Ran> => {
    const { port } = server.address() as AddressInfo;
    return run([...args, '--edge', `http://127.0.0.1:${port}`], 'key');
  };
  const add = ['add', 'c', '--zone', 'cluster.local', '--public-key', 'new'];

  test.for([
    [[...add, '--replace'], ['PUT /v1/clusters/c']],
    [
      ['rotate-key', 'c', '--public-key', 'new'],
      ['GET /v1/clusters/c', 'PUT /v1/clusters/c'],
    ],
    [
      ['retire', 'c', '--key', 'KEY'],
      ['GET /v1/clusters/c', 'PUT /v1/clusters/c/snapshot'],
    ],
    [['remove', 'c'], ['DELETE /v1/clusters/c']],
    [['list'], ['GET /v1/clusters']],
  ] as const)('%j: %j, so no other cluster can be in the way', async ([args, expected]) => {
    const { path } = newKey('asking.pem');
    const ran = await ask(...args.map((arg) => (arg === 'KEY' ? path : arg)));
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(asked).toEqual(expected);
  });

  test('a cluster is added if the edge says that there is none, and not if it says anything else', async () => {
    answer = { status: 404, body: { code: 'NOT_FOUND', error: 'cluster c is not registered' } };
    expect((await ask(...add)).code).toBe(0);
    expect(asked).toEqual(['GET /v1/clusters/c', 'PUT /v1/clusters/c']);
    answer = { status: 404, body: {} };
    expect(await ask(...add)).toMatchObject({ code: 1, stderr: expect.stringContaining('answered 404') });
    answer = { status: 503, body: { error: 'try again' } };
    expect(await ask(...add)).toMatchObject({ code: 1, stderr: expect.stringContaining('answered 503: try again') });
    expect(asked).toHaveLength(4);
  });

  test('a cluster that is not registered has no key to replace', async () => {
    answer = { status: 404, body: { code: 'NOT_FOUND' } };
    const ran = await ask('rotate-key', 'c', '--public-key', 'new');
    expect(ran).toMatchObject({ code: 1, stderr: expect.stringContaining('cluster c is not registered: register it') });
  });

  test('a key is replaced though the edge does not tell what the cluster has published; it is not retired', async () => {
    answer = { status: 200, body: { ...entry, state: 'unknown' } };
    expect((await ask('rotate-key', 'c', '--public-key', 'new')).code).toBe(0);
    const { path } = newKey('asking.pem');
    expect(await ask('retire', 'c', '--key', path)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('does not tell now what cluster c has published: try again, or pass --identity'),
    });
    expect((await ask('retire', 'c', '--key', path, '--identity', 'uid-1')).code).toBe(0);
  });
});

describe('a key', () => {
  test('that is wrong', async () => {
    const ran = await run(['list', '--edge', workerd.url.origin], 'wrong');
    expect(ran).toEqual({
      code: 1,
      stdout: '',
      stderr: `kube-doh: the edge ${workerd.url.origin} does not take the administrator's key: check --admin-key-file or KUBE_DOH_ADMIN_KEY, and the edge's ADMIN_KEY_SHA256\n`,
    });
  });

  test('from the environment', async () => {
    const ran = await run(['list', '--edge', workerd.url.origin], workerd.administratorKey);
    expect(ran.code).toBe(0);
  });

  test('that is nowhere', async () => {
    const ran = await run(['list', '--edge', workerd.url.origin]);
    expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining('pass --admin-key-file FILE, or set KUBE') });
  });

  test('in a file that is not there, or is no key', async () => {
    const absent = await run(['list', '--edge', workerd.url.origin, '--admin-key-file', join(folder, 'absent')]);
    expect(absent).toMatchObject({ code: 1, stderr: expect.stringContaining('there is no such file') });
    const other = join(folder, 'other');
    writeFileSync(other, 'two words');
    const wrong = await run(['list', '--edge', workerd.url.origin, '--admin-key-file', other]);
    expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining(`${other} holds no administrator's key`) });
    expect(wrong.stderr).not.toContain('two words');
  });
});

describe('a wrong command line', () => {
  test.for([
    [[], 'the command is "kube-doh cluster add|rotate-key|retire|remove|list"'],
    [['toString'], 'the command is "kube-doh cluster add|rotate-key|retire|remove|list"'],
    [['remove'], '"kube-doh cluster remove" needs the cluster\'s ID'],
    [['remove', 'Prod'], '"Prod" is no cluster\'s ID'],
    [['list', 'prod'], '"kube-doh cluster list" takes no ID'],
    [['remove', 'prod', '--finish'], '"kube-doh cluster remove" takes no --finish'],
    [['add', 'prod'], '--public-key is missing: pass what "kube-doh key new" printed; --zone is missing'],
    [['add', 'prod', '--zone', 'a', '--public-key', 'b', '--soft-limit', '1h'], '--soft-limit "1h" is not a whole'],
    [['retire', 'prod', '--edge', 'https://e.example'], '--key is missing'],
    [['list', '--edge', 'http://e.example'], '--edge "http://e.example" is not an https URL'],
  ] as const)('%j', async ([args, message]) => {
    const { code, stderr } = await run(args, 'key');
    expect(stderr).toContain(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(code).toBe(2);
  });
});

describe('the keys after a rotation', () => {
  test.for([
    [['old'], 'new', false, ['old', 'new']],
    [['old', 'new'], undefined, true, ['new']],
    [['old', 'new'], 'new', true, ['new']],
    [['only'], undefined, true, ['only']],
  ] as const)('%j and %s, finish %s: %j', ([registered, added, isFinish, expected]) => {
    expect(rotatedKeys(registered, added, isFinish)).toEqual(expected);
  });

  test.for([
    [['old'], undefined, false, '--public-key is missing'],
    [['old'], 'old', false, 'registered already'],
    [['old', 'new'], 'newer', false, 'two keys are registered already'],
    [['old', 'new'], 'old', true, 'the newest key that is registered is new'],
    [undefined, undefined, true, 'the newest key that is registered is missing'],
  ] as const)('%j and %s, finish %s: %s', ([registered, added, isFinish, message]) => {
    expect(() => rotatedKeys(registered, added, isFinish)).toThrow(message);
  });
});

test('what an edge tells of times is a time or nothing', () => {
  const at = (moment: unknown) =>
    clusterTable([{ lastRefusal: { code: 'TOO_LARGE', at: moment } }])[1]
      ?.split(/ {2,}/)
      .at(-1);
  expect(at(Date.parse('2026-11-21T12:00:00Z'))).toBe('TOO_LARGE 2026-11-21T12:00:00Z');
  expect(at(1e20)).toBe('TOO_LARGE -');
  expect(at('now')).toBe('-');
});

test('what an edge tells does not reach the terminal as control characters', () => {
  const table = clusterTable([{ cluster: 'a\u001b[2J', registered: true, state: 'fresh', zones: ['b\u0007'] }, 7]);
  expect(table.join('')).not.toMatch(/\p{Cc}/u);
  expect(table).toHaveLength(3);
});
