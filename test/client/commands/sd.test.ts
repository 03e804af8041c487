/** `kube-doh sd`: what it asks an edge, and what it prints of the answer. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { StubEdge, type Told } from '../why/stub-edge.ts';
import { runCommand } from './edge-of-demo.ts';

const group = { targets: ['10.0.0.1:6379'], labels: { __meta_kubernetes_namespace: 'cache' } };

let edge: StubEdge;
let told: Told;

beforeEach(async () => {
  edge = await new StubEdge().listen();
  told = { body: [group] };
  edge.tell = () => told;
});
afterEach(() => edge.close());

function sd(...args: readonly string[]) {
  return runCommand(['sd', ...args, '--doh', edge.origin, '--zone', 'cluster.local'], { KUBE_DOH_TOKEN: 'kd1secret' });
}

test('prints what the edge tells, which gets the token in a header', async () => {
  expect(await sd()).toEqual({ code: 0, stdout: `${JSON.stringify([group])}\n`, stderr: '' });
  expect(edge.asked).toEqual([{ path: '/sd?format=prometheus&zone=cluster.local', authorization: 'Bearer kd1secret' }]);
});

test('lines are printed as they are, and none for none', async () => {
  told = { body: '10.0.0.1\n10.0.0.2\n' };
  expect(await sd('--format', 'addresses')).toEqual({ code: 0, stdout: '10.0.0.1\n10.0.0.2\n', stderr: '' });
  told = { body: '' };
  expect(await sd('--format', 'addresses')).toEqual({ code: 0, stdout: '', stderr: '' });
});

describe('asks for', () => {
  test.for<[readonly string[], string]>([
    [['-n', 'cache'], 'namespace=cache'],
    [['cache/redis-headless'], 'namespace=cache&service=redis-headless'],
    [['redis-headless.cache'], 'namespace=cache&service=redis-headless'],
    [['redis-headless.cache.svc.cluster.local'], 'namespace=cache&service=redis-headless'],
    [['redis-headless'], 'service=redis-headless'],
    [['redis-headless', '-n', 'cache'], 'namespace=cache&service=redis-headless'],
    [['redis-headless.cache', '-n', 'cache'], 'namespace=cache&service=redis-headless'],
    [
      ['--port', 'redis', '--address', 'name', '--ready', 'only', '--format', 'targets'],
      'port=redis&address=name&ready=only&format=targets',
    ],
  ])('%j', async ([args, query]) => {
    told = { body: '[]' };
    expect(await sd(...args)).toMatchObject({ code: 0, stderr: '' });
    const whole = `${query.includes('format=') ? query : `${query}&format=prometheus`}&zone=cluster.local`;
    expect([...new URLSearchParams(edge.asked[0]!.path.split('?')[1])].sort()).toEqual(
      [...new URLSearchParams(whole)].sort(),
    );
  });

  test('the cluster of a profile in the path', async () => {
    const args = ['sd', '--doh', `${edge.origin}/c/prod/dns-query`, '--zone', 'cluster.local'];
    expect((await runCommand(args, { KUBE_DOH_TOKEN: 'kd1secret' })).code).toBe(0);
    expect(edge.asked[0]!.path).toBe('/c/prod/sd?format=prometheus&zone=cluster.local');
  });

  test('names below the zone that is given, the first of several', async () => {
    const zones = ['--zone', 'Prod.example.', '--zone', 'cluster.local'];
    const args = ['sd', '--address', 'name', '--doh', edge.origin, ...zones];
    expect((await runCommand(args, { KUBE_DOH_TOKEN: 'kd1secret' })).code).toBe(0);
    expect(edge.asked[0]!.path).toBe('/sd?address=name&format=prometheus&zone=prod.example');
  });
});

describe('tells in one line', () => {
  test.for<[Told, string]>([
    [{ status: 404, body: { code: 'NOT_FOUND', error: 'x' } }, 'is older than this command and does not tell that'],
    [{ status: 401, body: { code: 'UNAUTHORIZED', error: 'x' } }, 'does not know this token'],
    [
      { status: 403, body: { code: 'NAMESPACE_NOT_IN_SCOPE', error: 'not for this namespace' } },
      'refuses this token: not for this namespace',
    ],
    [
      { status: 503, body: { code: 'NO_ENDPOINTS', error: 'start the agent with --endpoints' } },
      'HTTP status 503: start the agent with --endpoints',
    ],
    [{ body: { targets: [] } }, 'something that is no list of targets'],
    [{ body: '["\u001b[2J"]' }, 'something that is no list of targets'],
  ])('%j', async ([answer, line]) => {
    told = answer;
    const { code, stdout, stderr } = await sd();
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^kube-doh: [^\n]*\n$/);
    expect(stderr).toContain(line);
    expect(stderr).not.toContain('kd1secret');
  });
});

test.for<[readonly string[], string]>([
  [['a', 'b'], 'the command is "kube-doh sd [SERVICE]"; see kube-doh sd --help'],
  [['--address', 'both'], '--address "both" is none of ip, name'],
  [['--ready', 'yes'], '--ready "yes" is none of all, only'],
  [['--format', 'yaml'], '--format "yaml" is none of prometheus, targets, addresses'],
  [['--port', '0'], '--port "0" is no port: pass its number or its name, such as 6379 or redis'],
  [['-n', 'A'], '--namespace "A" is no name of a namespace: pass one such as default'],
  [['a/b/c'], '"a/b/c" is no service: pass NAMESPACE/SERVICE, such as default/web'],
  [['a/B'], '"a/B" is no service: pass NAMESPACE/SERVICE, such as default/web'],
  [['web.default', '-n', 'cache'], '"web.default" is in the namespace default, and --namespace says cache'],
])('%j is a wrong command line', async ([args, line]) => {
  expect(await sd(...args)).toEqual({ code: 2, stdout: '', stderr: `kube-doh: ${line}\n` });
  expect(edge.asked).toEqual([]);
});
