/** `kube-doh wait` as a CI job uses it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readDuration } from '../../../client/commands/wait/duration.ts';
import { UsageError } from '../../../sync-agent/usage.ts';
import { EdgeOfDemo, runCommand } from './edge-of-demo.ts';

describe('with the real edge', () => {
  const edge = new EdgeOfDemo();

  beforeAll(() => edge.ready(), 60_000);
  afterAll(() => edge.remove());

  test('what is there is not waited for', async () => {
    const { code, stdout, stderr } = await edge.run('wait', 'redis-headless.cache', 'web.default', '--timeout', '0s');
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  test.for([
    [['--for', 'count=3'], 0, ''],
    [['--for', 'count=4'], 1, 'kube-doh: redis-headless.cache.svc.cluster.local. has 3 records of 4\n'],
    [['--for', 'srv', '--for', 'count=3'], 0, ''],
    [['--for', 'A'], 0, ''],
    [['--for', 'AAAA'], 1, 'kube-doh: redis-headless.cache.svc.cluster.local. AAAA: NOERROR, but no such records\n'],
    [['--for', 'AAAA', '--for', 'gone'], 0, ''],
    [['--for', 'gone'], 1, 'kube-doh: redis-headless.cache.svc.cluster.local. still has 3 records\n'],
  ] as const)('%j', async ([args, code, stderr]) => {
    const ran = await edge.run('wait', 'redis-headless.cache', '--timeout', '0s', ...args);
    expect(ran).toEqual({ code, stdout: '', stderr });
  });

  test('a Service that is made, and deleted again', async () => {
    const waiting = edge.run('wait', 'later.default', '--timeout', '30s');
    const services = edge.api('/api/v1/namespaces/default/services');
    const service = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'later', namespace: 'default' },
      spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
    };
    const headers = { 'content-type': 'application/json' };
    const made = await fetch(services, { method: 'POST', headers, body: JSON.stringify(service) });
    expect(made.status).toBe(201);
    const name = 'later.default.svc.cluster.local.';
    const asked = `asked of ${new URL(edge.variables['KUBE_DOH_URL']!).origin}, for at most 30s`;
    expect(await waiting).toEqual({
      code: 0,
      stdout: '',
      stderr: `kube-doh: waiting for ${name}, ${asked}\n`,
    });
    const leaving = edge.run('wait', 'later.default', '--for', 'gone', '--timeout', '30s');
    await fetch(`${services}/later`, { method: 'DELETE' });
    expect(await leaving).toEqual({
      code: 0,
      stdout: '',
      stderr: `kube-doh: waiting until ${name} is gone, ${asked}\n`,
    });
  });

  test('all that is missing is told', async () => {
    expect(await edge.run('wait', 'a.default', 'web.default', 'b.default', '--timeout', '0s')).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'kube-doh: a.default.svc.cluster.local. A: NXDOMAIN\nkube-doh: b.default.svc.cluster.local. A: NXDOMAIN\n',
    });
  });
});

test('at the end it tells why, also when nobody answers', async () => {
  const url = 'http://127.0.0.1:1';
  const args = ['wait', 'a.b', 'c.d', '--doh', url, '--zone', 'cluster.local', '--timeout', '1s'];
  const { code, stderr } = await runCommand(args, {});
  const [a, c] = ['a.b.svc.cluster.local.', 'c.d.svc.cluster.local.'];
  const reason = `${url}: nothing listens there: check the host and the port`;
  expect([code, stderr.split('\n')]).toEqual([
    1,
    [
      `kube-doh: waiting for ${a}, ${c}, asked of ${url}, for at most 1s`,
      `kube-doh: ${a}: ${reason}`,
      `kube-doh: ${c}: ${reason}`,
      '',
    ],
  ]);
});

test.for([
  [[], 'a name is missing; see kube-doh wait --help'],
  [['a.b', '--for', 'count=0'], '--for "count=0" has no number from 1 to 99999'],
  [['a.b', '--for', 'count=2', '--for', 'gone'], '--for takes either gone or one count=N'],
  [['a.b', '--for', 'A', '--for', 'SRV'], '--for takes one record type: wait for each of them by itself'],
  [
    ['a.b', '--for', 'X', '--timeout', '5'],
    '--for "X" is nothing to wait for: pass a record type, gone or count=N; --timeout "5" is no time such as 90s, 2m or 1h',
  ],
] as const)('%j is a wrong command line', async ([args, line]) => {
  expect(await runCommand(['wait', ...args], {})).toEqual({ code: 2, stdout: '', stderr: `kube-doh: ${line}\n` });
});

test.for([
  ['0s', 0],
  ['90s', 90_000],
  ['2m', 120_000],
  ['1h', 3_600_000],
] as const)('%s', ([text, milliseconds]) => {
  expect(readDuration('--timeout', text)).toBe(milliseconds);
});

test.for(['', '5', 's', '-1s', '1.5m', '2d'])('"%s" is no length of time', (text) => {
  expect(() => readDuration('--timeout', text)).toThrow(UsageError);
});
