/** `…/health`: whether a Service has enough endpoints that are ready, and how a cluster stands. */
import { describe, expect, test } from 'vitest';
import { type Edge, startEdge, startOpenEdge } from '../support/edge.ts';
import { endpointsLine, publishEndpoints, redis, startEdgeWithEndpoints } from '../support/endpoints.ts';
import { refusal } from '../support/whole-response.ts';
import { webAt } from '../support/zone.ts';

async function health(edge: Edge, search = ''): Promise<readonly [number, unknown]> {
  const response = await edge.fetch(`/health${search}`);
  return [response.status, await response.json()];
}

const ofRedis = '?namespace=cache&service=redis-headless';
const whole = {
  status: 'ok',
  cluster: 'local',
  namespace: 'cache',
  service: 'redis-headless',
  ready: 1,
  notReady: 1,
  terminating: 1,
  minReady: 1,
  ageSeconds: 0,
};

describe('a Service', () => {
  test('all that is said', async () => {
    const response = await (await startEdgeWithEndpoints([redis])).fetch(`/health${ofRedis}`);
    expect([...response.headers]).toEqual([
      ['cache-control', 'no-store'],
      ['content-length', '148'],
      ['content-type', 'application/json'],
      ['x-content-type-options', 'nosniff'],
    ]);
    expect([response.status, await response.json()]).toEqual([200, whole]);
  });

  test.for([
    ['&min_ready=1', 200, 'ok', 1],
    ['&min_ready=0', 200, 'ok', 0],
    ['&min_ready=2', 503, 'too-few-ready', 2],
    ['&min_ready=999999999', 503, 'too-few-ready', 999_999_999],
  ] as const)('%s: %i %s', async ([search, expected, status, minReady]) => {
    const edge = await startEdgeWithEndpoints([redis]);
    expect(await health(edge, ofRedis + search)).toEqual([expected, { ...whole, status, minReady }]);
  });

  test.for([
    ['no line', []],
    ['another Service’s line', [endpointsLine('redis.cache', ['10.0.0.1 a'])]],
    ['another namespace’s line', [endpointsLine('redis-headless.bank', ['10.0.0.1 a'])]],
  ] as const)('that is not there: %s', async ([, lines]) => {
    const none = { ready: 0, notReady: 0, terminating: 0 };
    const edge = await startEdgeWithEndpoints(lines);
    expect(await health(edge, ofRedis)).toEqual([503, { ...whole, ...none, status: 'not-found' }]);
    expect(await health(edge, `${ofRedis}&min_ready=0`)).toMatchObject([503, { status: 'not-found' }]);
  });

  test('with no endpoint is there, and has too few', async () => {
    const edge = await startEdgeWithEndpoints([endpointsLine('redis-headless.cache', [])]);
    expect(await health(edge, ofRedis)).toMatchObject([503, { status: 'too-few-ready', ready: 0 }]);
    expect(await health(edge, `${ofRedis}&min_ready=0`)).toMatchObject([200, { status: 'ok' }]);
  });

  test('counts over all of its lines, and a pod with two addresses once', async () => {
    const edge = await startEdgeWithEndpoints([
      endpointsLine('redis-headless.cache', ['10.0.0.1 a', '10.0.0.2 b']),
      endpointsLine('redis-headless.cache', ['10.0.0.3 c', ['10.0.0.4 d', 'not-ready']]),
      endpointsLine('redis-headless.cache', [
        'fd00::1 a',
        'fd00::2 b',
        ['fd00::3 c', 'not-ready'],
        ['fd00::4 d', 'not-ready'],
      ]),
    ]);
    expect(await health(edge, ofRedis)).toMatchObject([200, { ready: 3, notReady: 2 }]);
  });

  test.for([
    ['', 15 * 60],
    ['&max_age=30', 30],
    ['&max_age=999999999', 24 * 60 * 60],
  ] as const)('that is old is stale, whatever is ready: %s', async ([search, limitSeconds]) => {
    const edge = await startEdgeWithEndpoints([redis]);
    edge.machine.advance(limitSeconds * 1000);
    expect(await health(edge, ofRedis + search)).toEqual([200, { ...whole, ageSeconds: limitSeconds }]);
    edge.machine.advance(1000);
    const stale = { ...whole, status: 'stale', ageSeconds: limitSeconds + 1 };
    expect(await health(edge, ofRedis + search)).toEqual([503, stale]);
  });

  test('of a cluster that publishes no endpoints: 503 and why', async () => {
    const response = await (await startOpenEdge(webAt('10.0.0.1'))).fetch(`/health${ofRedis}`);
    expect(await refusal(response)).toBe('503 NO_ENDPOINTS');
  });

  test('of a cluster that was retired is not there', async () => {
    const edge = await startEdgeWithEndpoints([redis]);
    await edge.publish({ kind: 'retired' }, { serial: 2 });
    edge.machine.advance(60_000);
    expect(await health(edge, ofRedis)).toMatchObject([503, { status: 'not-found', ageSeconds: null }]);
  });

  test.for([
    ['?namespace=cache', 'a Service is named by both "namespace" and "service"'],
    ['?service=redis-headless', 'a Service is named by both "namespace" and "service"'],
    ['?min_ready=1', 'a Service is named by both "namespace" and "service"'],
    [`${ofRedis}&min_ready=-1`, '"min_ready" must be a whole number'],
    [`${ofRedis}&min_ready=1&min_ready=2`, '"min_ready" is there twice'],
    [`${ofRedis}&minready=3`, 'there is no parameter "minready"; there are namespace, service, min_ready, max_age'],
  ] as const)('400 for %s', async ([search, error]) => {
    const edge = await startEdgeWithEndpoints([redis]);
    expect(await health(edge, search)).toEqual([400, { code: 'BAD_REQUEST', error }]);
  });
});

describe('a cluster', () => {
  const zones = ['cluster.local', 'prod.example'];
  const at = Date.parse('2026-11-21T12:00:00Z');
  const document = {
    status: 'fresh',
    cluster: 'local',
    epoch: 1,
    serial: 1,
    generatedAt: at,
    ageSeconds: 0,
    softLimitSeconds: 900,
    hardLimitSeconds: 86_400,
    zones,
    endpoints: { generatedAt: at, ageSeconds: 0 },
  };

  test('all that is said, and HEAD has the same status', async () => {
    const edge = await startEdgeWithEndpoints([redis], { zones });
    expect(await health(edge)).toEqual([200, document]);
    expect((await edge.fetch('/health', { method: 'HEAD' })).status).toBe(200);
    edge.machine.advance(901_000);
    expect((await edge.fetch('/health', { method: 'HEAD' })).status).toBe(503);
  });

  test('without endpoints', async () => {
    expect(await health(await startOpenEdge(webAt('10.0.0.1'), zones))).toEqual([
      200,
      { ...document, endpoints: null },
    ]);
  });

  test('whose endpoints are not its own has none, and that is told to operators', async () => {
    const edge = await startEdgeWithEndpoints([redis], { zones });
    await edge.store.tamper('cluster/local/endpoints', ({ metadata }) => ({
      metadata: { ...metadata, signature: 'A'.repeat(86) },
    }));
    expect(await health(edge)).toEqual([200, { ...document, endpoints: null }]);
    expect(edge.machine.lines.at(-1)).toContain('the endpoints of cluster local are not read: no key');
  });

  test.for([
    [900, '', 200, 'fresh'],
    [901, '', 503, 'stale'],
    [86_400, '', 503, 'stale'],
    [86_401, '', 503, 'expired'],
    [30, '?max_age=30', 200, 'fresh'],
    [31, '?max_age=30', 503, 'stale'],
    [86_400, '?max_age=999999999', 200, 'fresh'],
    [86_401, '?max_age=999999999', 503, 'expired'],
  ] as const)('after %i seconds, %s: %i %s', async ([seconds, search, expected, status]) => {
    const edge = await startOpenEdge(webAt('10.0.0.1'));
    edge.machine.advance(seconds * 1000);
    const { softLimitSeconds, hardLimitSeconds } = document;
    expect(await health(edge, search)).toMatchObject([
      expected,
      { status, ageSeconds: seconds, softLimitSeconds, hardLimitSeconds },
    ]);
  });

  test('that was retired', async () => {
    const edge = await startOpenEdge(webAt('10.0.0.1'));
    await edge.publish({ kind: 'retired' }, { serial: 2 });
    edge.machine.advance(60_000);
    expect(await health(edge)).toMatchObject([503, { status: 'retired', serial: 2 }]);
  });

  test.for([
    ['that published nothing', { status: 'absent', cluster: 'local', zones: ['cluster.local'], endpoints: null }],
  ] as const)('%s', async ([, expected]) => {
    const edge = await startEdge({ isOpen: true });
    await edge.register('local');
    expect(await health(edge)).toMatchObject([503, expected]);
  });

  test('that nobody registered, and none at all', async () => {
    const edge = await startEdge({ isOpen: true, defaultCluster: undefined });
    expect(await health(edge)).toEqual([503, { status: 'absent', cluster: null }]);
    const response = await edge.fetch('/c/nobody/health');
    expect([response.status, await response.json()]).toEqual([503, { status: 'absent', cluster: 'nobody' }]);
  });

  test('whose snapshot is damaged', async () => {
    const edge = await startEdge({ isOpen: true });
    await edge.register('local');
    await edge.publish(webAt('10.0.0.1'));
    await edge.store.tamper('cluster/local/snapshot', ({ octets }) => ({ octets: octets.slice(1) }));
    expect(await health(edge)).toMatchObject([503, { status: 'damaged' }]);
  });

  test('when the store does not answer', async () => {
    const edge = await startEdge({ isOpen: true });
    edge.store.fail('get');
    expect(await refusal(await edge.fetch('/health'))).toBe('503 STORE_UNAVAILABLE');
  });
});

test('the endpoints count by their own age', async () => {
  const edge = await startEdgeWithEndpoints([redis]);
  edge.machine.advance(1_000_000);
  await edge.publish(webAt('10.0.0.2'), { serial: 2 });
  expect(await health(edge, ofRedis)).toMatchObject([503, { status: 'stale' }]);
  await publishEndpoints(edge, [redis]);
  expect(await health(edge, ofRedis)).toMatchObject([200, { status: 'ok' }]);
});
