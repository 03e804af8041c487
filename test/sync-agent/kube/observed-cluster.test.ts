import { describe, expect, test } from 'vitest';
import { ClusterState } from '../../../sync-agent/kube/observed-cluster.ts';
import { trimEndpointSlice, trimNamespace, trimService } from '../../../sync-agent/kube/trim.ts';

const namespace = (name: string) => trimNamespace({ metadata: { name } });
const service = (name: string, spec: object = { clusterIPs: ['None'] }) =>
  trimService({ metadata: { namespace: 'cache', name }, spec });
const slice = (name: string, of: string | undefined, address = '10.1.0.5', annotations = {}) =>
  trimEndpointSlice({
    metadata: { namespace: 'cache', name, annotations, labels: of && { 'kubernetes.io/service-name': of } },
    endpoints: [{ addresses: [address] }],
  });

/** The changes since the last call, as text. */
function changes(state: ClusterState): string[] {
  const { namespaces, services } = state.takeChanges();
  return [...namespaces, ...services].sort();
}

function index(state: ClusterState): Record<string, string[]> {
  return Object.fromEntries([...state.slicesByService].map(([key, slices]) => [key, [...slices.keys()].sort()]));
}

describe('a change of a Service', () => {
  test('is its key, once, until it is taken', () => {
    const state = new ClusterState();
    state.serviceStore.upsert(service('redis'));
    state.serviceStore.upsert(service('redis', { clusterIPs: ['10.96.0.1'] }));
    expect(changes(state)).toEqual(['cache/redis']);
    expect(changes(state)).toEqual([]);
    state.serviceStore.remove(service('redis'));
    expect(changes(state)).toEqual(['cache/redis']);
    expect([...state.services.keys()]).toEqual([]);
  });

  test('is none when nothing that is kept has changed', () => {
    const state = new ClusterState();
    state.serviceStore.upsert(service('redis'));
    changes(state);
    state.serviceStore.upsert(service('redis', { clusterIPs: ['None'], selector: { app: 'redis' } }));
    expect(state.changeCount).toBe(0);
    state.serviceStore.upsert(service('redis', { clusterIPs: ['None'], ports: [{ port: 6379 }] }));
    expect(changes(state)).toEqual(['cache/redis']);
  });
});

describe('what the controller says about the change of a slice', () => {
  const at = (text: string) => ({ 'endpoints.kubernetes.io/last-change-trigger-time': text });
  const trigger = (service: string, text: string) => ({ service: `cache/${service}`, at: Date.parse(text) });
  const [first, second] = ['2026-11-05T10:00:00.5Z', '2026-11-05T10:00:01Z'] as const;

  test('is told once, of changes that a watch brings', () => {
    const state = new ClusterState();
    state.sliceStore.upsert(slice('redis-x1', 'redis', '10.1.0.5', at(first)));
    state.sliceStore.part().upsert(slice('web-x1', 'web', '10.1.0.6', at(second)));
    expect(state.takeTriggers()).toEqual([trigger('redis', first), trigger('web', second)]);
    expect(state.takeTriggers()).toEqual([]);
  });

  test('is not told of lists, nor when nothing that is kept has changed', () => {
    const state = new ClusterState();
    state.sliceStore.replace([slice('redis-x1', 'redis', '10.1.0.5', at(first))]);
    state.sliceStore.part().replace([slice('web-x1', 'web', '10.1.0.6', at(first))]);
    changes(state);
    state.sliceStore.upsert(slice('redis-x1', 'redis', '10.1.0.5', at(second)));
    expect([state.takeTriggers(), state.changeCount]).toEqual([[], 0]);
  });

  test('is told when the last endpoint goes, and is not kept', () => {
    const state = new ClusterState();
    state.sliceStore.upsert(slice('redis-x1', 'redis', '10.1.0.5', at(first)));
    expect(JSON.stringify([...state.endpointSlices.values()])).not.toMatch(/2026|trigger/);
    state.takeTriggers();
    state.sliceStore.upsert(slice('redis-x1', 'redis', 'none', at(second)));
    expect([state.endpointSlices.size, state.takeTriggers()]).toEqual([0, [trigger('redis', second)]]);
  });

  test('is bounded: whoever does not take it loses the rest', () => {
    const state = new ClusterState();
    for (let i = 0; i < 1500; i += 1) state.sliceStore.upsert(slice('x', 'redis', `10.1.0.${i % 2}`, at(first)));
    expect(state.takeTriggers()).toHaveLength(1000);
  });
});

describe('a change of a Namespace', () => {
  test('is its name when it comes or goes', () => {
    const state = new ClusterState();
    state.namespaceStore.upsert(namespace('cache'));
    expect(changes(state)).toEqual(['cache']);
    state.namespaceStore.upsert(namespace('cache'));
    expect(changes(state)).toEqual([]);
    state.namespaceStore.remove(namespace('cache'));
    expect(changes(state)).toEqual(['cache']);
  });
});

describe('a change of an EndpointSlice', () => {
  test('changes its Service, whether or not that exists', () => {
    const state = new ClusterState();
    state.sliceStore.upsert(slice('x1', 'redis'));
    expect(changes(state)).toEqual(['cache/redis']);
    expect(index(state)).toEqual({ 'cache/redis': ['cache/x1'] });
    state.sliceStore.upsert(slice('x1', 'redis', '10.1.0.5', { touched: 'yes' }));
    expect(changes(state)).toEqual([]);
    state.sliceStore.upsert(slice('x1', 'redis', '10.1.0.6'));
    expect(changes(state)).toEqual(['cache/redis']);
    expect(state.slicesByService.get('cache/redis')?.get('cache/x1')).toBe(state.endpointSlices.get('cache/x1'));
  });

  test('that moves changes the Service it had and the one it has', () => {
    const state = new ClusterState();
    state.sliceStore.replace([slice('x1', 'redis'), slice('x2', 'redis')]);
    changes(state);
    state.sliceStore.upsert(slice('x1', 'valkey'));
    expect(changes(state)).toEqual(['cache/redis', 'cache/valkey']);
    expect(index(state)).toEqual({ 'cache/redis': ['cache/x2'], 'cache/valkey': ['cache/x1'] });
  });

  test.for([
    ['is deleted', (state: ClusterState) => state.sliceStore.remove(slice('x1', 'redis'))],
    ['is deleted after it moved', (state: ClusterState) => state.sliceStore.remove(slice('x1', 'valkey'))],
    ['loses its label', (state: ClusterState) => state.sliceStore.upsert(slice('x1', undefined))],
    ['is missing from a list', (state: ClusterState) => state.sliceStore.replace([])],
  ] as const)('that %s leaves nothing behind', ([, act]) => {
    const state = new ClusterState();
    state.sliceStore.upsert(slice('x1', 'redis'));
    changes(state);
    act(state);
    expect(changes(state)).toEqual(['cache/redis']);
    expect(index(state)).toEqual({});
    expect(state.endpointSlices.size).toBe(0);
  });
});

describe('a list that is read again', () => {
  test('changes only what differs', () => {
    const state = new ClusterState();
    state.serviceStore.replace([service('same'), service('gone'), service('other')]);
    changes(state);
    state.serviceStore.replace([service('same'), service('other', { clusterIPs: ['10.96.0.1'] }), service('new')]);
    expect(changes(state)).toEqual(['cache/gone', 'cache/new', 'cache/other']);
    expect([...state.services.keys()].sort()).toEqual(['cache/new', 'cache/other', 'cache/same']);
  });
});

describe('problems', () => {
  const bad = service('bad', { type: 'ExternalName', externalName: '10.0.0.1' });
  const reasons = (state: ClusterState) => [...state.problems()].map(({ object }) => object);

  test('are those of the objects as they are now', () => {
    const state = new ClusterState();
    state.serviceStore.replace([bad, service('good')]);
    state.sliceStore.upsert(slice('x1', undefined));
    state.sliceStore.upsert(slice('x1', undefined));
    expect(reasons(state)).toEqual(['Service cache/bad', 'EndpointSlice cache/x1']);
    expect([...state.services.keys()]).toEqual(['cache/good']);

    state.serviceStore.upsert(service('bad'));
    expect(reasons(state)).toEqual(['EndpointSlice cache/x1']);
    state.sliceStore.remove(slice('x1', undefined));
    expect(reasons(state)).toEqual([]);
  });

  test.for([
    ['deleted', (state: ClusterState) => state.serviceStore.remove(bad)],
    ['missing from a list', (state: ClusterState) => state.serviceStore.replace([])],
  ] as const)('of an object that is %s are gone', ([, act]) => {
    const state = new ClusterState();
    state.serviceStore.upsert(bad);
    expect(reasons(state)).toHaveLength(1);
    act(state);
    expect(reasons(state)).toEqual([]);
  });

  test('take the records of an object that has become malformed', () => {
    const state = new ClusterState();
    state.serviceStore.upsert(service('bad'));
    changes(state);
    state.serviceStore.upsert(bad);
    expect(changes(state)).toEqual(['cache/bad']);
    expect(state.services.size).toBe(0);
  });
});
