/** `kube-doh hosts` as a user sees it, on files of the test's own. */
import { type ChildProcess, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { DnsAnswers } from '../../demo/dns-answers.ts';
import { EdgeOfDemo, runCommand, spawnCommand } from './edge-of-demo.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const limits =
  'kube-doh: a hosts file has no SRV records and no wildcards, and goes stale when pods restart: run this again, or --watch\n';
const before = '127.0.0.1\tlocalhost\n\xff no line end';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kube-doh-test-'));
  file = join(folder, 'hosts');
  writeFileSync(file, before, 'latin1');
});
afterEach(() => rmSync(folder, { recursive: true }));

function hostsFile(): string {
  return readFileSync(file, 'latin1');
}

describe('with the real edge', () => {
  const edge = new EdgeOfDemo();
  let watching: ChildProcess | undefined;

  beforeAll(() => edge.ready());
  afterAll(() => edge.remove());
  afterEach(() => {
    watching?.kill('SIGKILL');
  });

  test('a headless Service and one with a cluster IP, printed', async () => {
    const { code, stdout, stderr } = await edge.run('hosts', 'redis-headless.cache', 'web.default.svc.cluster.local');
    expect({ code, stderr }).toEqual({ code: 0, stderr: limits });
    const names = stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => line.replace(/^10\.\d+\.\d+\.\d+ /, ''));
    const inBoth = (name: string): string => `${name}.svc.cluster.local ${name}.svc.prod.k8s.example.com`;
    expect(names).toEqual([
      ...[0, 1, 2].map((i) => inBoth(`redis-${i}.redis-headless.cache`)),
      ...Array(3).fill(inBoth('redis-headless.cache')),
      inBoth('web.default'),
    ]);
    const [first] = stdout.split(' ');
    expect(first).toBe(await edge.address('redis-0.redis-headless.cache'));
  });

  test('in other formats', async () => {
    const address = await edge.address('web.default');
    const docker = await edge.run('hosts', 'web.default', '--format', 'docker', '--short-names');
    expect(docker.stdout.split('\n')).toEqual([
      `--add-host=web.default.svc.cluster.local:${address}`,
      `--add-host=web.default.svc.prod.k8s.example.com:${address}`,
      `--add-host=web.default:${address}`,
      `--add-host=web:${address}`,
      '',
    ]);
    const json = await edge.run('hosts', 'web.default', '--format', 'json');
    expect(JSON.parse(json.stdout)).toEqual([
      { address, names: expect.arrayContaining(['web.default.svc.cluster.local']) },
    ]);
  });

  test('a Service without ports: its pods by the PTR records', async () => {
    const namespace = edge.api('/api/v1/namespaces/default');
    const service = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'portless', namespace: 'default' },
      spec: { clusterIP: 'None', selector: { app: 'redis' } },
    };
    const headers = { 'content-type': 'application/json' };
    const slice = {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: 'portless-x', namespace: 'default', labels: { 'kubernetes.io/service-name': 'portless' } },
      addressType: 'IPv4',
      endpoints: [{ addresses: ['10.244.9.9'], hostname: 'db-0', conditions: { ready: true } }],
      ports: [],
    };
    const slices = edge.api('/apis/discovery.k8s.io/v1/namespaces/default/endpointslices');
    await fetch(`${namespace}/services`, { method: 'POST', headers, body: JSON.stringify(service) });
    expect((await fetch(slices, { method: 'POST', headers, body: JSON.stringify(slice) })).status).toBe(201);
    expect((await edge.run('wait', 'db-0.portless.default')).code).toBe(0);
    const { stdout } = await edge.run('hosts', 'portless.default');
    expect(stdout.split('\n')).toEqual([
      '10.244.9.9 db-0.portless.default.svc.cluster.local db-0.portless.default.svc.prod.k8s.example.com',
      '10.244.9.9 portless.default.svc.cluster.local portless.default.svc.prod.k8s.example.com',
      '',
    ]);
  });

  test('one that is not there is told; the others are written', async () => {
    const { code, stderr } = await edge.run('hosts', 'absent.default', 'web.default', '--write', '--file', file);
    expect(code).toBe(1);
    expect(stderr).toContain('kube-doh: there is no absent.default.svc.cluster.local.\n');
    expect(hostsFile()).toContain(' web.default.svc.cluster.local ');
  });

  test('written between marks, and taken out again', async () => {
    const written = await edge.run('hosts', 'redis-headless.cache', '--write', '--file', file);
    expect(written).toEqual({ code: 0, stdout: '', stderr: `${limits}kube-doh: ${file}: 6 lines are written\n` });
    const printed = await edge.run('hosts', 'redis-headless.cache');
    const name = /^# BEGIN kube-doh (\S+)$/m.exec(hostsFile())![1];
    expect(hostsFile()).toBe(`${before}\n# BEGIN kube-doh ${name}\n${printed.stdout}# END kube-doh ${name}`);
    const again = await edge.run('hosts', 'redis-headless.cache', '--write', '--file', file);
    expect(again.stderr).toBe(`${limits}kube-doh: ${file}: nothing has changed\n`);
    const removed = await runCommand(['hosts', '--remove', '--file', file], {});
    expect(removed).toEqual({ code: 0, stdout: '', stderr: `kube-doh: ${file}: the names are taken out\n` });
    expect(hostsFile()).toBe(before);
    expect(readdirSync(folder)).toEqual(['hosts']);
    const none = await runCommand(['hosts', '--remove', '--file', file], {});
    expect(none).toEqual({ code: 0, stdout: '', stderr: `kube-doh: ${file}: there were no names of ours\n` });
  });

  test('kept as the DNS is, until it is told to end; what was written stays', async () => {
    const name = 'redis-2.redis-headless.cache.svc.cluster.local';
    const addressIn = (text: string): string | undefined => new RegExp(`^(\\S+) ${name} `, 'm').exec(text)?.[1];
    watching = spawnCommand(['hosts', 'redis-headless.cache', '--watch', '--file', file], edge.variables);
    const ended = new Promise((resolve) => watching!.on('exit', (code, signal) => resolve({ code, signal })));
    await expect.poll(() => addressIn(hostsFile()), { timeout: 20_000 }).toBe(await edge.address(name));
    const old = await edge.address(name);
    const deleted = await fetch(edge.api('/api/v1/namespaces/cache/pods/redis-2'), { method: 'DELETE' });
    expect(deleted.status).toBe(200);
    await expect.poll(() => addressIn(hostsFile()), { timeout: 30_000 }).not.toBe(old);
    await expect.poll(() => addressIn(hostsFile()), { timeout: 30_000 }).toBeDefined();
    watching.kill('SIGTERM');
    expect(await ended).toEqual({ code: 0, signal: null });
    expect(addressIn(hostsFile())).toBeDefined();
    expect(hostsFile().startsWith(before)).toBe(true);
  });

  test('with --remove they go at the end', async () => {
    const args = ['hosts', 'web.default', '--watch', '--remove', '--file', file];
    watching = spawnCommand(args, edge.variables);
    const ended = new Promise((resolve) => watching!.on('exit', (code, signal) => resolve({ code, signal })));
    await expect.poll(hostsFile, { timeout: 20_000 }).toContain(' web.default.svc.cluster.local ');
    watching.kill('SIGTERM');
    expect(await ended).toEqual({ code: 0, signal: null });
    expect(hostsFile()).toBe(before);
  });
});

describe('with an edge that fails', () => {
  let server: DnsAnswers;

  beforeEach(async () => {
    server = await new DnsAnswers().listen();
  });
  afterEach(() => server.close());

  test.for([
    [{ rcode: 'SERVFAIL' }, 'web.default.svc.cluster.local. A: SERVFAIL'],
    [503, 'answered with HTTP status 503'],
    [401, 'answered with HTTP status 401'],
  ] as const)('%j: what is there stays', async ([reply, line]) => {
    const text = '# BEGIN kube-doh 127.0.0.1\n10.0.0.1 web.default.svc.cluster.local\n# END kube-doh 127.0.0.1\n';
    writeFileSync(file, text);
    server.reply = () => reply;
    const args = ['hosts', 'web.default', '--doh', server.url.href, '--zone', 'cluster.local', '--file', file];
    const { code, stderr } = await runCommand([...args, '--write'], {});
    expect([code, hostsFile()]).toEqual([1, text]);
    expect(stderr).toContain(line);
    expect(stderr.startsWith(limits)).toBe(true);
  });

  test('a file that is made for the names goes with them', async () => {
    server.reply = (question) => {
      const [name = '', type] = question.split(' ');
      return type === 'A' ? { answers: [{ name, type, ttl: 5, data: '10.0.0.2' }] } : {};
    };
    const made = join(folder, 'made');
    const args = ['hosts', 'web.default', '--doh', server.url.href, '--zone', 'cluster.local', '--file', made];
    expect(await runCommand([...args, '--write'], {})).toMatchObject({ code: 0 });
    expect(readFileSync(made, 'latin1')).toContain('\n10.0.0.2 web.default.svc.cluster.local\n');
    expect(await runCommand(['hosts', '--remove', '--file', made], {})).toMatchObject({
      code: 0,
      stderr: `kube-doh: ${made}: the names are taken out\n`,
    });
    expect([readdirSync(folder), hostsFile()]).toEqual([['hosts'], before]);
  });

  test('an answer, on the same way, changes it', async () => {
    server.reply = (question) => {
      const [name = '', type] = question.split(' ');
      return type === 'A' ? { answers: [{ name, type, ttl: 5, data: '10.0.0.2' }] } : {};
    };
    const args = ['hosts', 'web.default', '--doh', server.url.href, '--zone', 'cluster.local', '--file', file];
    expect(await runCommand([...args, '--write'], {})).toMatchObject({ code: 0 });
    expect(hostsFile()).toContain('\n10.0.0.2 web.default.svc.cluster.local\n');
  });
});

test('with sudo the login is that of the user', ({ skip }) => {
  const home = join(folder, 'home');
  mkdirSync(join(home, '.config/kube-doh'), { recursive: true });
  const work = { edge: 'http://127.0.0.1:1', token: 'secret', zones: ['cluster.local'] };
  const options = { mode: 0o600 };
  writeFileSync(join(home, '.config/kube-doh/profiles.json'), JSON.stringify({ profiles: { work } }), options);
  const users = join(folder, 'passwd');
  writeFileSync(users, `root:x:0:0::/root:/bin/sh\nada:x:12345:12345::${home}:/bin/sh\n`);
  const unshare = ['--mount', '--map-root-user', 'sh', '-c', 'mount --bind "$0" /etc/passwd && exec "$@"', users];
  if (spawnSync('unshare', [...unshare, 'true']).status !== 0) skip('no mounts of its own');
  const main = join(import.meta.dirname, '../../../client/start.mjs');
  const args = ['hosts', 'web.default', '--profile', 'work', '--file', file, '--write'];
  const env = { PATH: process.env['PATH'], HOME: '/nonexistent', SUDO_USER: 'ada' };
  const { stderr } = spawnSync('unshare', [...unshare, process.execPath, main, ...args], { env, encoding: 'utf8' });
  expect(stderr).toBe(`${limits}kube-doh: http://127.0.0.1:1: nothing listens there: check the host and the port\n`);
});

test('marks that somebody edited: nothing is changed', async () => {
  writeFileSync(file, '# BEGIN kube-doh prod\n');
  const { code, stderr } = await runCommand(['hosts', '--remove', '--file', file], {});
  expect(code).toBe(1);
  expect(stderr).toMatch(/^kube-doh: "# BEGIN kube-doh prod" has no counterpart: [^\n]*\n$/);
  expect(hostsFile()).toBe('# BEGIN kube-doh prod\n');
});

test.for([
  [[], 'a service is missing; see kube-doh hosts --help'],
  [['web.default', '--write', '--remove'], '--write and --remove exclude each other'],
  [['web.default', '--remove'], '--remove takes out all lines: leave the services away'],
  [['web.default', '--format', 'x'], '--format "x" is none of hosts, docker, compose, json'],
  [['web.default', '--file', 'x'], '--file goes with --write, --watch or --remove'],
  [['web.default', '--write', '--format', 'json'], '--format json is for printing only'],
  [['web.default', '--write', '--file', ''], '--file needs the path of a file'],
  [
    ['web', '--doh', 'http://127.0.0.1:1/dns-query', '--zone', 'cluster.local'],
    '"web" has no namespace: pass web.NAMESPACE, such as web.default',
  ],
  ...['pod.web.default', '10.0.0.1', 'cluster.local'].map(
    (service) =>
      [
        [service, '--doh', 'http://127.0.0.1:1/dns-query', '--zone', 'cluster.local'],
        `"${service}" is no service: pass SERVICE.NAMESPACE, such as web.default, or its full name`,
      ] as const,
  ),
] as const)('%j is a wrong command line', async ([args, line]) => {
  expect(await runCommand(['hosts', ...args], {})).toEqual({ code: 2, stdout: '', stderr: `kube-doh: ${line}\n` });
  expect(existsSync('x')).toBe(false);
});
