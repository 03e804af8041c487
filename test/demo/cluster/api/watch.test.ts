import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type EmbeddedCluster, startEmbeddedCluster } from '../../../../demo/cluster/embedded-cluster.ts';
import { call, gist, serviceManifest, watch } from '../client.ts';

const SERVICES = '/api/v1/namespaces/shop/services';
const INITIAL_EVENTS = 'sendInitialEvents=true&resourceVersionMatch=NotOlderThan';

let cluster: EmbeddedCluster;

beforeEach(async () => {
  cluster = await startEmbeddedCluster({ manifests: [], historySize: 10 });
  cluster.store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
  cluster.store.create(serviceManifest('a', 'shop'));
  cluster.store.create(serviceManifest('b', 'shop'));
  await cluster.settled();
});

afterEach(() => cluster.stop());

function label(name: string, labels: Record<string, string | null>): void {
  cluster.store.patch('services', 'shop', name, { metadata: { labels } });
}

describe('a watch from a version', () => {
  test('sends what has happened since and what happens next, with whole objects and growing versions', async () => {
    const start = cluster.store.resourceVersion;
    label('a', { x: '1' });
    const reader = await watch(cluster.url, SERVICES, `resourceVersion=${start}`);
    expect(reader.response.headers.get('content-type')).toBe('application/json');
    expect(reader.response.headers.get('transfer-encoding')).toBe('chunked');
    cluster.store.create(serviceManifest('c', 'shop'));
    cluster.store.delete('services', 'shop', 'b');
    const lines = await reader.take(3);
    expect(lines.map(gist)).toEqual(['MODIFIED a', 'ADDED c', 'DELETED b']);
    expect(lines[0]!.object).toMatchObject({ kind: 'Service', apiVersion: 'v1', spec: { clusterIP: 'None' } });
    const versions = lines.map(({ object }) => Number(object.metadata.resourceVersion));
    expect(versions).toEqual([...versions].sort((left, right) => left - right));
    expect(versions[0]).toBeGreaterThan(Number(start));
  });

  test('goes on where a list was read, without gap or repetition', async () => {
    const { body } = await call(cluster.url, SERVICES);
    label('b', { x: '1' });
    const reader = await watch(cluster.url, SERVICES, `resourceVersion=${body.metadata.resourceVersion}`);
    label('a', { x: '1' });
    expect((await reader.take(2)).map(gist)).toEqual(['MODIFIED b', 'MODIFIED a']);
  });

  test('hears nothing of other namespaces and resources, nor of writes that change nothing', async () => {
    const reader = await watch(cluster.url, SERVICES, `resourceVersion=${cluster.store.resourceVersion}`);
    cluster.store.create(serviceManifest('elsewhere'));
    cluster.store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'other' } });
    label('a', {});
    label('a', { x: '1' });
    expect((await reader.take(1)).map(gist)).toEqual(['MODIFIED a']);
  });

  test('of the future says nothing until that version is passed', async () => {
    const ahead = Number(cluster.store.resourceVersion) + 2;
    const reader = await watch(cluster.url, SERVICES, `resourceVersion=${ahead}`);
    for (const value of ['1', '2', '3']) label('a', { x: value });
    const [line] = await reader.take(1);
    expect(line!.object.metadata.labels).toEqual({ x: '3' });
  });
});

describe('a watch with a selector', () => {
  test('shows objects appear and disappear as they begin and cease to match', async () => {
    const query = `resourceVersion=${cluster.store.resourceVersion}&labelSelector=x%3D1`;
    const reader = await watch(cluster.url, SERVICES, query);
    label('a', { x: '1' });
    label('a', { x: '1', y: '1' });
    label('b', { y: '1' });
    label('a', { x: '2' });
    label('b', { x: '1' });
    const lines = await reader.take(4);
    expect(lines.map(gist)).toEqual(['ADDED a', 'MODIFIED a', 'DELETED a', 'ADDED b']);
    expect(lines[2]!.object.metadata.labels, 'as it was when it still matched').toEqual({ x: '1', y: '1' });
  });

  test('by field follows one object', async () => {
    const reader = await watch(cluster.url, SERVICES, 'fieldSelector=metadata.name%3Db&resourceVersion=0');
    label('a', { x: '1' });
    label('b', { x: '1' });
    expect((await reader.take(2)).map(gist)).toEqual(['ADDED b', 'MODIFIED b']);
  });
});

describe('a watch of the pods that have not ended', () => {
  const PODS = '/api/v1/namespaces/shop/pods';
  const selector = 'fieldSelector=status.phase!%3DSucceeded,status.phase!%3DFailed,status.phase!%3DUnknown';

  function createPod(name: string): void {
    const spec = { containers: [{ name: 'c', image: 'i' }] };
    cluster.store.create({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'shop' }, spec });
  }

  function endAs(name: string, phase: string) {
    const headers = { 'content-type': 'application/merge-patch+json' };
    return call(cluster.url, `${PODS}/${name}/status`, { method: 'PATCH', headers, body: { status: { phase } } });
  }

  test.for(['Succeeded', 'Failed', 'Unknown'])('hears of one that is %s as deleted, and of no other', async (phase) => {
    createPod('p');
    createPod('q');
    await cluster.settled();
    const { body } = await call(cluster.url, `${PODS}?${selector}`);
    expect(body.items.map(({ metadata }) => metadata.name)).toEqual(['p', 'q']);
    const reader = await watch(cluster.url, PODS, `${selector}&resourceVersion=${body.metadata.resourceVersion}`);
    expect((await endAs('p', phase)).code).toBe(200);
    cluster.store.patch('pods', 'shop', 'p', { metadata: { labels: { a: 'b' } } });
    cluster.store.patch('pods', 'shop', 'q', { metadata: { labels: { a: 'b' } } });
    const [left, other] = await reader.take(2);
    expect([gist(left!), gist(other!)]).toEqual(['DELETED p', 'MODIFIED q']);
    expect(left!.object.status, 'as it was when it still matched').toMatchObject({ phase: 'Running' });
    const after = await call(cluster.url, `${PODS}?${selector}`);
    expect(after.body.items.map(({ metadata }) => metadata.name)).toEqual(['q']);
  });
});

describe('a watch that begins with the state', () => {
  test.for(['', 'resourceVersion=0', 'resourceVersion='])(
    '"%s": every object as ADDED, then changes',
    async (query) => {
      const reader = await watch(cluster.url, SERVICES, query);
      label('a', { x: '1' });
      expect((await reader.take(3)).map(gist)).toEqual(['ADDED a', 'ADDED b', 'MODIFIED a']);
    },
  );

  test('as initial events: a bookmark says where the state ends', async () => {
    const reader = await watch(cluster.url, SERVICES, `${INITIAL_EVENTS}&allowWatchBookmarks=true`);
    const version = cluster.store.resourceVersion;
    label('a', { x: '1' });
    const lines = await reader.take(4);
    expect(lines.map(({ type }) => type)).toEqual(['ADDED', 'ADDED', 'BOOKMARK', 'MODIFIED']);
    expect(lines[2]!.object).toEqual({
      kind: 'Service',
      apiVersion: 'v1',
      metadata: { resourceVersion: version, annotations: { 'k8s.io/initial-events-end': 'true' } },
      spec: {},
      status: { loadBalancer: {} },
    });
  });

  test('as initial events of nothing: the bookmark alone', async () => {
    const path = '/apis/apps/v1/statefulsets';
    const reader = await watch(cluster.url, path, `${INITIAL_EVENTS}&allowWatchBookmarks=1`);
    const [line] = await reader.take(1);
    expect(line).toMatchObject({
      type: 'BOOKMARK',
      object: { metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } } },
    });
  });

  test('sendInitialEvents=false: only what happens next', async () => {
    const query = 'sendInitialEvents=false&resourceVersionMatch=NotOlderThan';
    const reader = await watch(cluster.url, SERVICES, query);
    label('a', { x: '1' });
    expect((await reader.take(1)).map(gist)).toEqual(['MODIFIED a']);
  });

  test.for([
    ['sendInitialEvents=true', 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'],
    ['resourceVersionMatch=NotOlderThan', 'resourceVersionMatch is forbidden for watch unless sendInitialEvents'],
  ] as const)('%s alone is refused', async ([query, message]) => {
    const { code, body } = await call(cluster.url, `${SERVICES}?watch=1&${query}`);
    expect(code).toBe(422);
    expect(body.message).toContain(message);
  });

  test('a server that does not know initial events refuses them', async () => {
    cluster.faults.initialEvents = 'refused';
    const { code, body } = await call(cluster.url, `${SERVICES}?watch=1&${INITIAL_EVENTS}`);
    expect(code).toBe(422);
    expect(body).toMatchObject({ reason: 'Invalid', details: { causes: [{ field: 'sendInitialEvents' }] } });
  });

  test('a server that is older still takes no notice of them: no bookmark says where the state ends', async () => {
    cluster.faults.initialEvents = 'ignored';
    const reader = await watch(cluster.url, SERVICES, `${INITIAL_EVENTS}&allowWatchBookmarks=true`);
    label('a', { x: '1' });
    expect((await reader.take(3)).map(gist)).toEqual(['ADDED a', 'ADDED b', 'MODIFIED a']);
  });
});

describe('bookmarks', () => {
  test('come only to those who ask, with the version of the whole cluster and without content', async () => {
    const start = cluster.store.resourceVersion;
    const asking = await watch(
      cluster.url,
      '/apis/discovery.k8s.io/v1/endpointslices',
      `resourceVersion=${start}&allowWatchBookmarks=true`,
    );
    const silent = await watch(cluster.url, SERVICES, `resourceVersion=${start}`);
    cluster.store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'other' } });
    cluster.faults.sendBookmarks();
    label('a', { x: '1' });
    const [bookmark] = await asking.take(1);
    expect(bookmark).toEqual({
      type: 'BOOKMARK',
      object: {
        kind: 'EndpointSlice',
        apiVersion: 'discovery.k8s.io/v1',
        metadata: { resourceVersion: String(Number(start) + 1) },
        addressType: '',
        endpoints: null,
        ports: null,
      },
    });
    expect((await silent.take(1)).map(gist)).toEqual(['MODIFIED a']);
  });

  test('come by themselves, again and again', async () => {
    const quick = await startEmbeddedCluster({ manifests: [], bookmarkIntervalMilliseconds: 5 });
    const reader = await watch(
      quick.url,
      SERVICES,
      `resourceVersion=${quick.store.resourceVersion}&allowWatchBookmarks=1`,
    );
    const types = (await reader.take(2)).map(({ type }) => type);
    await quick.stop();
    expect(types).toEqual(['BOOKMARK', 'BOOKMARK']);
  });
});

describe('the end of a watch', () => {
  test('comes after timeoutSeconds, in order, with a last bookmark', async () => {
    const query = `resourceVersion=${cluster.store.resourceVersion}&timeoutSeconds=0&allowWatchBookmarks=1`;
    const reader = await watch(cluster.url, SERVICES, query);
    expect(await reader.next()).toMatchObject({ type: 'BOOKMARK' });
    expect(await reader.next()).toBe('ended');
  });

  test('comes with stop(), and nothing keeps stop() waiting', async () => {
    const reader = await watch(cluster.url, SERVICES, `resourceVersion=${cluster.store.resourceVersion}`);
    expect(cluster.faults.countWatches()).toBe(1);
    await cluster.stop();
    expect(await reader.next()).toEqual({ brokenAfter: '' });
    await expect(fetch(cluster.url)).rejects.toThrow();
  });

  test('is noticed by the server when the client goes away', async () => {
    const controller = new AbortController();
    await fetch(`${cluster.url}${SERVICES}?watch=1`, { signal: controller.signal });
    expect(cluster.faults.countWatches('services')).toBe(1);
    controller.abort();
    while (cluster.faults.countWatches('services') > 0) await setImmediate();
  });
});

describe('a version that is too old', () => {
  function forget(): string {
    const old = cluster.store.resourceVersion;
    for (let change = 0; change <= 10; change += 1) label('a', { x: String(change) });
    return old;
  }

  const expired = { kind: 'Status', status: 'Failure', reason: 'Expired', code: 410 };

  test('is told in the stream, as an ERROR event after which the watch ends', async () => {
    const old = forget();
    const reader = await watch(cluster.url, SERVICES, `resourceVersion=${old}`);
    expect(reader.response.status).toBe(200);
    const oldest = Number(old) + 1;
    expect(await reader.next()).toMatchObject({
      type: 'ERROR',
      object: { ...expired, message: `too old resource version: ${old} (${oldest})` },
    });
    expect(await reader.next()).toBe('ended');
  });

  test('is told by the HTTP status, if a test wants that', async () => {
    const old = forget();
    cluster.faults.tooOldWatches = 'http-status';
    const { code, body } = await call(cluster.url, `${SERVICES}?watch=1&resourceVersion=${old}`);
    expect(code).toBe(410);
    expect(body).toMatchObject(expired);
  });

  test('begins one before: the oldest version that is kept can still be watched', async () => {
    const old = Number(forget()) + 1;
    const reader = await watch(cluster.url, SERVICES, `resourceVersion=${old}`);
    const lines = await reader.take(10);
    expect(lines.map(({ object }) => object.metadata.labels?.['x'])).toEqual('1 2 3 4 5 6 7 8 9 10'.split(' '));
  });
});
