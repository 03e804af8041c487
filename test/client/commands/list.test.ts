/** `kube-doh list` as people and shells use it. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { askedZones } from '../../../client/commands/list/asked-zones.ts';
import { fullNames, namespacesOf } from '../../../client/commands/list/listed-names.ts';
import { cacheKey, fileCache } from '../../../client/commands/list/names-cache.ts';
import { formatName, parseName } from '../../../zone/name.ts';
import { StubEdge } from '../why/stub-edge.ts';
import { EdgeOfDemo, runCommand } from './edge-of-demo.ts';

describe('of the real edge', () => {
  const edge = new EdgeOfDemo();

  beforeAll(() => edge.ready(), 60_000);
  afterAll(() => edge.remove());

  test('all names, without those of addresses', async () => {
    const { code, stdout, stderr } = await edge.run('list');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const names = stdout.trimEnd().split('\n');
    expect(names).toEqual([...names].sort());
    expect(names).toEqual(
      expect.arrayContaining([
        'redis-0.redis-headless.cache.svc.cluster.local',
        'redis-headless.cache.svc.cluster.local',
        'web.default.svc.cluster.local',
      ]),
    );
    expect(names.filter((name) => /^\d+-\d+-\d+-\d+\./.test(name))).toEqual([]);
  });

  test('those of one namespace, as JSON', async () => {
    const { code, stdout } = await edge.run('list', 'cache', '--json');
    const names: string[] = JSON.parse(stdout);
    expect([code, names.length > 0, names.every((name) => name.endsWith('.cache.svc.cluster.local'))]).toEqual([
      0,
      true,
      true,
    ]);
  });

  test('the namespaces', async () => {
    const { stdout } = await edge.run('list', '--namespaces');
    expect(stdout.split('\n')).toEqual(expect.arrayContaining(['cache', 'default', 'logging']));
  });

  test('what it lists, resolves', async () => {
    const { stdout } = await edge.run('list', 'cache');
    for (const name of stdout.trimEnd().split('\n').slice(0, 3)) {
      expect((await edge.run('resolve', name)).code).toBe(0);
    }
  });
});

describe('of an edge that tells what a test says', () => {
  let edge: StubEdge;
  let home: string;

  beforeEach(async () => {
    edge = await new StubEdge().listen();
    home = mkdtempSync(join(tmpdir(), 'kube-doh-home-'));
    edge.tell = () => ({ body: { names: ['b.default.svc', 'a.default.svc', 'x$(id).svc', 'a b.svc', ''] } });
  });
  afterEach(() => {
    edge.close();
    rmSync(home, { recursive: true });
  });

  function list(...args: readonly string[]) {
    const variables = { HOME: home, KUBE_DOH_TOKEN: 'kd1secret' };
    return runCommand(['list', ...args, '--doh', edge.origin, '--zone', 'cluster.local'], variables);
  }

  test('what no name of a Service can be is left out', async () => {
    const stdout = 'a.default.svc.cluster.local\nb.default.svc.cluster.local\n';
    expect(await list()).toEqual({ code: 0, stdout, stderr: '' });
  });

  test('what was listed a moment ago is kept, for this login', async () => {
    await list('--max-age', '1h');
    const again = await list('--max-age', '1h');
    expect([again.stdout.split('\n').length, edge.asked.length]).toEqual([3, 1]);
    await list('other', '--max-age', '1h');
    await list();
    expect(edge.asked.length).toBe(3);
    const path = join(home, '.cache/kube-doh/names.json');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(path, 'utf8')).not.toContain('secret');
    expect(readdirSync(join(home, '.cache/kube-doh')).filter((name) => name.startsWith('names'))).toEqual([
      'names.json',
    ]);
  });

  test.for([
    [
      404,
      { code: 'NOT_FOUND', error: 'there is nothing at this path' },
      'is older than this command and does not tell that',
    ],
    [404, { code: 'NO_SNAPSHOT', error: 'nothing was published' }, 'HTTP status 404: nothing was published'],
    [401, { code: 'UNAUTHORIZED', error: 'x' }, 'does not know this token'],
    [
      403,
      { code: 'NAMESPACE_NOT_IN_SCOPE', error: 'not for this namespace' },
      'refuses this token: not for this namespace',
    ],
    [200, { names: [1] }, 'no list of names'],
  ] as const)('HTTP status %i with %j is told', async ([status, body, line]) => {
    edge.tell = () => ({ status, body });
    const { code, stdout, stderr } = await list();
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^kube-doh: [^\n]*\n$/);
    expect(stderr).toContain(line);
  });
});

test('names that are too old, damaged, of the future or of another listing are not taken', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kube-doh-cache-'));
  const path = join(folder, 'below', 'names.json');
  const cache = fileCache(path);
  expect(cache.read('k', 1000, 5000)).toBeUndefined();
  cache.write('k', ['a'], 5000);
  expect([cache.read('k', 1000, 6000), cache.read('k', 1000, 6001)]).toEqual([['a'], undefined]);
  expect([cache.read('k', 1000, 4999), cache.read('other', 1000, 5000)]).toEqual([undefined, undefined]);
  writeFileSync(path, '{"key":"k","at":5000,"names":[1]}');
  expect(cache.read('k', 1000, 5000)).toBeUndefined();
  expect(() => fileCache(join(path, 'names.json')).write('k', ['a'], 0)).not.toThrow();
  rmSync(folder, { recursive: true });
});

test('the key tells listings apart', () => {
  expect(cacheKey([undefined, 'a'])).toBe(cacheKey([undefined, 'a']));
  expect(cacheKey(['a', 'b'])).not.toBe(cacheKey(['ab']));
});

test('each profile is listed below a zone in which it is asked', () => {
  const profile = (name: string, ...zones: string[]) => ({
    name,
    edge: new URL('https://dns.example.com'),
    cluster: undefined,
    token: undefined,
    zones: zones.map(parseName),
    authorityFile: undefined,
  });
  const profiles = [
    profile('a', 'cluster.local'),
    profile('b', 'cluster.local', 'b.example'),
    profile('c', 'cluster.local'),
  ];
  const asked = askedZones(profiles).map((each) => `${each.profile.name} ${formatName(each.zone)}`);
  expect(asked).toEqual(['a cluster.local.', 'b b.example.']);
});

test('full names, and their namespaces', () => {
  const names = fullNames(['a.shop.svc', 'pod-0.a.shop.svc', 'b.default.svc', 'dns-version', 'a..b'], 'cluster.local');
  expect(names).toEqual(
    ['a.shop', 'pod-0.a.shop', 'b.default']
      .map((name) => `${name}.svc.cluster.local`)
      .concat('dns-version.cluster.local'),
  );
  expect(namespacesOf(names)).toEqual(['default', 'shop']);
});

test.for([
  [['a', 'b'], 'the command is "kube-doh list [NAMESPACE]"; see kube-doh list --help'],
  [['A'], 'NAMESPACE "A" is no name of a namespace: pass one such as default'],
  [['--max-age', '5'], '--max-age "5" is no time such as 90s, 2m or 1h'],
] as const)('%j is a wrong command line', async ([args, line]) => {
  expect(await runCommand(['list', ...args], {})).toEqual({ code: 2, stdout: '', stderr: `kube-doh: ${line}\n` });
});
