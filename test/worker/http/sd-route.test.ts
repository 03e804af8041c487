/** `…/sd`: which targets are told, in which form, and what is refused. */
import { describe, expect, test } from 'vitest';
import type { Edge } from '../support/edge.ts';
import { startEdge, startOpenEdge } from '../support/edge.ts';
import { endpointsLine, port, publishEndpoints, redis, startEdgeWithEndpoints } from '../support/endpoints.ts';
import { refusal } from '../support/whole-response.ts';
import { snapshot, webAt, webGroup } from '../support/zone.ts';

interface Group {
  readonly targets: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

async function groups(edge: Edge, search = ''): Promise<readonly Group[]> {
  const response = await edge.fetch(`/sd${search}`);
  expect(response.status).toBe(200);
  return (await response.json()) as Group[];
}

async function targets(edge: Edge, search = ''): Promise<readonly string[]> {
  return (await groups(edge, search)).flatMap((group) => group.targets);
}

const web = endpointsLine('web.shop', ['10.0.1.1 10-0-1-1'], [port(8080, 'http'), port(9090, 'metrics')]);
const dual = endpointsLine('web.shop', ['fd00::1 fd00--1'], [port(8080, 'http')]);
const bare = endpointsLine('bare.shop', ['10.0.2.1'], []);

test('one group for each endpoint and port, with the labels of its line, its port and its columns', async () => {
  const response = await (await startEdgeWithEndpoints([redis])).fetch('/sd');
  expect([...response.headers]).toEqual([
    ['cache-control', 'no-store'],
    ['content-type', 'application/json'],
    ['last-modified', 'Sat, 21 Nov 2026 12:00:00 GMT'],
    ['x-content-type-options', 'nosniff'],
  ]);
  const labels = (host: string, ready: string) => ({
    __meta_kube_doh_cluster: 'local',
    __meta_kube_doh_dns_name: `${host}.redis-headless.cache.svc.cluster.local`,
    __meta_kubernetes_namespace: 'cache',
    __meta_kubernetes_service_name: 'redis-headless',
    __meta_kubernetes_endpointslice_port_name: 'redis',
    __meta_kubernetes_endpointslice_endpoint_conditions_ready: ready,
    __meta_kubernetes_pod_name: host,
  });
  const text = await response.text();
  expect(JSON.parse(text)).toEqual([
    { targets: ['10.0.0.1:6379'], labels: labels('redis-0', 'true') },
    { targets: ['10.0.0.2:6379'], labels: labels('redis-1', 'false') },
    { targets: ['10.0.0.3:6379'], labels: labels('redis-2', 'false') },
  ]);
  expect(text.endsWith(']\n')).toBe(true);
});

describe('what Prometheus takes', () => {
  test('nothing but targets and labels, and texts as their values', async () => {
    const edge = await startEdgeWithEndpoints([redis, web, dual, bare]);
    for (const group of await groups(edge)) {
      expect(Object.keys(group)).toEqual(['targets', 'labels']);
      expect([...group.targets, ...Object.values(group.labels)].every((value) => typeof value === 'string')).toBe(true);
      expect(Object.keys(group.labels).filter((name) => !/^[a-z_][a-z0-9_]*$/.test(name))).toEqual([]);
    }
  });

  test('the same order each time, which is that of the lines', async () => {
    const edge = await startEdgeWithEndpoints([web, redis, bare]);
    const first = await (await edge.fetch('/sd')).text();
    expect(await (await edge.fetch('/sd')).text()).toBe(first);
    expect(await targets(edge)).toEqual([
      '10.0.2.1',
      '10.0.0.1:6379',
      '10.0.0.2:6379',
      '10.0.0.3:6379',
      '10.0.1.1:8080',
      '10.0.1.1:9090',
    ]);
  });

  test.for([
    ['no Service at all', [], ''],
    ['no endpoint', [endpointsLine('web.shop', [])], ''],
    ['no such Service', [redis], '?service=other'],
    ['no such namespace', [redis], '?namespace=other'],
    ['no such port', [redis, bare], '?port=9'],
    ['nothing ready', [endpointsLine('web.shop', [['10.0.0.1 a', 'not-ready']])], '?ready=only'],
  ] as const)('an empty array for %s', async ([, lines, search]) => {
    const response = await (await startEdgeWithEndpoints(lines)).fetch(`/sd${search}`);
    expect([response.status, await response.text()]).toEqual([200, '[]\n']);
    expect(response.headers.get('content-type')).toMatch(/^application\/json(;\s*charset=utf-8)?$/);
  });
});

describe('which targets', () => {
  const lines = [
    redis,
    web,
    dual,
    bare,
    endpointsLine('redis-headless.bank', ['10.0.3.1 redis-0'], [port(null, 'any')]),
  ];
  const ofRedis = ['10.0.0.1:6379', '10.0.0.2:6379', '10.0.0.3:6379'];

  test.for<[string, readonly string[]]>([
    ['?namespace=cache', ofRedis],
    ['?service=redis-headless', ['10.0.3.1', ...ofRedis]],
    ['?service=redis-headless&namespace=cache', ofRedis],
    ['?namespace=cache&ready=only', ['10.0.0.1:6379']],
    ['?namespace=cache&ready=all', ofRedis],
    ['?namespace=cache&ready=only&port=redis', ['10.0.0.1:6379']],
    ['?port=8080', ['10.0.1.1:8080', '[fd00::1]:8080']],
    ['?port=metrics', ['10.0.1.1:9090']],
    ['?port=any', ['10.0.3.1']],
    ['?port=null', []],
    ['?namespace=shop&address=ip', ['10.0.2.1', '10.0.1.1:8080', '10.0.1.1:9090', '[fd00::1]:8080']],
    [
      '?namespace=shop&address=name&port=http',
      ['10-0-1-1.web.shop.svc.cluster.local:8080', 'fd00--1.web.shop.svc.cluster.local:8080'],
    ],
    ['?service=bare&address=name', ['10.0.2.1']],
    ['?n%61mespace=c%61che&ready=only', ['10.0.0.1:6379']],
    ['?max_age=0&namespace=cache&ready=only', ['10.0.0.1:6379']],
  ])('%s', async ([search, expected]) => {
    expect(await targets(await startEdgeWithEndpoints(lines), search)).toEqual(expected);
  });

  test.for<[string, string]>([
    ['?format=targets&namespace=shop', '10.0.2.1\n10.0.1.1:8080\n10.0.1.1:9090\n[fd00::1]:8080\n'],
    [
      '?format=targets&namespace=shop&service=web&address=name&port=8080',
      ['10-0-1-1.web.shop.svc.cluster.local:8080', 'fd00--1.web.shop.svc.cluster.local:8080', ''].join('\n'),
    ],
    ['?format=addresses&namespace=shop', '10.0.2.1\n10.0.1.1\nfd00::1\n'],
    ['?format=addresses&namespace=shop&port=metrics', '10.0.1.1\n'],
    ['?format=addresses&namespace=cache&ready=only&address=name', 'redis-0.redis-headless.cache.svc.cluster.local\n'],
    ['?format=addresses&service=bare&address=name', '10.0.2.1\n'],
    ['?format=targets&service=other', ''],
    ['?format=addresses&service=other', ''],
  ])('as plain text: %s', async ([search, expected]) => {
    const response = await (await startEdgeWithEndpoints(lines)).fetch(`/sd${search}`);
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect([response.status, await response.text()]).toEqual([200, expected]);
  });

  test('a name without a host label is that of the Service', async () => {
    const [{ labels }] = (await groups(await startEdgeWithEndpoints(lines), '?service=bare')) as [Group];
    expect(labels['__meta_kube_doh_dns_name']).toBe('bare.shop.svc.cluster.local');
    expect(labels).not.toHaveProperty('__meta_kubernetes_pod_name');
  });
});

describe('the zone of names', () => {
  const zones = ['cluster.local', 'prod.example', String.raw`a\"b.example`];
  const start = () =>
    startEdgeWithEndpoints([redis], { zones, snapshot: snapshot([webGroup('10.0.0.1')], { origins: zones }) });

  test.for([
    ['', 'cluster.local'],
    ['&zone=prod.example', 'prod.example'],
    ['&zone=prod.example.', 'prod.example'],
    ['&zone=PROD.example', 'prod.example'],
    ['&zone=a%5C%22b.example', String.raw`a\"b.example`],
  ] as const)('%s', async ([search, zone]) => {
    const [{ labels, targets: shown }] = (await groups(await start(), `?ready=only&address=name${search}`)) as [Group];
    const name = `redis-0.redis-headless.cache.svc.${zone}`;
    expect([labels['__meta_kube_doh_dns_name'], ...shown]).toEqual([name, `${name}:6379`]);
  });

  test.for(['other.example', 'svc.cluster.local', '.', 'a..b'])('%s is none of the cluster’s', async (zone) => {
    const response = await (await start()).fetch(`/sd?zone=${zone}`);
    expect(await refusal(response)).toBe('400 BAD_REQUEST');
  });

  test('is the one of the credential, as with PTR records', async () => {
    const edge = await startEdge();
    await edge.register('local', ['cluster.local', 'prod.example']);
    await edge.publish(snapshot([webGroup('10.0.0.1')], { origins: ['cluster.local', 'prod.example'] }));
    await publishEndpoints(edge, [redis]);
    const token = await edge.createToken(['local'], null, { zone: 'prod.example' });
    const response = await edge.fetch(`/t/${token}/sd?ready=only&format=targets&address=name`);
    expect(await response.text()).toBe('redis-0.redis-headless.cache.svc.prod.example:6379\n');
  });
});

describe('a slip in a parameter does not widen the list', () => {
  test.for([
    [
      '?namspace=cache',
      'there is no parameter "namspace"; there are namespace, service, port, address, ready, zone, format, max_age',
    ],
    ['?namespace=cache&namespace=shop', '"namespace" is there twice'],
    ['?namespace=cache&n%61mespace=shop', '"namespace" is there twice'],
    ['?namespace=', '"namespace" must be a name of a-z, 0-9 and "-"'],
    ['?namespace=Cache', '"namespace" must be a name of a-z, 0-9 and "-"'],
    ['?namespace=c%zzche', '"namespace" must be a name of a-z, 0-9 and "-"'],
    ['?service=redis+headless', '"service" must be a name of a-z, 0-9 and "-"'],
    ['?service=*', '"service" must be a name of a-z, 0-9 and "-"'],
    ['?port=', '"port" must be a name of a-z, 0-9 and "-"'],
    ['?ready=true', '"ready" must be only or all'],
    ['?address=names', '"address" must be ip or name'],
    ['?format=json', '"format" must be prometheus or targets or addresses'],
    ['?max_age=-1', '"max_age" must be a whole number'],
    ['?max_age=1e9', '"max_age" must be a whole number'],
    [`?max_age=${'9'.repeat(10)}`, '"max_age" must be a whole number'],
    [
      '?cluster=local',
      'there is no parameter "cluster"; there are namespace, service, port, address, ready, zone, format, max_age',
    ],
    [
      '?__proto__=1',
      'there is no parameter "__proto__"; there are namespace, service, port, address, ready, zone, format, max_age',
    ],
    [
      `?${'x'.repeat(50)}`,
      `there is no parameter "${'x'.repeat(40)}"; there are namespace, service, port, address, ready, zone, format, max_age`,
    ],
  ] as const)('%s', async ([search, error]) => {
    const response = await (await startEdgeWithEndpoints([redis])).fetch(`/sd${search}`);
    expect([response.status, await response.json()]).toEqual([400, { code: 'BAD_REQUEST', error }]);
  });

  test('an empty query is none', async () => {
    expect(await targets(await startEdgeWithEndpoints([redis]), '?')).toHaveLength(3);
  });
});

describe('the age', () => {
  const hour = 60 * 60_000;

  test('may be the hard limit of the registration, and no more', async () => {
    const edge = await startEdgeWithEndpoints([redis]);
    edge.machine.advance(24 * hour);
    expect(await targets(edge)).toHaveLength(3);
    edge.machine.advance(1000);
    expect(await refusal(await edge.fetch('/sd'))).toBe('503 EXPIRED');
  });

  test('may be less when less is asked for, and never more', async () => {
    const edge = await startEdgeWithEndpoints([redis]);
    edge.machine.advance(100_000);
    expect(await targets(edge, '?max_age=100')).toHaveLength(3);
    expect(await refusal(await edge.fetch('/sd?max_age=99'))).toBe('503 EXPIRED');
    edge.machine.advance(25 * hour);
    expect(await refusal(await edge.fetch('/sd?max_age=999999999'))).toBe('503 EXPIRED');
  });
});

describe('what is missing is no empty list, so that Prometheus keeps what it has', () => {
  test('no endpoints', async () => {
    const edge = await startOpenEdge(webAt('10.0.0.1'));
    const response = await edge.fetch('/sd');
    expect([response.status, await response.json()]).toEqual([
      503,
      { code: 'NO_ENDPOINTS', error: 'the cluster publishes no endpoints; start its agent with --endpoints' },
    ]);
  });

  test.for([
    ['a cluster without a snapshot', {}, '503 NO_SNAPSHOT'],
    ['no cluster', { defaultCluster: undefined }, '503 NO_SNAPSHOT'],
  ] as const)('%s: %s', async ([, options, expected]) => {
    const edge = await startEdge({ isOpen: true, ...options });
    await edge.register('local');
    expect(await refusal(await edge.fetch('/sd'))).toBe(expected);
  });

  test('a cluster that nobody registered', async () => {
    const edge = await startEdge({ isOpen: true });
    expect(await refusal(await edge.fetch('/c/nobody/sd'))).toBe('503 NO_SNAPSHOT');
  });

  test('a store that does not answer', async () => {
    const edge = await startEdgeWithEndpoints([redis]);
    expect(await targets(edge)).toHaveLength(3);
    edge.store.fail('get');
    expect(await refusal(await edge.fetch('/sd'))).toBe('503 STORE_UNAVAILABLE');
  });

  test('but a cluster that was retired has none, and says so', async () => {
    const edge = await startEdgeWithEndpoints([redis]);
    await edge.publish({ kind: 'retired' }, { serial: 2 });
    edge.machine.advance(60_000);
    const response = await edge.fetch('/sd');
    expect([response.status, await response.text()]).toEqual([200, '[]\n']);
    expect(await (await edge.fetch('/sd?format=targets')).text()).toBe('');
  });

  test('and that comes back without endpoints has not those of before', async () => {
    const edge = await startEdgeWithEndpoints([redis]);
    await edge.publish({ kind: 'retired' }, { serial: 2 });
    edge.machine.advance(60_000);
    expect(await targets(edge)).toEqual([]);
    await edge.publish(webAt('10.0.0.1'), { serial: 3 });
    edge.machine.advance(60_000);
    expect(await refusal(await edge.fetch('/sd'))).toBe('503 NO_ENDPOINTS');
  });
});

test('HEAD is GET without a body', async () => {
  const edge = await startEdgeWithEndpoints([redis]);
  for (const search of ['', '?format=targets', '?ready=no']) {
    const got = await edge.fetch(`/sd${search}`);
    const head = await edge.fetch(`/sd${search}`, { method: 'HEAD' });
    expect([head.status, [...head.headers], await head.text()]).toEqual([got.status, [...got.headers], '']);
    await got.text();
  }
});

test('more than a piece holds, and lines that become long', async () => {
  const ports = Array.from({ length: 40 }, (_, i) => port(1000 + i, `port-${i}`));
  const long = Array.from({ length: 500 }, (_, i) => `10.1.${i >> 8}.${i & 255} pod-${i}`);
  const others = Array.from({ length: 2000 }, (_, i) =>
    endpointsLine(`s${i}.shop`, [`10.2.${i >> 8}.${i & 255} pod-${i}`]),
  );
  const edge = await startEdgeWithEndpoints([endpointsLine('large.shop', long, ports), ...others]);
  const found = await targets(edge);
  expect(found).toHaveLength(40 * 500 + 2000);
  expect(new Set(found).size).toBe(found.length);
  expect((await (await edge.fetch('/sd?format=addresses')).text()).split('\n')).toHaveLength(2501);
});
