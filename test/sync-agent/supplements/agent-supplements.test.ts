/** The agent with supplements: beside an embedded cluster, and beside what stands in the place of the edge. */
import { beforeEach, describe, expect, test } from 'vitest';
import { endpointsSource } from '../../../sync-agent/endpoints/endpoints-source.ts';
import { remarksSource } from '../../../sync-agent/remarks/remarks-source.ts';
import { SupplementPublisher } from '../../../sync-agent/supplements/supplement-publisher.ts';
import { serviceManifest } from '../../demo/cluster/client.ts';
import { listed, minute, names, useStage } from '../agent-stage.ts';
import { TestLeadership } from '../test-leadership.ts';
import { RecordingSupplementEdge } from './recording-supplement-edge.ts';

const stage = useStage();
let edge: RecordingSupplementEdge;
let remarks: readonly SupplementPublisher[];
let endpoints: readonly SupplementPublisher[];

beforeEach(() => {
  edge = new RecordingSupplementEdge();
  remarks = [new SupplementPublisher(remarksSource, edge)];
  endpoints = [new SupplementPublisher(endpointsSource, edge)];
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

/** Another one of the same Service. */
function slice2(...endpoints: readonly object[]) {
  const { metadata, ...others } = slice(...endpoints) as { readonly metadata: object };
  return { ...others, metadata: { ...metadata, name: 'db-2' } } as never;
}

function replaceSlice(...endpoints: readonly object[]): void {
  stage.cluster.store.delete('endpointslices', 'default', 'db-1');
  stage.cluster.store.create(slice(...endpoints));
}

const db0 = { addresses: ['10.9.0.1'], hostname: 'db-0', conditions: { ready: true } };
const db1 = { addresses: ['10.9.0.2'], hostname: 'db-1', conditions: { ready: false } };

function addHeadless(): void {
  stage.cluster.store.create(serviceManifest('db', 'default', { clusterIP: 'None' }));
}

test('why an endpoint is not in the snapshot is published with it', async () => {
  addHeadless();
  stage.cluster.store.create(slice(db0, db1));
  stage.run({ supplements: remarks });
  await stage.until(() => edge.puts.length > 0, 100);
  expect(stage.images.length).toBeGreaterThan(0);
  expect(edge.puts[0]!.cluster).toBe('prod');
  const line = edge.remarks.get('db.default.svc');
  expect(line?.names?.['db-1']?.code).toBe('NOT_READY');
  expect(line?.names?.['db-0']).toBeUndefined();
});

test('a change that is in no snapshot is published too, and makes no snapshot', async () => {
  addHeadless();
  stage.cluster.store.create(slice(db0));
  await stage.runUntilReady({ supplements: remarks });
  await stage.until(() => edge.puts.length > 0, 100);
  const count = stage.told('computed').length;
  await stage.seen(() => {
    stage.cluster.store.delete('endpointslices', 'default', 'db-1');
    stage.cluster.store.create(slice(db0, db1));
  }, 2);
  await stage.until(() => edge.remarks.get('db.default.svc')?.names?.['db-1'] !== undefined, 400);
  // Of the same names: each event opens a window at most, and so do the remarks.
  expect(stage.told('computed').length).toBeLessThanOrEqual(count + 3);
  expect(stage.told('published').map(({ why }) => why)).not.toContain('heartbeat');
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
  stage.run({ supplements: remarks, selection: listed('cache') });
  await stage.until(() => edge.puts.length > 0, 100);
  expect([...edge.remarks.keys()]).toEqual(['', 'cache.svc', 'pod', 'redis.cache.svc', 'svc']);
});

test('a listed namespace that may not be read any more leaves them with its names', async () => {
  stage.cluster.faults.roleNamespaces = ['cache', 'data'];
  for (const name of ['cache', 'data']) {
    stage.cluster.store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    stage.cluster.store.create(serviceManifest('redis', name, { clusterIP: 'None' }));
  }
  stage.run({ supplements: remarks, selection: listed('cache', 'data') });
  await stage.until(() => edge.remarks.has('redis.data.svc'), 100);
  stage.cluster.faults.roleNamespaces = ['cache'];
  stage.cluster.faults.closeWatches();
  await stage.until(() => edge.puts.length > 1, 1000);
  expect([...edge.remarks.keys()]).toEqual(['', 'cache.svc', 'pod', 'redis.cache.svc', 'svc']);
});

describe('endpoints', () => {
  test('are published with the first snapshot, ready or not, and with the next one that has others', async () => {
    addHeadless();
    stage.cluster.store.create(slice(db0, db1));
    await stage.runUntilReady({ supplements: endpoints });
    await stage.until(() => edge.puts.length > 0);
    expect(edge.puts[0]!.generatedAt).toBeLessThanOrEqual(stage.clock.now());
    expect(edge.addressesOf('db.default.svc')).toEqual(['10.9.0.1 ready', '10.9.0.2 not-ready']);
    await stage.clock.advance(minute);
    const before = stage.clock.steadyNow();
    await stage.seen(() => replaceSlice(db0, { ...db1, conditions: { ready: true } }), 2);
    await stage.until(() => edge.puts.length > 1, 50);
    expect(stage.clock.steadyNow() - before).toBeLessThan(1000);
    expect(names(stage.images.at(-1))).toContain('db-1.db.default.svc');
    expect(edge.addressesOf('db.default.svc')).toEqual(['10.9.0.1 ready', '10.9.0.2 ready']);
  });

  test('that are in no snapshot are published too', async () => {
    addHeadless();
    stage.cluster.store.create(slice(db0));
    await stage.runUntilReady({ supplements: endpoints });
    await stage.until(() => edge.puts.length > 0);
    await stage.clock.advance(minute);
    const { length } = stage.images;
    await stage.seen(() => stage.cluster.store.create(slice2(db1)));
    await stage.until(() => edge.puts.length > 1, 50);
    expect(edge.addressesOf('db.default.svc')).toEqual(['10.9.0.1 ready', '10.9.0.2 not-ready']);
    expect(stage.images).toHaveLength(length);
  });

  test('tell every four minutes that the watches are alive, and only then', async () => {
    await stage.runUntilReady({ supplements: endpoints });
    await stage.until(() => edge.puts.length > 0);
    await stage.clock.advance(20 * minute);
    expect(edge.puts).toHaveLength(1);
    await stage.sendBookmarks();
    await stage.until(() => edge.puts.length > 1, 1000);
    const [first, second] = edge.puts;
    expect(second!.generatedAt - first!.generatedAt).toBeGreaterThan(19 * minute);
    expect(second!.body).toEqual(first!.body);
  });

  test('of a deletion that is held back are published when that is', async () => {
    const services = Array.from({ length: 30 }, (_, i) => `web-${i}`);
    for (const name of services) stage.addService(name);
    addHeadless();
    stage.cluster.store.create(slice(db0));
    await stage.runUntilReady({ supplements: endpoints });
    await stage.until(() => edge.puts.length > 0);
    await stage.clock.advance(minute);
    await stage.seen(() => {
      for (const name of services) stage.cluster.store.delete('services', 'default', name);
      stage.cluster.store.delete('endpointslices', 'default', 'db-1');
    }, 31);
    await stage.until(() => stage.status().heldSince !== undefined, 50);
    await stage.sendBookmarks();
    // Changes that are none of the guard's business go on.
    await stage.seen(() => stage.cluster.store.create(slice2(db1)));
    await stage.clock.advance(9 * minute);
    expect(edge.puts).toHaveLength(1);
    await stage.clock.advance(2 * minute);
    await stage.sendBookmarks();
    await stage.until(() => edge.puts.length > 1, 1000);
    expect(edge.addressesOf('db.default.svc')).toEqual(['10.9.0.2 not-ready']);
    expect(edge.endpoints.map(({ name }) => name)).not.toContain('web-0.default.svc');
  });

  describe('of which most vanish while the names stay', () => {
    const count = 30;
    const sliceOf = (name: string, ...endpoints: readonly object[]) => ({
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { namespace: 'default', name: `${name}-1`, labels: { 'kubernetes.io/service-name': name } },
      addressType: 'IPv4',
      endpoints,
      ports: [],
    });
    const services = Array.from({ length: count }, (_, i) => `web-${i}`);
    /** Not in DNS: the deletion guard for names has nothing to say. */
    const endpointOf = (i: number) => ({ addresses: [`10.9.1.${i}`], conditions: { ready: false } });

    async function publishAll(): Promise<void> {
      for (const [i, name] of services.entries()) {
        stage.addService(name);
        stage.cluster.store.create(sliceOf(name, endpointOf(i)) as never);
      }
      await stage.runUntilReady({ supplements: endpoints });
      await stage.until(() => edge.puts.length > 0);
      await stage.clock.advance(minute);
    }

    function deleteSlices(of: readonly string[]): Promise<void> {
      return stage.seen(() => {
        for (const name of of) stage.cluster.store.delete('endpointslices', 'default', `${name}-1`);
      }, of.length);
    }

    test('are held back, and published when they have stayed away for long enough', async () => {
      await publishAll();
      await deleteSlices(services);
      await stage.clock.advance(9 * minute);
      await stage.sendBookmarks();
      expect(edge.puts).toHaveLength(1);
      expect(stage.warnings).toEqual([
        expect.stringMatching(
          /^holding back a deletion: 30 of 31 published endpoints would vanish; .* in 10 minutes by itself$/,
        ),
      ]);
      await stage.clock.advance(2 * minute);
      await stage.sendBookmarks();
      await stage.until(() => edge.puts.length > 1, 1000);
      expect(edge.addressesOf('web-0.default.svc')).toEqual([]);
      expect(stage.warnings.at(-1)).toBe(
        'a deletion of 30 of 31 published endpoints has stayed for long enough: it is published',
      );
    });

    test('are published as they are when they are there again', async () => {
      await publishAll();
      await deleteSlices(services);
      await stage.clock.advance(minute);
      await stage.seen(() => {
        for (const [i, name] of services.entries())
          stage.cluster.store.create(sliceOf(name, endpointOf(i + 100)) as never);
      }, count);
      await stage.until(() => edge.puts.length > 1, 1000);
      expect(edge.addressesOf('web-0.default.svc')).toEqual(['10.9.1.100 not-ready']);
      expect(stage.warnings.at(-1)).toBe('the deletion is not held back any more: the endpoints are there again');
    });

    test('and fewer than most are published at once', async () => {
      await publishAll();
      await deleteSlices(services.slice(0, 15));
      await stage.until(() => edge.puts.length > 1, 50);
      expect(edge.addressesOf('web-0.default.svc')).toEqual([]);
      expect(stage.warnings).toEqual([]);
    });

    test('wait no second time where the deletion of their names was held back', async () => {
      addHeadless();
      const ready = services.map((name, i) => ({
        addresses: [`10.9.2.${i}`],
        hostname: name,
        conditions: { ready: true },
      }));
      stage.cluster.store.create(sliceOf('db', ...ready) as never);
      await stage.runUntilReady({ supplements: endpoints });
      await stage.until(() => edge.puts.length > 0);
      await stage.clock.advance(minute);
      await deleteSlices(['db']);
      await stage.until(() => stage.status().heldSince !== undefined, 50);
      await stage.clock.advance(11 * minute);
      await stage.sendBookmarks();
      await stage.until(() => edge.puts.length > 1, 1000);
      expect(edge.addressesOf('db.default.svc')).toEqual([]);
      expect(stage.warnings.filter((line) => line.includes('endpoints'))).toEqual([]);
    });
  });

  test('stand beside remarks', async () => {
    addHeadless();
    stage.cluster.store.create(slice(db1));
    stage.run({ supplements: [...remarks, ...endpoints] });
    await stage.until(() => edge.puts.length === 2, 100);
    expect(edge.remarks.get('db.default.svc')?.at?.code).toBe('NONE_READY');
    expect(edge.addressesOf('db.default.svc')).toEqual(['10.9.0.2 not-ready']);
  });
});

test('an edge that refuses them keeps nothing back', async () => {
  edge.answer = async () => ({ kind: 'refused', reason: 'the edge answered 404: there is nothing here' });
  await stage.runUntilReady({ supplements: remarks });
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
  await stage.runUntilReady({ supplements: remarks });
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
    stage.run({ supplements: remarks, leadership });
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
  const end = stage.run({ once: true, supplements: remarks });
  await stage.until(() => edge.puts.length > 0, 100);
  await end;
  expect(edge.puts).toHaveLength(1);
  expect(edge.remarks.get('db.default.svc')?.at?.code).toBe('NO_SELECTOR');
  expect(stage.clock.sleeping).toBe(0);
});
