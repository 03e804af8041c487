/** `kube-doh setup` against the real Worker in workerd: what it makes, that it makes it once, and what it never prints. */
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { Administration } from '../../../client/administration.ts';
import { createServerCertificate, type ServerCertificate } from '../../../demo/edge/certificate.ts';
import { startWorkerd, type Workerd } from '../../../demo/edge/workerd.ts';
import { type Front, startFront } from '../../../edge/front/front.ts';
import { SigningKey } from '../../../sync-agent/publish/signing-key.ts';
import type { Ran } from '../kube-doh.ts';

const main = fileURLToPath(new URL('../../../client/start.mjs', import.meta.url));

let workerd: Workerd;
let administration: Administration;
/** The folder of one test, where the command is run. */
let folder: string;

beforeAll(async () => {
  workerd = await startWorkerd({ isOpen: false, defaultCluster: 'local', log: () => {} });
  administration = new Administration(workerd.url, workerd.administratorKey);
});
afterAll(() => workerd.stop());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kube-doh-setup-'));
  writeFileSync(join(folder, 'admin.key'), `${workerd.administratorKey}\n`, { mode: 0o600 });
});
afterEach(() => rmSync(folder, { recursive: true }));

function setup(...args: readonly string[]): Promise<Ran> {
  return setupWith(args, workerd.url.origin);
}

function setupWith(args: readonly string[], edge: string, more: NodeJS.ProcessEnv = {}): Promise<Ran> {
  const flags = ['--edge', edge, '--admin-key-file', 'admin.key'];
  const env = { ...process.env, KUBE_DOH_PROFILES: join(folder, 'profiles.json'), ...more };
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [main, 'setup', ...args, ...flags],
      { env, cwd: folder },
      (_, stdout, stderr) => resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}

function read(name: string): string {
  return readFileSync(join(folder, name), 'utf8');
}

/** The key in a manifest, as a Pod would find it. */
function keyIn(manifest: string): SigningKey {
  const path = join(folder, 'key.pem');
  writeFileSync(path, Buffer.from(parse(manifest).data['key.pem'], 'base64'));
  return SigningKey.fromFile(path);
}

async function registered(cluster: string) {
  const entry = await administration.find(`/v1/clusters/${cluster}`);
  const { tokens } = await administration.call('GET', '/v1/tokens');
  const own = (tokens as readonly { clusters: string[] }[]).filter(({ clusters }) => clusters.includes(cluster));
  return { publicKeys: entry?.['publicKeys'], zones: entry?.['zones'], tokens: own.length };
}

test('a cluster is prepared once, and a second run finds all of it', async () => {
  const args = ['prod', '--alias', 'prod.k8s.example.com', '--token-expires', '90d', '--login'];
  const first = await setup(...args);
  expect(first).toMatchObject({ code: 0, stderr: '' });
  const { publicKey } = keyIn(read('prod-key.yaml'));
  expect(first.stdout.split('\n')).toEqual([
    'cluster prod: registered, with cluster.local, prod.k8s.example.com',
    'key: made; its Secret is in prod-key.yaml, which only you may read',
    expect.stringMatching(/^token: made \([a-z2-7]{8}\), in prod\.token, which only you may read$/),
    'login: kept as profile prod',
    '',
    'Next, here, since no other machine reaches this edge:',
    '',
    "  (umask 077; sed -n 's/^  key.pem: //p' prod-key.yaml | base64 -d > prod.pem)",
    `  kube-doh agent --edge ${workerd.url.origin} --cluster prod --key prod.pem --alias prod.k8s.example.com --kubeconfig ~/.kube/config`,
    '  kube-doh resolve kubernetes.default.svc --profile prod',
    '',
  ]);
  expect(parse(read('prod-key.yaml'))).toMatchObject({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'kube-doh-key', namespace: 'kube-doh' },
    type: 'Opaque',
  });
  for (const name of ['prod-key.yaml', 'prod.token', 'profiles.json']) {
    expect([name, statSync(join(folder, name)).mode & 0o777]).toEqual([name, 0o600]);
  }
  const zones = ['cluster.local', 'prod.k8s.example.com'];
  expect(await registered('prod')).toEqual({ publicKeys: [publicKey], zones, tokens: 1 });
  const [takeKeyOut = ''] = first.stdout.split('\n').filter((line) => line.includes('base64'));
  execFileSync('sh', ['-c', takeKeyOut], { cwd: folder });
  expect(SigningKey.fromFile(join(folder, 'prod.pem')).publicKey).toBe(publicKey);
  expect(statSync(join(folder, 'prod.pem')).mode & 0o777).toBe(0o600);
  expect(JSON.parse(read('profiles.json'))).toMatchObject({ profiles: expect.anything() });

  const files = ['prod-key.yaml', 'prod.token', 'profiles.json'].map(read);
  const second = await setup(...args);
  expect(second).toMatchObject({ code: 0, stderr: '' });
  expect(second.stdout.split('\n').slice(0, 4)).toEqual([
    'cluster prod: is registered already, with cluster.local, prod.k8s.example.com',
    'key: the one in prod-key.yaml',
    expect.stringMatching(/^token: the one in prod\.token/),
    'login: there is a profile prod',
  ]);
  expect(['prod-key.yaml', 'prod.token', 'profiles.json'].map(read)).toEqual(files);
  expect(await registered('prod')).toEqual({ publicKeys: [publicKey], zones, tokens: 1 });

  const token = read('prod.token').trim();
  for (const { stdout } of [first, second]) {
    expect(stdout).not.toContain(token);
    expect(stdout).not.toMatch(/PRIVATE KEY|LS0tLS1/);
  }
});

test('a run from elsewhere makes nothing anew, and says where to go', async () => {
  expect((await setup('moved')).code).toBe(0);
  rmSync(join(folder, 'moved-key.yaml'));
  rmSync(join(folder, 'moved.token'));
  const before = await registered('moved');
  const { code, stdout } = await setup('moved');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^key: made before, and not here; if its Secret was lost, "kube-doh cluster remove moved"/m);
  expect(stdout).toMatch(/^token: made before \([a-z2-7]{8}\), and not here; "kube-doh token create --cluster moved/m);
  expect(stdout).not.toContain('base64');
  expect(await registered('moved')).toEqual(before);
  expect(existsSync(join(folder, 'moved-key.yaml'))).toBe(false);
});

test('what a run that failed has left behind is taken up', async () => {
  expect((await setup('torn', '--no-token')).code).toBe(0);
  await administration.call('DELETE', '/v1/clusters/torn');
  const { publicKey } = keyIn(read('torn-key.yaml'));
  const { code, stdout } = await setup('torn', '--no-token');
  expect({ code, line: stdout.split('\n')[1] }).toEqual({ code: 0, line: 'key: the one in torn-key.yaml' });
  expect(await registered('torn')).toMatchObject({ publicKeys: [publicKey], tokens: 0 });
});

test.for([
  ['the token', 'ended.token'],
  ['the key', 'ended-key.yaml'],
] as const)('a run that was ended while it wrote down %s is taken up', async ([, file], { onTestFinished }) => {
  onTestFinished(async () => void (await administration.call('DELETE', '/v1/clusters/ended')));
  writeFileSync(join(folder, file), '', { mode: 0o600 });
  const args = ['ended', '--token-file', 'ended.token'];
  expect(await setup(...args)).toMatchObject({ code: 0, stderr: '' });
  expect(read(file)).not.toBe('');
  expect(await registered('ended')).toMatchObject({ publicKeys: [keyIn(read('ended-key.yaml')).publicKey] });
  const { tokens } = (await administration.call('GET', '/v1/tokens')) as {
    tokens: { id: string; clusters: string[] }[];
  };
  for (const { id, clusters } of tokens) {
    if (clusters.includes('ended')) await administration.call('DELETE', `/v1/tokens?id=${id}`);
  }
});

test('a token that was made and could not be written down is told, with how to go on', async () => {
  expect((await setup('lost')).code).toBe(0);
  const id = read('lost.token').slice(3, 11);
  writeFileSync(join(folder, 'lost.token'), '');
  expect(await setup('lost', '--login')).toEqual({
    code: 1,
    stdout: '',
    stderr: `kube-doh: --login needs the token, which was made before and is not in lost.token: "kube-doh token revoke ${id}" and run this again, or leave --login out\n`,
  });
  await administration.call('DELETE', `/v1/tokens?id=${id}`);
  expect((await setup('lost', '--login')).code).toBe(0);
  expect(await registered('lost')).toMatchObject({ tokens: 1 });
});

describe('an edge whose authority is not a public one', () => {
  let front: Front;
  let certificate: ServerCertificate;

  beforeEach(async () => {
    certificate = await createServerCertificate(['127.0.0.1'], Date.now());
    front = await startFront({ host: '127.0.0.1', port: 0, certificate, upstream: workerd.upstream });
    writeFileSync(join(folder, 'authority.pem'), certificate.authorityPem);
  });
  afterEach(() => front.stop());

  function setupThere(authority: string): Promise<Ran> {
    return setupWith(['own', '--no-token'], `https://127.0.0.1:${front.port}`, { KUBE_DOH_AUTHORITY: authority });
  }

  test('is trusted when KUBE_DOH_AUTHORITY names it, and the chart is told of it', async () => {
    const { code, stdout, stderr } = await setupThere('authority.pem');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^ {2}helm install .* --set-file edge\.certificateAuthority=authority\.pem$/m);
  });

  test.for([
    ['', /^kube-doh: cannot reach the edge at https:.*verify/],
    ['admin.key', /^kube-doh: .*admin\.key holds no certificate: name a PEM file with .*KUBE_DOH_AUTHORITY\n$/],
    ['absent.pem', /^kube-doh: .*absent\.pem is no file: .*\n$/],
  ] as const)('and not when that is %j', async ([authority, reason]) => {
    const { code, stderr } = await setupThere(authority);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(reason) });
  });
});

test('the manifest goes to the standard output, and everything else to the other', async () => {
  const { code, stdout, stderr } = await setup('piped', '--manifest', '-', '--no-token', '--secret', 'other');
  expect(code).toBe(0);
  expect(parse(stdout)).toMatchObject({ kind: 'Secret', metadata: { name: 'other' } });
  expect(await registered('piped')).toMatchObject({ publicKeys: [keyIn(stdout).publicKey] });
  expect(stderr).toMatch(/^cluster piped: registered/);
  expect(stderr).not.toContain('base64');
  const again = await setup('piped', '--manifest', '-', '--no-token');
  expect(again).toMatchObject({ code: 0, stdout: '' });
});

test('as JSON', async () => {
  const { stdout } = await setup('json', '--zone', 'corp.local', '--clusterset-zone', 'clusterset.local', '--json');
  const answer = JSON.parse(stdout);
  expect(answer).toMatchObject({
    edge: workerd.url.origin,
    cluster: 'json',
    registration: 'made',
    zones: ['corp.local'],
    clustersetZones: ['clusterset.local'],
    key: { state: 'made', manifest: 'json-key.yaml', namespace: 'kube-doh', name: 'kube-doh-key' },
    token: { state: 'made', file: 'json.token' },
    profile: null,
  });
  expect(answer.publicKeys).toEqual([keyIn(read('json-key.yaml')).publicKey]);
  expect(answer.next[1]).toContain('--zone corp.local --clusterset-zone clusterset.local');
  expect(stdout).not.toContain(read('json.token').trim());
});

describe('refused, with nothing made', () => {
  test('another zone than it is registered with', async () => {
    expect((await setup('zoned', '--no-token')).code).toBe(0);
    expect(await setup('zoned', '--no-token', '--alias', 'zoned.example.com')).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'kube-doh: cluster zoned is registered with the zones cluster.local, not cluster.local, zoned.example.com: "kube-doh cluster add zoned --replace" changes that\n',
    });
  });

  test("another's key in the manifest", async () => {
    expect((await setup('keyed', '--no-token')).code).toBe(0);
    expect((await setup('other', '--no-token', '--manifest', 'other.yaml')).code).toBe(0);
    const { code, stderr } = await setup('keyed', '--no-token', '--manifest', 'other.yaml');
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^kube-doh: the key in other\.yaml is not one that is registered for cluster keyed: "kube-doh cluster rotate-key keyed --public-key .{43}"\n$/,
    );
  });

  test('a profile of that name for another edge', async () => {
    expect((await setup('logged', '--login')).code).toBe(0);
    const profiles = read('profiles.json').replaceAll(workerd.url.origin, 'https://other.example');
    writeFileSync(join(folder, 'profiles.json'), profiles, { mode: 0o600 });
    const { code, stderr } = await setup('logged', '--login');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^kube-doh: there is a profile logged for https:\/\/other\.example: leave --login out/);
    expect(read('profiles.json')).toBe(profiles);
  });

  test.for([
    [
      ['bad', '--manifest', 'admin.key'],
      1,
      'admin.key holds no key that was made here: choose another path with --manifest',
    ],
    [
      ['bad', '--token-file', 'admin.key', '--manifest', 'k'],
      1,
      'admin.key holds no token for cluster bad: choose another path with --token-file',
    ],
    [['bad', '--manifest', 'no/where'], 1, 'no/where: it cannot be written (ENOENT)'],
    [['Bad'], 2, '"Bad" is no cluster\'s ID: that is 1 to 32 of a-z, 0-9 and "-"'],
    [['bad', '--login', '--no-token'], 2, '--login needs a token: leave --no-token out'],
    [
      ['bad', '--alias', 'prod.k8s.example.com', '--manifest', 'k2'],
      1,
      /answered 409: the zone prod\.k8s\.example\.com is taken: it belongs to cluster prod/,
    ],
  ] as const)('%j', async ([args, code, reason]) => {
    const ran = await setup(...args);
    expect(ran).toMatchObject({ code, stdout: '' });
    if (typeof reason === 'string') expect(ran.stderr).toBe(`kube-doh: ${reason}\n`);
    else expect(ran.stderr).toMatch(reason);
    expect(await registered('bad')).toEqual({ publicKeys: undefined, zones: undefined, tokens: 0 });
  });
});
