import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type EmbeddedCluster, startEmbeddedCluster } from '../../../../demo/cluster/embedded-cluster.ts';
import { call, watch } from '../client.ts';

const SERVICES = '/api/v1/services';
const SLICES = '/apis/discovery.k8s.io/v1/endpointslices';

let cluster: EmbeddedCluster;

beforeEach(async () => {
  cluster = await startEmbeddedCluster({ manifests: [] });
  await cluster.settled();
});

afterEach(() => cluster.stop());

function now(): string {
  return `resourceVersion=${cluster.store.resourceVersion}`;
}

describe('planned failures', () => {
  test.for([
    [410, 'Expired'],
    [429, 'TooManyRequests'],
    [500, 'InternalError'],
    [503, 'ServiceUnavailable'],
  ] as const)('%i %s, as often as planned and on that resource alone', async ([code, reason]) => {
    cluster.faults.failNext('services', code, 2);
    expect((await call(cluster.url, SLICES)).code).toBe(200);
    const first = await call(cluster.url, SERVICES);
    const second = await call(cluster.url, `${SERVICES}?watch=1`);
    expect([first.code, second.code]).toEqual([code, code]);
    expect(first.body).toMatchObject({ kind: 'Status', apiVersion: 'v1', status: 'Failure', reason, code });
    expect((await call(cluster.url, SERVICES)).code).toBe(200);
  });

  test('429 says when to come back', async () => {
    cluster.faults.failNext('services', 429);
    const { headers, body } = await call(cluster.url, SERVICES);
    expect(headers.get('retry-after')).toBe('1');
    expect(body.details).toEqual({ retryAfterSeconds: 1 });
  });

  test('of one verb leave the others alone', async () => {
    cluster.faults.failNext('services', 500, 1, 'watch');
    expect((await call(cluster.url, SERVICES)).code).toBe(200);
    expect((await call(cluster.url, `${SERVICES}?watch=1`)).code).toBe(500);
  });
});

test('watches break before all initial events are sent, as long as a test wants it', async () => {
  cluster.faults.initialEventsBeforeReset = 1;
  const query = 'sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';
  const reader = await watch(cluster.url, '/api/v1/namespaces', query);
  expect((await reader.take(1))[0]?.type).toBe('ADDED');
  await expect(reader.take(1)).rejects.toThrow();
  cluster.faults.initialEventsBeforeReset = undefined;
  const whole = await watch(cluster.url, '/api/v1/namespaces', query);
  expect((await whole.take(cluster.store.list('namespaces').length + 1)).at(-1)?.type).toBe('BOOKMARK');
});

test('credentials are refused as long as a test wants it', async () => {
  cluster.faults.refusesCredentials = true;
  expect((await call(cluster.url, SERVICES)).code).toBe(401);
  cluster.faults.refusesCredentials = false;
  expect((await call(cluster.url, SERVICES)).code).toBe(200);
});

describe('missing permissions', () => {
  test('name who may not do what where, until they are given', async () => {
    cluster.faults.forbid('endpointslices', 'watch');
    expect((await call(cluster.url, SLICES)).code).toBe(200);
    const { code, body } = await call(cluster.url, `${SLICES}?watch=1`);
    expect(code).toBe(403);
    expect(body).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message:
        'endpointslices.discovery.k8s.io is forbidden: User "kubernetes-admin" cannot watch resource "endpointslices" in API group "discovery.k8s.io" at the cluster scope',
      reason: 'Forbidden',
      details: { group: 'discovery.k8s.io', kind: 'endpointslices' },
      code: 403,
    });
    cluster.faults.allow('endpointslices', 'watch');
    expect((await watch(cluster.url, SLICES, now())).response.status).toBe(200);
  });

  test('in a namespace', async () => {
    cluster.faults.forbid('services', 'list');
    const { body } = await call(cluster.url, '/api/v1/namespaces/default/services');
    expect(body.message).toContain('cannot list resource "services" in API group "" in the namespace "default"');
    expect((await call(cluster.url, '/api/v1/namespaces/default/services/kubernetes')).code).toBe(200);
  });
});

describe('a user with a Role in one namespace', () => {
  beforeEach(() => {
    cluster.faults.roleNamespaces = ['default'];
  });

  test.for([
    ['/api/v1/namespaces/default', 200],
    ['/api/v1/namespaces/default/services', 200],
    ['/api/v1/namespaces/default/services?watch=1&timeoutSeconds=0', 200],
    ['/apis/discovery.k8s.io/v1/namespaces/default/endpointslices', 200],
    ['/api/v1/namespaces', 403],
    ['/api/v1/services', 403],
    ['/api/v1/services?watch=1', 403],
    ['/api/v1/namespaces/kube-system', 403],
    ['/api/v1/namespaces/kube-system/services', 403],
  ] as const)('GET %s: %i', async ([path, code]) => {
    const response = await fetch(cluster.url + path);
    await response.body?.cancel();
    expect(response.status).toBe(code);
  });

  test('may not even learn that a namespace is missing', async () => {
    const { code, body } = await call(cluster.url, '/api/v1/namespaces/absent');
    expect(code).toBe(403);
    expect(body.message).toBe(
      'namespaces "absent" is forbidden: User "kubernetes-admin" cannot get resource "namespaces" in API group "" in the namespace "absent"',
    );
    cluster.faults.roleNamespaces = undefined;
    expect((await call(cluster.url, '/api/v1/namespaces/absent')).code).toBe(404);
  });
});

describe('open watches', () => {
  test('closed: an end in order, of one resource or of all', async () => {
    const services = await watch(cluster.url, SERVICES, now());
    const slices = await watch(cluster.url, SLICES, now());
    cluster.faults.closeWatches('services');
    expect(await services.next()).toBe('ended');
    expect(cluster.faults.countWatches()).toBe(1);
    cluster.faults.closeWatches();
    expect(await slices.next()).toBe('ended');
  });

  test('reset: half a line, then a broken connection', async () => {
    const reader = await watch(cluster.url, SERVICES, now());
    cluster.faults.resetWatches();
    const end = await reader.next();
    expect(end).toEqual({ brokenAfter: expect.stringMatching(/^\{"type":"BOOKMARK","object":\{[^\n]*$/) });
    expect(() => JSON.parse((end as { brokenAfter: string }).brokenAfter)).toThrow();
  });

  test('reset after they were closed: only closed', async () => {
    const reader = await watch(cluster.url, SERVICES, now());
    cluster.faults.closeWatches();
    cluster.faults.resetWatches();
    expect(await reader.next()).toBe('ended');
  });

  test('expired: an ERROR event of code 410, then the end', async () => {
    const reader = await watch(cluster.url, SERVICES, now());
    cluster.faults.expireWatches();
    expect(await reader.next()).toMatchObject({
      type: 'ERROR',
      object: { kind: 'Status', code: 410, reason: 'Expired' },
    });
    expect(await reader.next()).toBe('ended');
  });

  test('stalled: open, but silent', async () => {
    const stalled = await watch(cluster.url, SERVICES, now());
    cluster.faults.stallWatches();
    const lively = await watch(cluster.url, SERVICES, now());
    cluster.store.patch('services', 'default', 'kubernetes', { metadata: { labels: { x: '1' } } });
    expect(await lively.next()).toMatchObject({ type: 'MODIFIED' });
    cluster.faults.closeWatches();
    expect(await lively.next()).toBe('ended');
    expect(cluster.faults.countWatches()).toBe(1);
    await cluster.stop();
    expect(await stalled.next()).toEqual({ brokenAfter: '' });
  });
});
