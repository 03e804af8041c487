import { describe, expect, test } from 'vitest';
import type { Ask } from '../../../client/export/answer.ts';
import { formatHosts } from '../../../client/export/host-formats.ts';
import { serviceHosts } from '../../../client/export/service-hosts.ts';
import { parseName, parseRelativeName } from '../../../zone/name.ts';
import { askOf, response } from './zone-answers.ts';

const zones = ['cluster.local', 'k8s.example'].map(parseName);

/** The same records in both zones, as an edge has them; addresses as names go by themselves. */
function inBothZones(...lines: string[]): string[] {
  return ['cluster.local.', 'k8s.example.'].flatMap((zone) => lines.map((line) => line.replaceAll('@', `svc.${zone}`)));
}

const redis = inBothZones(
  'redis.cache.@ 30 IN A 10.0.0.3',
  'redis.cache.@ 30 IN A 10.0.0.1',
  'redis.cache.@ 30 IN AAAA fd00::3',
  'redis.cache.@ 30 IN SRV 0 50 6379 redis-10.redis.cache.@',
  'redis.cache.@ 30 IN SRV 0 50 6379 redis-2.redis.cache.@',
  'redis.cache.@ 30 IN SRV 0 50 9121 redis-2.redis.cache.@',
  'redis-10.redis.cache.@ 30 IN A 10.0.0.1',
  'redis-2.redis.cache.@ 30 IN A 10.0.0.3',
  'redis-2.redis.cache.@ 30 IN AAAA fd00::3',
);
const web = inBothZones('web.default.@ 7 IN A 10.96.0.9', 'web.default.@ 7 IN SRV 0 100 80 web.default.@');

async function textOf(ask: Ask, services: readonly string[], withShortNames = false): Promise<string[]> {
  const { lines } = await serviceHosts(ask, services.map(parseRelativeName), zones, withShortNames);
  return formatHosts('hosts', lines).split('\n').slice(0, -1);
}

describe('the lines', () => {
  test('of a headless Service: its pods by number, then itself, in both zones', async () => {
    const expected = [
      '10.0.0.3 redis-2.redis.cache.svc.cluster.local redis-2.redis.cache.svc.k8s.example',
      'fd00::3 redis-2.redis.cache.svc.cluster.local redis-2.redis.cache.svc.k8s.example',
      '10.0.0.1 redis-10.redis.cache.svc.cluster.local redis-10.redis.cache.svc.k8s.example',
      '10.0.0.1 redis.cache.svc.cluster.local redis.cache.svc.k8s.example',
      '10.0.0.3 redis.cache.svc.cluster.local redis.cache.svc.k8s.example',
      'fd00::3 redis.cache.svc.cluster.local redis.cache.svc.k8s.example',
    ];
    expect(await textOf(askOf(redis), ['redis.cache.svc'])).toEqual(expected);
    expect(await textOf(askOf(redis.toReversed()), ['redis.cache.svc', 'redis.cache.svc'])).toEqual(expected);
  });

  test('of one with a cluster IP: itself', async () => {
    expect(await textOf(askOf(web), ['web.default.svc'])).toEqual([
      '10.96.0.9 web.default.svc.cluster.local web.default.svc.k8s.example',
    ]);
  });

  test('of one without ports: its pods by the PTR records of its addresses', async () => {
    const lines = [
      ...inBothZones('db.data.@ 30 IN A 10.0.0.7', 'db.data.@ 30 IN A 10.0.0.8'),
      '7.0.0.10.in-addr.arpa. 30 IN PTR db-0.db.data.svc.cluster.local.',
      '7.0.0.10.in-addr.arpa. 30 IN PTR db-0.other.data.svc.cluster.local.',
      '8.0.0.10.in-addr.arpa. 30 IN PTR db-1.db.data.svc.k8s.example.',
    ];
    expect(await textOf(askOf(lines), ['db.data.svc'])).toEqual([
      '10.0.0.7 db-0.db.data.svc.cluster.local db-0.db.data.svc.k8s.example',
      '10.0.0.8 db-1.db.data.svc.cluster.local db-1.db.data.svc.k8s.example',
      '10.0.0.7 db.data.svc.cluster.local db.data.svc.k8s.example',
      '10.0.0.8 db.data.svc.cluster.local db.data.svc.k8s.example',
    ]);
  });

  test('of a name that only one zone has', async () => {
    const lines = ['web.default.svc.k8s.example. 7 IN A 10.96.0.9'];
    expect(await textOf(askOf(lines), ['web.default.svc'])).toEqual(['10.96.0.9 web.default.svc.k8s.example']);
  });

  test('with short names, but for those of several hosts', async () => {
    const other = inBothZones('redis.shop.@ 30 IN A 10.0.0.9');
    const ask = askOf([...redis, ...other]);
    const services = ['redis.cache.svc', 'redis.shop.svc'].map(parseRelativeName);
    const { lines, problems } = await serviceHosts(ask, services, [zones[0]!], true);
    const text = formatHosts('hosts', lines);
    expect(text).toContain('10.0.0.1 redis-10.redis.cache.svc.cluster.local redis-10.redis.cache redis-10.redis\n');
    expect(text).toContain('10.0.0.1 redis.cache.svc.cluster.local redis.cache\n');
    expect(text).toContain('10.0.0.9 redis.shop.svc.cluster.local redis.shop\n');
    expect(problems).toEqual(['"redis" would be the name of several hosts, and is left out']);
  });

  test('are of the Service and its pods alone, whatever its SRV records lead to', async () => {
    const lines = [
      'web.default.svc.cluster.local. 30 IN A 10.0.0.1',
      'web.default.svc.cluster.local. 30 IN SRV 0 50 80 www.example.com.svc.cluster.local.',
      'web.default.svc.cluster.local. 30 IN SRV 0 50 80 web-0.web.default.svc.cluster.local.',
      'www.example.com.svc.cluster.local. 30 IN A 192.0.2.66',
      'web-0.web.default.svc.cluster.local. 30 IN A 10.0.0.1',
    ];
    expect(await textOf(askOf(lines), ['web.default.svc'], true)).toEqual([
      '10.0.0.1 web-0.web.default.svc.cluster.local web-0.web.default web-0.web',
      '10.0.0.1 web.default.svc.cluster.local web.default web',
    ]);
  });

  test('have no more names than Windows reads', async () => {
    const many = Array.from({ length: 10 }, (_, i) => parseName(`z${i}.example`));
    const lines = many.map((_, i) => `web.default.svc.z${i}.example. 30 IN A 10.96.0.9`);
    const { lines: found } = await serviceHosts(askOf(lines), [parseRelativeName('web.default.svc')], many, false);
    expect(found.map(({ names }) => names.length)).toEqual([8, 2]);
  });
});

test('addresses that came along are not asked for', async () => {
  const asked: string[] = [];
  const zone = askOf(redis, asked);
  const ask: Ask = async (name, type) => {
    if (type !== 33) return zone(name, type);
    const more = redis.filter((line) => /^redis-.* (A|AAAA) /.test(line));
    return response(
      redis.filter((line) => line.startsWith('redis.cache.svc.cluster.local. 30 IN SRV')),
      {
        additional: more,
      },
    );
  };
  const { lines } = await serviceHosts(ask, [parseRelativeName('redis.cache.svc')], [zones[0]!], false);
  expect(lines).toHaveLength(6);
  expect(asked).toEqual(['redis.cache.svc.cluster.local. A', 'redis.cache.svc.cluster.local. AAAA']);
});

test.for([
  ['absent.default.svc', 'there is no absent.default.svc.cluster.local.'],
  ['default.svc', 'default.svc.cluster.local. has no addresses'],
  [
    'alias.default.svc',
    'alias.default.svc.cluster.local. is an alias of www.example.com., which a hosts file cannot say',
  ],
] as const)('%s has no lines', async ([service, problem]) => {
  const ask = askOf([...web, ...inBothZones('alias.default.@ 30 IN CNAME www.example.com.')]);
  const services = [service, 'web.default.svc'].map(parseRelativeName);
  const { lines, problems, isIncomplete } = await serviceHosts(ask, services, zones, false);
  expect({ problems, isIncomplete, count: lines.length }).toEqual({
    problems: [problem],
    isIncomplete: true,
    count: 1,
  });
});

test.for([
  [web, 7],
  [redis, 30],
  [[], 30],
] as const)('they are looked up again when the first of them has aged: %#', async ([lines, seconds]) => {
  const services = ['redis.cache.svc', 'web.default.svc'].map(parseRelativeName);
  expect((await serviceHosts(askOf(lines), services, zones, false)).ttlSeconds).toBe(seconds);
});

test('an answer that is none is not taken for an absent name', async () => {
  const ask: Ask = async () => response([], { rcode: 2, error: [22, 'the cluster is silent'] });
  await expect(serviceHosts(ask, [parseRelativeName('web.default.svc')], zones, false)).rejects.toMatchObject({
    code: 'NO_RECORDS',
    message: 'web.default.svc.cluster.local. A: SERVFAIL; EDE 22 (No Reachable Authority): the cluster is silent',
  });
});

test.for([
  ['hosts', ['10.0.0.1 a.b c.d', 'fd00::1 a.b']],
  ['docker', ['--add-host=a.b:10.0.0.1', '--add-host=c.d:10.0.0.1', '--add-host=a.b:fd00::1']],
  ['compose', ['extra_hosts:', '  - "a.b:10.0.0.1"', '  - "c.d:10.0.0.1"', '  - "a.b:fd00::1"']],
] as const)('as %s', ([format, expected]) => {
  const lines = [
    { address: '10.0.0.1', names: ['a.b', 'c.d'] },
    { address: 'fd00::1', names: ['a.b'] },
  ];
  expect(formatHosts(format, lines)).toBe(`${expected.join('\n')}\n`);
  expect(JSON.parse(formatHosts('json', lines))).toEqual(lines);
});

test.for([
  ['hosts', ''],
  ['docker', ''],
  ['compose', 'extra_hosts: []\n'],
  ['json', '[]\n'],
] as const)('nothing, as %s', ([format, expected]) => {
  expect(formatHosts(format, [])).toBe(expected);
});
