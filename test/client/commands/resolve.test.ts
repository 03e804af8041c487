/** `kube-doh resolve` as a user sees it. */
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commandPatience } from '../../../client/doh/patience.ts';
import { DnsAnswers, type Reply } from '../../demo/dns-answers.ts';
import { EdgeOfDemo, runCommand } from './edge-of-demo.ts';

describe('of the real edge', () => {
  const edge = new EdgeOfDemo();
  const redis = 'redis-0.redis-headless.cache.svc.cluster.local';

  beforeAll(() => edge.ready(), 60_000);
  afterAll(() => edge.remove());

  test('a pod by its short name, and which name was asked', async () => {
    const { code, stdout, stderr } = await edge.run('resolve', 'redis-0.redis-headless.cache');
    expect(stdout).toMatch(/^redis-0\.redis-headless\.cache\.svc\.cluster\.local\. 5 IN A 10\.\d+\.\d+\.\d+\n$/);
    expect({ code, stderr }).toEqual({ code: 0, stderr: `kube-doh: asking for ${redis}. A\n` });
  });

  test('a pod as another pod in its namespace asks for it', async () => {
    const { code, stdout, stderr } = await edge.run('resolve', 'redis-0.redis-headless', '-n', 'cache');
    expect(stdout).toMatch(/^redis-0\.redis-headless\.cache\.svc\.cluster\.local\. 5 IN A 10\.\d+\.\d+\.\d+\n$/);
    expect({ code, stderr }).toEqual({ code: 0, stderr: `kube-doh: asking for ${redis}. A\n` });
  });

  test.for([
    ['web.default', 0, 2],
    ['absent.default', 1, 3],
  ] as const)('%s, along the search path of another namespace', async ([name, code, questions]) => {
    const ran = await edge.run('resolve', name, '-n', 'cache');
    const path = ['.cache.svc.cluster.local.', '.svc.cluster.local.', '.cluster.local.'];
    const asked = path.slice(0, questions).map((end) => `kube-doh: asking for ${name}${end} A`);
    const outcome = code === 0 ? [] : [`kube-doh: ${name}.cache.svc.cluster.local. A: NXDOMAIN`];
    expect([ran.code, ran.stderr.split('\n')]).toEqual([code, [...asked, ...outcome, '']]);
  });

  test('a full name, in any zone of the token', async () => {
    const [own, alias] = await Promise.all([
      edge.run('resolve', redis, '--short'),
      edge.run('resolve', 'redis-0.redis-headless.cache.svc.prod.k8s.example.com.', '--short'),
    ]);
    expect(own).toMatchObject({ code: 0, stderr: '' });
    expect(alias).toEqual(own);
  });

  test('SRV records by the name that asks for them', async () => {
    const { code, stdout } = await edge.run('resolve', '_redis._tcp.redis-headless.cache.svc.cluster.local');
    const lines = stdout.split('\n').slice(0, -1).sort();
    expect([code, lines.length]).toEqual([0, 3]);
    expect(lines[0]).toBe(`_redis._tcp.redis-headless.cache.svc.cluster.local. 5 IN SRV 0 33 6379 ${redis}.`);
  });

  test('who has an address', async () => {
    const address = await edge.address(redis);
    expect(await edge.run('resolve', address, '--short')).toEqual({ code: 0, stdout: `${redis}.\n`, stderr: '' });
  });

  test('as JSON', async () => {
    const { code, stdout, stderr } = await edge.run('resolve', 'redis-0.redis-headless.cache', '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({
      name: `${redis}.`,
      type: 'A',
      rcode: 'NOERROR',
      answers: [{ name: `${redis}.`, type: 'A', ttl: 5, data: expect.stringMatching(/^10\./) }],
      errors: [],
    });
  });

  test.for([
    [['absent.default.svc.cluster.local'], 1, 'absent.default.svc.cluster.local. A: NXDOMAIN'],
    [[redis, 'aaaa'], 1, `${redis}. AAAA: NOERROR, but no such records`],
    [[redis, 'TYPE65'], 1, `${redis}. HTTPS: NOERROR, but no such records`],
    [
      ['www.example.com.'],
      2,
      'www.example.com. A: REFUSED; EDE 20 (Not Authoritative): no zone of this cluster holds the name',
    ],
  ] as const)('%j: exit code %i', async ([args, code, line]) => {
    expect(await edge.run('resolve', ...args)).toEqual({ code, stdout: '', stderr: `kube-doh: ${line}\n` });
  });

  test('a token that the edge does not know', async () => {
    const { code, stdout, stderr } = await runCommand(['resolve', redis, '--zone', 'cluster.local'], {
      ...edge.variables,
      KUBE_DOH_TOKEN: `kd1${'a'.repeat(56)}`,
    });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(
      /^kube-doh: https:\/\/127\.0\.0\.1:\d+ answered with HTTP status 401: [^\n]*; log in again with kube-doh login\n$/,
    );
    expect(stderr).not.toContain('kd1');
  });
});

describe('of an edge with faults', () => {
  let server: DnsAnswers;

  beforeAll(async () => {
    server = await new DnsAnswers().listen();
  });
  afterAll(() => server.close());

  function resolve(reply: Reply, ...args: readonly string[]) {
    server.reply = () => reply;
    return runCommand(['resolve', ...args, '--doh', server.url.href, '--zone', 'cluster.local'], {});
  }

  test('what is refused further along a search path is nothing that was asked', async () => {
    const own = 'redis-9.redis-headless.cache.svc.cluster.local';
    server.reply = (question) => ({ rcode: question === `${own} A` ? 'NXDOMAIN' : 'REFUSED' });
    const args = ['resolve', 'redis-9.redis-headless', '-n', 'cache', '--json'];
    const { code, stdout } = await runCommand([...args, '--doh', server.url.href, '--zone', 'cluster.local'], {});
    expect([code, JSON.parse(stdout)]).toMatchObject([1, { name: `${own}.`, rcode: 'NXDOMAIN' }]);
  });

  test.for([
    [{ rcode: 'SERVFAIL' }, 'web.cluster.local. A: SERVFAIL'],
    [429, `answered with HTTP status 429`],
    [500, `answered with HTTP status 500`],
  ] as const)('%j is told, with exit code 2', async ([reply, line]) => {
    const { code, stdout, stderr } = await resolve(reply, 'web.cluster.local');
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^kube-doh: [^\n]*\n$/);
    expect(stderr).toContain(line);
  });

  test.for(['--json', '--short'])('what it says controls no terminal: %s', async (flag) => {
    const error = 'a\x1b[2Jb\x9b2Jc\x7f\nd';
    const { stdout, stderr } = await resolve({ rcode: 'SERVFAIL', error }, 'web.cluster.local', flag);
    expect(stdout + stderr).toMatch(/^[^\p{Cc}]+(\n[^\p{Cc}]+)*\n$/u);
    expect(stdout + stderr).toContain('[2Jb');
    if (flag === '--json') expect(JSON.parse(stdout)).toMatchObject({ errors: [{ text: error }] });
  });

  test('an alias that leads out is an answer', async () => {
    const answers = [{ name: 'web.cluster.local', type: 'CNAME' as const, ttl: 5, data: 'www.example.com' }];
    expect(await resolve({ answers }, 'web.cluster.local')).toEqual({
      code: 0,
      stdout: 'web.cluster.local. 5 IN CNAME www.example.com.\n',
      stderr: '',
    });
  });

  test('somebody who takes connections and says nothing', async () => {
    const silent = createServer();
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const origin = `https://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const reason = 'it takes connections and says nothing: check the port, or try again later';
    const token = { KUBE_DOH_TOKEN: `kd1${'a'.repeat(56)}` };
    const asking = ['resolve', 'web.default', '--doh', origin, '--zone', 'cluster.local'];
    const ran = await Promise.all([runCommand(asking, {}), runCommand(['login', origin], token)]);
    expect(ran.map(({ code, stderr }) => [code, stderr.trimEnd().split('\n').at(-1)])).toEqual([
      [2, `kube-doh: ${origin}: ${reason}`],
      [1, `kube-doh: cannot reach the edge at ${origin}: ${reason}`],
    ]);
    silent.close();
  }, 30_000);

  test('a command waits for less than five seconds', () => {
    expect(Math.max(...Object.values(commandPatience))).toBeLessThan(4500);
  });

  test('nobody there', async () => {
    const { code, stderr } = await runCommand(
      ['resolve', 'web.default', '--doh', 'http://127.0.0.1:1/dns-query', '--zone', 'cluster.local'],
      {},
    );
    expect(code).toBe(2);
    expect(stderr.split('\n')).toEqual([
      'kube-doh: asking for web.default.svc.cluster.local. A',
      expect.stringMatching(/^kube-doh: http:\/\/127\.0\.0\.1:1: /),
      '',
    ]);
  });
});

test.for([
  [[], 'the command is "kube-doh resolve NAME [TYPE]"; see kube-doh resolve --help'],
  [['a', 'A', 'b'], 'the command is "kube-doh resolve NAME [TYPE]"; see kube-doh resolve --help'],
  [['a', '--short', '--json'], '--short and --json exclude each other'],
  [['a', 'X'], '"X" is no record type: pass one such as AAAA, SRV or TYPE65'],
  [['a', '-n', 'A.b'], '--namespace "A.b" is no name of a namespace: pass one such as default'],
  [['a', '--frob'], "Unknown option '--frob'; see kube-doh resolve --help"],
  [
    ['a..b', '--doh', 'http://127.0.0.1:1/dns-query', '--zone', 'cluster.local'],
    '"a..b" is not a domain name: a label is empty',
  ],
] as const)('%j is a wrong command line', async ([args, line]) => {
  expect(await runCommand(['resolve', ...args], {})).toEqual({ code: 2, stdout: '', stderr: `kube-doh: ${line}\n` });
});
