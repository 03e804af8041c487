/** The agent with remarks: beside an embedded cluster, and beside what stands in the place of the edge. */
import { beforeEach, describe, expect, test } from 'vitest';
import { RemarksPublisher } from '../../../sync-agent/remarks/remarks-publisher.ts';
import { serviceManifest } from '../../demo/cluster/client.ts';
import { listed, useStage } from '../agent-stage.ts';
import { TestLeadership } from '../test-leadership.ts';
import { RecordingRemarksEdge } from './recording-remarks-edge.ts';

const stage = useStage();
let edge: RecordingRemarksEdge;
let remarks: RemarksPublisher;

beforeEach(() => {
  edge = new RecordingRemarksEdge();
  remarks = new RemarksPublisher(edge);
});

/** Of the headless Service `db`. */
function slice(...endpoints: readonly object[]) {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { namespace: 'default', name: 'db-1', labels: { 'kubernetes.io/service-name': 'db' } },
    addressType: 'IPv4',
    endpoints,
    ports: [],
  } as never;
}

const db0 = { addresses: ['10.9.0.1'], hostname: 'db-0', conditions: { ready: true } };
const db1 = { addresses: ['10.9.0.2'], hostname: 'db-1', conditions: { ready: false } };

function addHeadless(): void {
  stage.cluster.store.create(serviceManifest('db', 'default', { clusterIP: 'None' }));
}

test('why an endpoint is not in the snapshot is published after it', async () => {
  addHeadless();
  stage.cluster.store.create(slice(db0, db1));
  stage.run({ remarks });
  await stage.until(() => edge.puts.length > 0, 100);
  expect(stage.images.length).toBeGreaterThan(0);
  expect(edge.puts[0]!.cluster).toBe('prod');
  const line = edge.lines.get('db.default.svc');
  expect(line?.names?.['db-1']?.code).toBe('NOT_READY');
  expect(line?.names?.['db-0']).toBeUndefined();
});

test('a change that is in no snapshot is published too, and makes no snapshot', async () => {
  addHeadless();
  stage.cluster.store.create(slice(db0));
  await stage.runUntilReady({ remarks });
  await stage.until(() => edge.puts.length > 0, 100);
  const count = stage.told('computed').length;
  await stage.seen(() => {
    stage.cluster.store.delete('endpointslices', 'default', 'db-1');
    stage.cluster.store.create(slice(db0, db1));
  }, 2);
  await stage.until(() => edge.lines.get('db.default.svc')?.names?.['db-1'] !== undefined, 400);
  expect(stage.told('computed').length).toBeLessThanOrEqual(count + 2);
});

test('nothing is published where none are wanted, and nothing is kept for them', async () => {
  addHeadless();
  stage.cluster.store.create(slice(db1));
  await stage.runUntilReady();
  expect(edge.puts).toEqual([]);
});

test('of listed namespaces only what is in them', async () => {
  addHeadless();
  stage.cluster.store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'cache' } });
  stage.cluster.store.create(serviceManifest('redis', 'cache', { clusterIP: 'None' }));
  stage.run({ remarks, selection: listed('cache') });
  await stage.until(() => edge.puts.length > 0, 100);
  expect([...edge.lines.keys()]).toEqual(['', 'cache.svc', 'pod', 'redis.cache.svc', 'svc']);
});

test('a listed namespace that may not be read any more leaves them with its names', async () => {
  stage.cluster.faults.roleNamespaces = ['cache', 'data'];
  for (const name of ['cache', 'data']) {
    stage.cluster.store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    stage.cluster.store.create(serviceManifest('redis', name, { clusterIP: 'None' }));
  }
  stage.run({ remarks, selection: listed('cache', 'data') });
  await stage.until(() => edge.lines.has('redis.data.svc'), 100);
  stage.cluster.faults.roleNamespaces = ['cache'];
  stage.cluster.faults.closeWatches();
  await stage.until(() => edge.puts.length > 1, 1000);
  expect([...edge.lines.keys()]).toEqual(['', 'cache.svc', 'pod', 'redis.cache.svc', 'svc']);
});

test('an edge that refuses them keeps nothing back', async () => {
  edge.answer = async () => ({ kind: 'refused', reason: 'the edge answered 404: there is nothing here' });
  await stage.runUntilReady({ remarks });
  await stage.until(() => edge.puts.length > 0, 100);
  const { length } = stage.images;
  await stage.seen(() => stage.addService('web'));
  await stage.until(() => stage.images.length > length, 100);
  expect(stage.warnings).toEqual([
    'publishing remarks failed: the edge answered 404: there is nothing here; it is tried again',
  ]);
});

test('an edge that never answers them keeps nothing back, and nobody from ending', async () => {
  edge.answer = (signal) =>
    new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
  await stage.runUntilReady({ remarks });
  await stage.until(() => edge.puts.length > 0, 100);
  const { length } = stage.images;
  await stage.seen(() => stage.addService('web'));
  await stage.until(() => stage.images.length > length, 100);
  stage.stop.abort();
  await stage.ended();
  expect(stage.warnings).toEqual([]);
});

describe('with leader election', () => {
  test('only a leader publishes them, and each term anew', async () => {
    const leadership = new TestLeadership();
    stage.run({ remarks, leadership });
    await stage.arrived(() => stage.status().isSynced);
    await stage.clock.advance(60_000);
    expect(edge.puts).toEqual([]);
    leadership.win();
    await stage.until(() => edge.puts.length === 1, 100);
    leadership.lose();
    await stage.arrived(() => leadership.ends.length === 1);
    await stage.seen(() => stage.addService('web'));
    await stage.clock.advance(60_000);
    expect(edge.puts).toHaveLength(1);
    leadership.win();
    await stage.until(() => edge.puts.length === 2, 100);
  });
});

test('--once publishes them once', async () => {
  addHeadless();
  const end = stage.run({ once: true, remarks });
  await stage.until(() => edge.puts.length > 0, 100);
  await end;
  expect(edge.puts).toHaveLength(1);
  expect(edge.lines.get('db.default.svc')?.at?.code).toBe('NO_SELECTOR');
  expect(stage.clock.sleeping).toBe(0);
});
