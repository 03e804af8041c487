/** The demo's manifests, brought to life: which endpoints come out, at first and over time. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type EmbeddedCluster, startEmbeddedCluster } from '../../../demo/cluster/embedded-cluster.ts';
import type { Endpoint, EndpointSlice } from '../../../demo/cluster/types.ts';
import { exampleManifests, watch } from './client.ts';

let cluster: EmbeddedCluster;

beforeEach(async () => {
  cluster = await startEmbeddedCluster({ manifests: exampleManifests(), readyDelayMilliseconds: 0 });
  await cluster.settled();
});

afterEach(() => cluster.stop());

function slicesOf(namespace: string, service: string): readonly EndpointSlice[] {
  const slices = cluster.store.list('endpointslices', namespace);
  return slices.filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === service);
}

function endpointsOf(namespace: string, service: string): Endpoint[] {
  return slicesOf(namespace, service).flatMap(({ endpoints }) => endpoints ?? []);
}

/** Each endpoint in a word, e.g. `redis-0` or `- not ready` for one without hostname. */
function summary(namespace: string, service: string): string[] {
  return endpointsOf(namespace, service)
    .map(({ hostname = '-', conditions }) => (conditions.ready === true ? hostname : `${hostname} not ready`))
    .sort();
}

function portsOf(namespace: string, service: string) {
  return slicesOf(namespace, service).map(({ ports }) => ports);
}

describe('at first', () => {
  test.for([
    ['logging', 'elasticsearch-hl', ['elasticsearch-0', 'elasticsearch-1', 'elasticsearch-2']],
    ['database', 'postgres', ['postgres-0', 'postgres-1', 'postgres-2']],
    ['database', 'postgres-headless', ['-', '-', '-']],
    ['database', 'postgres-read', ['-', '-', '-']],
    ['database', 'postgres-primary', []],
    ['data', 'postgres', ['postgres-0', 'postgres-1', 'postgres-2', 'postgres-3', 'postgres-4']],
    ['streaming', 'kafka-headless', ['kafka-0', 'kafka-1', 'kafka-2']],
    ['default', 'mysql', ['-', '-', '-']],
    ['default', 'mysql-headless', ['mysql-0', 'mysql-1', 'mysql-2']],
    ['cache', 'redis-headless', ['redis-0', 'redis-1', 'redis-2']],
    ['default', 'web', ['-', '-', '-']],
    ['default', 'web-headless', ['-', '-', '-']],
    ['default', 'kubernetes', ['-']],
  ] as const)('%s/%s', ([namespace, service, expected]) => {
    expect(summary(namespace, service)).toEqual(expected);
  });

  test.for([
    ['logging', 'elasticsearch-hl', [{ name: '', port: 9200, protocol: 'TCP' }]],
    ['database', 'postgres', [{ name: 'postgresql', port: 5432, protocol: 'TCP' }]],
    [
      'streaming',
      'kafka-headless',
      [
        { name: 'controller', port: 9093, protocol: 'TCP' },
        { name: 'broker', port: 9092, protocol: 'TCP' },
      ],
    ],
    ['database', 'postgres-primary', null],
  ] as const)('the ports of %s/%s', ([namespace, service, expected]) => {
    expect(portsOf(namespace, service)).toEqual([expected]);
  });

  test('a slice says where it comes from', () => {
    const [slice] = slicesOf('default', 'mysql-headless');
    const service = cluster.store.get('services', 'default', 'mysql-headless');
    expect(slice).toMatchObject({ kind: 'EndpointSlice', apiVersion: 'discovery.k8s.io/v1', addressType: 'IPv4' });
    expect(slice!.metadata.name).toMatch(/^mysql-headless-[a-z0-9]{5}$/);
    expect(slice!.metadata.labels).toEqual({
      app: 'mysql',
      'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
      'kubernetes.io/service-name': 'mysql-headless',
      'service.kubernetes.io/headless': '',
    });
    expect(slice!.metadata.annotations?.['endpoints.kubernetes.io/last-change-trigger-time']).toMatch(/^\d{4}-.*Z$/);
    const { name, uid } = service.metadata;
    const owner = { apiVersion: 'v1', kind: 'Service', name, uid, controller: true, blockOwnerDeletion: true };
    expect(slice!.metadata.ownerReferences).toEqual([owner]);
  });

  test('an endpoint says which pod it is', () => {
    const [endpoint] = endpointsOf('cache', 'redis-headless');
    const { metadata, status, spec } = cluster.store.get('pods', 'cache', 'redis-0');
    expect(endpoint).toEqual({
      addresses: [status.podIP],
      conditions: { ready: true, serving: true, terminating: false },
      hostname: 'redis-0',
      targetRef: { kind: 'Pod', namespace: 'cache', name: 'redis-0', uid: metadata.uid },
      nodeName: spec.nodeName,
    });
    expect(spec).toMatchObject({ hostname: 'redis-0', subdomain: 'redis-headless' });
  });

  test('every pod has an address of its own, of the range of pods', () => {
    const addresses = cluster.store.list('pods').map(({ status }) => status.podIP);
    expect(addresses).toHaveLength(23);
    expect(new Set(addresses).size).toBe(23);
    for (const address of addresses) expect(address).toMatch(/^10\.244\.\d+\.\d+$/);
  });

  test('the pods of a Deployment have random names and no hostname', () => {
    const pods = cluster.store.list('pods', 'default').filter(({ metadata }) => metadata.name.startsWith('web'));
    expect(pods).toHaveLength(3);
    for (const { metadata, spec } of pods) {
      expect(metadata.name).toMatch(/^web-[a-z0-9]{8,10}-[a-z0-9]{5}$/);
      expect(spec).not.toHaveProperty('hostname');
      expect(spec).not.toHaveProperty('subdomain');
    }
  });
});

describe('over time', () => {
  test('a pod that stops being ready is listed as not ready, except where not-ready pods are published', async () => {
    cluster.store.setReady('database', 'postgres-1', false);
    await cluster.settled();
    expect(summary('database', 'postgres')).toEqual(['postgres-0', 'postgres-1', 'postgres-2']);
    expect(summary('database', 'postgres-headless')).toEqual(['-', '-', '- not ready']);
    const published = endpointsOf('database', 'postgres').find(({ hostname }) => hostname === 'postgres-1');
    expect(published!.conditions).toEqual({ ready: true, serving: false, terminating: false });
    cluster.store.setReady('database', 'postgres-1', true);
    await cluster.settled();
    expect(summary('database', 'postgres-headless')).toEqual(['-', '-', '-']);
  });

  test('readiness is what was written to the status over the API, too, and stays so', async () => {
    const path = '/api/v1/namespaces/cache/pods/redis-2/status';
    const body = JSON.stringify({ status: { conditions: [{ type: 'Ready', status: 'False' }] } });
    const headers = { 'content-type': 'application/strategic-merge-patch+json' };
    await fetch(cluster.url + path, { method: 'PATCH', headers, body });
    await cluster.settled();
    expect(summary('cache', 'redis-headless')).toEqual(['redis-0', 'redis-1', 'redis-2 not ready']);
    expect(cluster.store.get('statefulsets', 'cache', 'redis').status.readyReplicas).toBe(2);
  });

  test('a deleted pod comes back under its name on another address', async () => {
    const before = cluster.store.get('pods', 'default', 'mysql-0');
    cluster.store.deletePod('default', 'mysql-0');
    await cluster.settled();
    const after = cluster.store.get('pods', 'default', 'mysql-0');
    expect(after.metadata.uid).not.toBe(before.metadata.uid);
    expect(after.status.podIP).not.toBe(before.status.podIP);
    const endpoint = endpointsOf('default', 'mysql-headless').find(({ hostname }) => hostname === 'mysql-0');
    expect(endpoint!.addresses).toEqual([after.status.podIP]);
  });

  test('a terminating pod is not ready at once, but where not-ready pods are published', async () => {
    const slow = await startEmbeddedCluster({
      manifests: exampleManifests(),
      readyDelayMilliseconds: 0,
      terminationDelayMilliseconds: 1_000_000,
    });
    await slow.settled();
    const reader = await watch(
      slow.url,
      '/apis/discovery.k8s.io/v1/namespaces/database/endpointslices',
      'resourceVersion=0',
    );
    slow.store.deletePod('database', 'postgres-2');
    const seen = new Map<string, unknown>();
    await reader.until(({ object }) => {
      const { endpoints, metadata } = object as unknown as EndpointSlice;
      const gone = endpoints?.find(({ targetRef }) => targetRef?.name === 'postgres-2');
      if (gone?.conditions.terminating === true) {
        seen.set(metadata.labels!['kubernetes.io/service-name']!, gone.conditions);
      }
      return seen.size === 3;
    });
    await slow.stop();
    expect(Object.fromEntries(seen)).toEqual({
      postgres: { ready: true, serving: true, terminating: true },
      'postgres-headless': { ready: false, serving: true, terminating: true },
      'postgres-read': { ready: false, serving: true, terminating: true },
    });
  });

  test('a Service has no endpoints until a pod carries its labels', async () => {
    const [placeholder] = slicesOf('database', 'postgres-primary');
    expect(placeholder).toMatchObject({ endpoints: null, ports: null });
    cluster.store.patch('pods', 'database', 'postgres-1', { metadata: { labels: { role: 'primary' } } });
    await cluster.settled();
    const slices = slicesOf('database', 'postgres-primary');
    expect(slices.map(({ metadata }) => metadata.name)).toEqual([placeholder!.metadata.name]);
    expect(slices[0]!.endpoints!.map(({ targetRef }) => targetRef?.name)).toEqual(['postgres-1']);
    cluster.store.patch('pods', 'database', 'postgres-1', { metadata: { labels: { role: null } } });
    await cluster.settled();
    expect(summary('database', 'postgres-primary')).toEqual([]);
    expect(slicesOf('database', 'postgres-primary')).toHaveLength(1);
  });

  test('scaled to 0 and back: an empty slice, then the same names on other addresses', async () => {
    const before = endpointsOf('cache', 'redis-headless').flatMap(({ addresses }) => addresses);
    cluster.store.scale('statefulsets', 'cache', 'redis', 0);
    await cluster.settled();
    expect(cluster.store.list('pods', 'cache')).toEqual([]);
    expect(slicesOf('cache', 'redis-headless')).toMatchObject([{ endpoints: null, ports: null }]);
    cluster.store.scale('statefulsets', 'cache', 'redis', 3);
    await cluster.settled();
    expect(summary('cache', 'redis-headless')).toEqual(['redis-0', 'redis-1', 'redis-2']);
    const after = endpointsOf('cache', 'redis-headless').flatMap(({ addresses }) => addresses);
    expect(after.filter((address) => before.includes(address))).toEqual([]);
  });

  test('scaled down, the highest go', async () => {
    cluster.store.scale('statefulsets', 'data', 'postgres', 2);
    await cluster.settled();
    expect(summary('data', 'postgres')).toEqual(['postgres-0', 'postgres-1']);
  });

  test('a Deployment is scaled through its ReplicaSet', async () => {
    cluster.store.scale('deployments', 'default', 'web', 5);
    await cluster.settled();
    expect(summary('default', 'web-headless')).toHaveLength(5);
    expect(cluster.store.get('deployments', 'default', 'web').status).toMatchObject({ readyReplicas: 5 });
    cluster.store.scale('deployments', 'default', 'web', 1);
    await cluster.settled();
    expect(summary('default', 'web-headless')).toHaveLength(1);
  });

  test('what belongs to a deleted object goes with it', async () => {
    cluster.store.delete('statefulsets', 'cache', 'redis');
    cluster.store.delete('deployments', 'default', 'web');
    cluster.store.delete('services', 'streaming', 'kafka-headless');
    await cluster.settled();
    expect(cluster.store.list('pods', 'cache')).toEqual([]);
    expect(cluster.store.list('replicasets')).toEqual([]);
    expect(summary('default', 'web')).toEqual([]);
    expect(cluster.store.list('endpointslices', 'streaming')).toEqual([]);
    expect(cluster.store.list('pods', 'streaming')).toHaveLength(3);
  });

  test('a new template is rolled out from the top down to the partition', async () => {
    const uids = () => cluster.store.list('pods', 'data').map(({ metadata }) => metadata.uid);
    const before = uids();
    const template = { metadata: { annotations: { restarted: 'now' } } };
    cluster.store.patch('statefulsets', 'data', 'postgres', { spec: { template } });
    await cluster.settled();
    const isKept = uids().map((uid, ordinal) => uid === before[ordinal]);
    expect(isKept, 'partition: 2').toEqual([true, true, false, false, false]);
    expect(summary('data', 'postgres')).toHaveLength(5);
  });
});

test('an ordered StatefulSet waits for each pod to be ready, a parallel one does not', async () => {
  const manifests = exampleManifests();
  const slow = await startEmbeddedCluster({ manifests, readyDelayMilliseconds: 1_000_000 });
  const reader = await watch(slow.url, '/api/v1/pods', 'resourceVersion=0');
  const names = (namespace: string) => slow.store.list('pods', namespace).map(({ metadata }) => metadata.name);
  await reader.until(({ object }) => object.metadata.name === 'postgres-4');
  expect(names('data')).toEqual(['postgres-0', 'postgres-1', 'postgres-2', 'postgres-3', 'postgres-4']);
  expect(names('database')).toEqual(['postgres-0']);
  slow.store.setReady('database', 'postgres-0', true);
  await reader.until(({ object }) => object.metadata.namespace === 'database' && object.metadata.name === 'postgres-1');
  expect(names('database')).toEqual(['postgres-0', 'postgres-1']);
  await slow.stop();
});
