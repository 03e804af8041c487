import { afterEach, beforeEach, expect, test } from 'vitest';
import { KubeConnection } from '../../../sync-agent/kube/connection.ts';
import { ClusterObserver } from '../../../sync-agent/kube/observer.ts';
import type { Failure } from '../../../sync-agent/kube/reflector.ts';
import { wholeCluster } from '../../../sync-agent/kube/scope.ts';
import { ConfigurationFolder } from './kubeconfig-file.ts';
import { ManualClock } from './manual-clock.ts';
import { bookmark, page, ScriptedApiServer, type Step, silence, status, watch } from './scripted-api-server.ts';

const namespaces = '/api/v1/namespaces';
const services = '/api/v1/services';
const slices = '/apis/discovery.k8s.io/v1/endpointslices';

const namespace = { metadata: { name: 'cache', resourceVersion: '1' } };
const service = (clusterIP: string) => ({
  metadata: { namespace: 'cache', name: 'redis', resourceVersion: '12' },
  spec: { clusterIPs: [clusterIP] },
});
const slice = {
  metadata: { namespace: 'cache', name: 'redis-x1', labels: { 'kubernetes.io/service-name': 'redis' } },
  endpoints: [{ addresses: ['10.1.0.5'], hostname: 'redis-0' }, { addresses: ['bad'] }],
};

let api: ScriptedApiServer;
let folder: ConfigurationFolder;
let connection: KubeConnection;
let stop: AbortController;
let clock: ManualClock;
let changes: number;
let failures: Failure[];

beforeEach(async () => {
  api = await new ScriptedApiServer().listen();
  folder = new ConfigurationFolder();
  const path = folder.kubeconfig({ server: api.url });
  connection = new KubeConnection({ type: 'file', path, context: undefined });
  stop = new AbortController();
  clock = new ManualClock();
  changes = 0;
  failures = [];
  for (const [path, kind, items] of [
    [namespaces, 'Namespace', [namespace]],
    [services, 'Service', [service('None')]],
    [slices, 'EndpointSlice', [slice]],
  ] as const) {
    api.on('list', path, page(kind, items, '10')).on('watch', path, watch([]));
  }
});
afterEach(async () => {
  stop.abort();
  connection.close();
  await api.close();
  folder.remove();
});

function observe(): { observer: ClusterObserver; end: Promise<void> } {
  const observer = new ClusterObserver({
    api: connection,
    scope: wholeCluster,
    onChange: () => (changes += 1),
    onError: (failure) => failures.push(failure),
    onWell: () => undefined,
    onAbsent: () => undefined,
    onPresent: () => undefined,
    onStanding: () => undefined,
    clock,
    random: () => 0.5,
  });
  return { observer, end: observer.run(stop.signal) };
}

test('three lists make a cluster, its changes and its problems', async () => {
  const { observer } = observe();
  await expect.poll(() => observer.synced).toBe(true);
  expect([...observer.cluster.namespaces.keys()]).toEqual(['cache']);
  expect(observer.cluster.services.get('cache/redis')?.kind).toEqual({ type: 'headless' });
  expect(observer.cluster.endpointSlices.get('cache/redis-x1')?.endpoints).toHaveLength(1);
  expect([...(observer.cluster.slicesByService.get('cache/redis')?.keys() ?? [])]).toEqual(['cache/redis-x1']);
  expect(observer.takeChanges()).toEqual({
    namespaces: new Set(['cache']),
    services: new Set(['cache/redis']),
    serviceImports: new Set(),
    podNamespaces: new Set(),
  });
  expect(Object.values(observer.takeChanges()).map(({ size }) => size)).toEqual([0, 0, 0, 0]);
  expect(observer.problems()).toEqual([
    { object: 'EndpointSlice cache/redis-x1', reason: 'endpoints[1].addresses[0]: "bad" is not an address' },
  ]);
  await expect
    .poll(() => [...observer.status].map(([kind, { state }]) => `${kind} ${state}`))
    .toEqual(['Namespace watching', 'Service watching', 'EndpointSlice watching']);
});

test('it is not synced until the last list is whole, and says so when it is', async () => {
  let answer: () => void = () => undefined;
  const late: Step = (response, request) => {
    answer = () => page('EndpointSlice', [], '10')(response, request);
  };
  api.on('list', slices, late);
  const { observer } = observe();
  await expect.poll(() => changes).toBe(2);
  await expect.poll(() => api.asked('list', slices)).toHaveLength(1);
  expect([observer.synced, observer.aliveAtMilliseconds]).toEqual([false, undefined]);
  answer();
  await expect.poll(() => changes).toBe(3);
  expect([observer.synced, observer.aliveAtMilliseconds]).toEqual([true, 1_000_000]);
});

test('the last list of an empty cluster is told too', async () => {
  for (const [path, kind] of [
    [namespaces, 'Namespace'],
    [services, 'Service'],
    [slices, 'EndpointSlice'],
  ] as const) {
    api.on('list', path, page(kind, [], '10'));
  }
  const { observer } = observe();
  await expect.poll(() => changes).toBe(3);
  expect(observer.synced).toBe(true);
});

test('an event that changes the view is told, one that does not is not', async () => {
  const send: ((line: unknown) => void)[] = [];
  api.on('watch', services, (response) => {
    response.writeHead(200).flushHeaders();
    send.push((line) => response.write(`${JSON.stringify(line)}\n`));
  });
  const { observer } = observe();
  await expect.poll(() => send).toHaveLength(1);
  await expect.poll(() => changes).toBe(3);
  observer.takeChanges();

  clock.milliseconds += 1;
  send[0]?.({ type: 'MODIFIED', object: { ...service('None'), status: { touched: true } } });
  send[0]?.(bookmark('13'));
  send[0]?.({ type: 'MODIFIED', object: service('10.96.0.1') });
  await expect.poll(() => changes).toBe(4);
  expect(observer.takeChanges().services).toEqual(new Set(['cache/redis']));
  expect(observer.cluster.services.get('cache/redis')?.kind.type).toBe('clusterIP');
});

test('an event that changes nothing is not told while others wait to be taken either', async () => {
  const send: ((line: unknown) => void)[] = [];
  api.on('watch', services, (response) => {
    response.writeHead(200).flushHeaders();
    send.push((line) => response.write(`${JSON.stringify(line)}\n`));
  });
  const { observer } = observe();
  await expect.poll(() => send).toHaveLength(1);
  await expect.poll(() => changes).toBe(3);

  const other = { ...service('None'), metadata: { namespace: 'cache', name: 'web', resourceVersion: '15' } };
  send[0]?.({ type: 'MODIFIED', object: service('10.96.0.1') });
  for (let i = 0; i < 3; i += 1) {
    send[0]?.({ type: 'MODIFIED', object: { ...service('10.96.0.1'), status: { touched: i } } });
    send[0]?.({ type: 'DELETED', object: other });
  }
  send[0]?.({ type: 'MODIFIED', object: service('10.96.0.2') });
  send[0]?.({ type: 'ADDED', object: other });
  await expect.poll(() => observer.cluster.services.has('cache/web')).toBe(true);
  expect(changes).toBe(6);
});

test('it is as current as the least current of the three', async () => {
  const send = new Map<string, (line: unknown) => void>();
  for (const path of [namespaces, services, slices]) {
    api.on('watch', path, (response) => {
      response.writeHead(200).flushHeaders();
      send.set(path, (line) => response.write(`${JSON.stringify(line)}\n`));
    });
  }
  const { observer } = observe();
  await expect.poll(() => [...observer.status.values()].every(({ state }) => state === 'watching')).toBe(true);
  clock.milliseconds = 5_000_000;
  send.get(namespaces)?.({ type: 'ADDED', object: { metadata: { name: 'new', resourceVersion: '20' } } });
  send.get(services)?.({ type: 'MODIFIED', object: service('10.96.0.1') });
  await expect.poll(() => observer.cluster.namespaces.has('new')).toBe(true);
  await expect.poll(() => observer.cluster.services.get('cache/redis')?.kind.type).toBe('clusterIP');
  expect(observer.aliveAtMilliseconds).toBe(1_000_000);
  send.get(slices)?.(bookmark('20'));
  await expect.poll(() => observer.aliveAtMilliseconds).toBe(5_000_000);
});

test.for([
  ['back', -5 * 3_600_000],
  ['ahead', 5 * 3_600_000],
] as const)('a time of day that is set %s changes how the moment is told, and nothing else', async ([, by]) => {
  const { observer } = observe();
  await expect.poll(() => [...observer.status.values()].every(({ state }) => state === 'watching')).toBe(true);
  clock.milliseconds += 60_000;
  expect([observer.aliveAtSteadyMilliseconds, observer.aliveAtMilliseconds]).toEqual([1_000_000, 1_000_000]);
  clock.setByMilliseconds = by;
  expect([observer.aliveAtSteadyMilliseconds, observer.aliveAtMilliseconds]).toEqual([1_000_000, 1_000_000 + by]);
  expect(observer.watches.get('Service')).toEqual({ state: 'watching', aliveAt: 1_000_000, failures: 0 });
});

test('watches are told with the moment up to which they were alive, and how often they have failed since', async () => {
  api.on('watch', slices, status(503));
  api.on('list', namespaces, status(503));
  const { observer } = observe();
  await expect.poll(() => observer.watches.get('EndpointSlice')?.failures).toBeGreaterThan(3);
  expect(observer.watches.get('EndpointSlice')).toMatchObject({ state: 'failing', aliveAt: expect.any(Number) });
  expect(observer.watches.get('Namespace')).toMatchObject({ state: 'failing', aliveAt: undefined });
  expect(observer.watches.get('Service')).toEqual({ state: 'watching', aliveAt: expect.any(Number), failures: 0 });
});

test('what a watch says about the changes of slices is told once', async () => {
  const annotations = { 'endpoints.kubernetes.io/last-change-trigger-time': '2026-11-05T10:00:00.123456789Z' };
  const metadata = { ...slice.metadata, resourceVersion: '11', annotations };
  const changed = { ...slice, metadata, endpoints: [{ addresses: ['10.1.0.9'] }] };
  api.on('watch', slices, watch([{ type: 'MODIFIED', object: changed }]));
  const { observer } = observe();
  await expect
    .poll(() => observer.cluster.endpointSlices.get('cache/redis-x1')?.endpoints[0]?.address)
    .toBe('\x0a\x01\x00\x09');
  const at = Date.parse('2026-11-05T10:00:00.123Z');
  expect(observer.takeTriggers()).toEqual([{ service: 'cache/redis', at }]);
  expect(observer.takeTriggers()).toEqual([]);
});

test('a denied permission of one is told and leaves the others at work', async () => {
  api.on('list', slices, status(403));
  const { observer } = observe();
  await expect.poll(() => failures.length).toBeGreaterThan(0);
  await expect.poll(() => observer.status.get('Service')?.state).toBe('watching');
  expect(failures[0]).toMatchObject({
    starting: true,
    resource: { kind: 'EndpointSlice', path: slices },
    error: { code: 'FORBIDDEN' },
  });
  expect(observer.synced).toBe(false);
  expect(observer.status.get('EndpointSlice')?.state).toBe('failing');
});

test('it ends with the signal, and leaves nothing open', async () => {
  api.on('list', slices, silence);
  const { observer, end } = observe();
  await expect.poll(() => observer.status.get('Service')?.state).toBe('watching');
  await expect.poll(() => api.asked('list', slices)).toHaveLength(1);
  stop.abort();
  await end;
  connection.close();
  await expect.poll(() => api.connections()).toBe(0);
});
