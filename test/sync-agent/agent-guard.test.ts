/** Deletions that look like a fault are held back. */
import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, test } from 'vitest';
import { defaultDeletionGuard } from '../../sync-agent/guard/deletion-guard.ts';
import { encodeSnapshot } from '../../zone/image/encode.ts';
import { serviceManifest } from '../demo/cluster/client.ts';
import { minute, names, useStage } from './agent-stage.ts';

const stage = useStage();
const services = Array.from({ length: 30 }, (_, i) => `web-${i}`);
const someServices = services.slice(0, 12);

function count(image: Uint8Array | undefined): number {
  return names(image).filter((name) => name.startsWith('web-')).length;
}

/** Always with the same addresses, so that what comes back is as it was. */
function addAll(): void {
  for (const [i, name] of services.entries()) {
    const spec = { clusterIP: `10.96.200.${i}`, ports: [{ port: 80 }] };
    stage.cluster.store.create(serviceManifest(name, 'default', spec));
  }
}

/** Resolves when the agent has seen it. */
async function remove(gone: readonly string[]): Promise<void> {
  await stage.seen(() => {
    for (const name of gone) stage.cluster.store.delete('services', 'default', name);
  }, gone.length);
}

beforeEach(addAll);

describe('while it runs', () => {
  beforeEach(async () => {
    await stage.runUntilReady();
    await stage.clock.advance(minute);
  });

  test('a deletion of less than half of the names is published', async () => {
    await remove(someServices);
    await stage.until(() => count(stage.images.at(-1)) === 18, 50);
    expect(stage.told('held-back')).toEqual([]);
    expect(stage.warnings).toEqual([]);
  });

  test('a larger one is held back, heartbeats too, and is published when it was watched for ten minutes', async () => {
    await remove(services);
    const from = stage.clock.steadyNow();
    await stage.until(() => stage.status().heldSince !== undefined, 50);
    await stage.sendBookmarks();
    await stage.clock.advance(9 * minute);
    expect(stage.images).toHaveLength(1);
    expect(stage.status()).toMatchObject({ heldSince: expect.any(Number), unpublishedSince: expect.any(Number) });
    const [held, ...others] = stage.told('held-back');
    expect(held!.names).toBeGreaterThanOrEqual(30);
    expect(others).toEqual([]);
    expect(stage.warnings).toEqual([
      expect.stringMatching(
        `^holding back a deletion: ${held!.names} of ${held!.of} published names would vanish; .*--allow-deletions.* in 10 minutes`,
      ),
    ]);
    await stage.clock.advance(2 * minute);
    await stage.sendBookmarks();
    await stage.until(() => stage.images.length > 1, 1000);
    expect(stage.clock.steadyNow() - from).toBeLessThan(12 * minute);
    expect(count(stage.images[1])).toBe(0);
    expect(stage.told('released')).toEqual([{ kind: 'released', by: 'time' }]);
    expect(stage.status()).toMatchObject({ heldSince: undefined, unpublishedSince: undefined });
  });

  test('time alone publishes nothing while no watch shows that it is alive', async () => {
    await remove(services);
    await stage.until(() => stage.status().heldSince !== undefined, 50);
    await stage.clock.advance(60 * minute);
    expect(stage.images).toHaveLength(1);
    expect(stage.told('held-back')).toHaveLength(1);
    // One of them is not enough.
    await stage.seen(() => stage.cluster.faults.sendBookmarks('services'));
    await stage.clock.advance(minute);
    expect(stage.images).toHaveLength(1);
    await stage.sendBookmarks();
    await stage.until(() => stage.images.length > 1, 1000);
    expect(stage.told('released')).toEqual([{ kind: 'released', by: 'time' }]);
  });

  test('deletions that are too much together are held back, however small each is', async () => {
    await remove(someServices);
    await stage.until(() => stage.images.length > 1, 50);
    await stage.clock.advance(9 * minute);
    await remove(services.slice(12, 23));
    await stage.until(() => stage.status().heldSince !== undefined || stage.images.length > 2, 50);
    expect(stage.images).toHaveLength(2);
    // Each has two.
    expect(stage.told('held-back')).toEqual([expect.objectContaining({ names: 2 * 23 })]);
    // It stays so, though the first of them is forgotten meanwhile.
    await stage.clock.advance(9 * minute);
    stage.addService('more');
    await stage.clock.advance(minute / 2);
    expect(stage.images).toHaveLength(2);
  });

  test('a deletion of more than ten minutes ago does not count any more', async () => {
    await remove(someServices);
    await stage.until(() => stage.images.length > 1, 50);
    await stage.clock.advance(11 * minute);
    await remove(services.slice(12, 23));
    await stage.until(() => stage.images.length > 2, 50);
    expect(count(stage.images.at(-1))).toBe(7);
    expect(stage.told('held-back')).toEqual([]);
  });

  test('names that come and go do not count', async () => {
    for (let round = 0; round < 4; round += 1) {
      const { length } = stage.images;
      const passing = Array.from({ length: 12 }, (_, i) => `passing-${round}-${i}`);
      await stage.seen(() => {
        for (const name of passing) stage.addService(name);
      }, passing.length);
      await stage.until(() => stage.images.length > length, 50);
      await remove(passing);
      await stage.until(() => stage.images.length > length + 1, 50);
    }
    expect(stage.told('held-back')).toEqual([]);
  });

  test('the time begins anew when much more would vanish', async () => {
    await remove(services.slice(0, 20));
    await stage.until(() => stage.status().heldSince !== undefined, 50);
    const first = stage.status().heldSince!;
    await stage.clock.advance(6 * minute);
    await remove(services.slice(20));
    await stage.until(() => stage.status().heldSince !== first, 50);
    expect(stage.status().heldSince! - first).toBeGreaterThanOrEqual(6 * minute);
    await stage.clock.advance(6 * minute);
    await stage.sendBookmarks();
    await stage.clock.advance(minute);
    expect(stage.images).toHaveLength(1);
    expect(stage.warnings).toHaveLength(2);
    await stage.clock.advance(4 * minute);
    await stage.sendBookmarks();
    await stage.until(() => stage.images.length > 1, 1000);
  });

  test('after one that was published because of its time the next is held back again', async () => {
    await remove(services);
    await stage.until(() => stage.status().heldSince !== undefined, 50);
    await stage.clock.advance(10 * minute);
    await stage.sendBookmarks();
    await stage.until(() => stage.images.length > 1, 1000);
    await stage.seen(addAll, services.length);
    await stage.until(() => stage.images.length > 2, 50);
    await remove(services);
    await stage.until(() => stage.status().heldSince !== undefined || stage.images.length > 3, 50);
    expect(stage.images).toHaveLength(3);
    expect(stage.told('released')).toHaveLength(1);
  });

  test('it is released when the names are there again, and what else has changed is published', async () => {
    await remove(services);
    await stage.until(() => stage.status().heldSince !== undefined, 50);
    await stage.seen(() => {
      for (const name of services.slice(0, 29)) stage.addService(name);
    }, 29);
    await stage.until(() => stage.images.length > 1, 50);
    expect(stage.told('released')).toEqual([{ kind: 'released', by: 'recovery' }]);
    expect(count(stage.images[1])).toBe(29);
    expect(stage.status().heldSince).toBeUndefined();
  });

  test('names that are replaced within a group do not count', async () => {
    const headless = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'db', namespace: 'default' },
      spec: { clusterIP: 'None', ports: [{ port: 1 }] },
    };
    const slice = (first: number) => ({
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { namespace: 'default', name: `db-${first}`, labels: { 'kubernetes.io/service-name': 'db' } },
      addressType: 'IPv4',
      endpoints: Array.from({ length: 100 }, (_, i) => ({
        addresses: [`10.9.0.${first + i}`],
        conditions: { ready: true },
      })),
      ports: [{ port: 1 }],
    });
    stage.cluster.store.create(headless as never);
    stage.cluster.store.create(slice(0) as never);
    await stage.until(() => names(stage.images.at(-1)).length > 130, 50);
    const { length } = stage.images;
    await stage.seen(() => {
      stage.cluster.store.create(slice(100) as never);
      stage.cluster.store.delete('endpointslices', 'default', 'db-0');
    }, 2);
    await stage.until(() => stage.images.length > length, 50);
    expect(names(stage.images.at(-1)).some((name) => name.startsWith('10-9-0-199.'))).toBe(true);
    expect(stage.told('held-back')).toEqual([]);
  });

  test('it is not brought by an attempt that is made again either', async () => {
    stage.edge.answer = async () => ({ kind: 'unavailable', reason: 'it is down', retryAfterSeconds: undefined });
    stage.addService('more');
    await stage.until(() => stage.edge.manifests.length > 2, 50);
    await remove([...services, 'more']);
    await stage.until(() => stage.status().heldSince !== undefined, 50);
    stage.edge.answer = undefined;
    const { length } = stage.edge.manifests;
    await stage.clock.advance(5 * minute);
    expect(stage.edge.manifests).toHaveLength(length);
    // What the attempts have left there is not known, so what is there again is published again.
    addAll();
    await stage.until(() => stage.images.length > 1, 50);
    expect(stage.images[1]).toEqual(stage.images[0]);
  });
});

describe('from the beginning', () => {
  /** A first agent publishes and ends. */
  beforeEach(async () => {
    await stage.runUntilReady();
    stage.stop.abort();
    await stage.ended();
    stage.begin();
  });

  test('a cluster that has come back empty is held back', async () => {
    const before = stage.edge.kept;
    await stage.replaceCluster();
    stage.run();
    await stage.until(() => stage.status().heldSince !== undefined, 50);
    await stage.clock.advance(9 * minute);
    expect(stage.edge.kept).toBe(before);
    expect(stage.warnings).toContainEqual(expect.stringMatching(/^holding back a deletion: \d+ of \d+ /));
  });

  test('with --allow-deletions it is published', async () => {
    await stage.replaceCluster();
    await stage.runUntilReady({ guard: { ...defaultDeletionGuard, allowsDeletions: true } });
    expect(count(stage.images[0])).toBe(0);
  });

  test('one that is as it was is published at once, as the next of a new writer', async () => {
    const before = stage.edge.kept!.manifest;
    await stage.runUntilReady();
    expect(stage.edge.manifests.at(-1)).toMatchObject({ serial: before.serial + 1 });
    expect(stage.edge.manifests.at(-1)!.epoch).toBeGreaterThan(before.epoch);
    expect(stage.edge.manifests).toHaveLength(2);
    expect(stage.told('held-back')).toEqual([]);
  });

  test('a cluster that was retired has no names', async () => {
    const body = new Uint8Array(gzipSync(encodeSnapshot({ kind: 'retired' })));
    stage.edge.kept = { manifest: stage.edge.kept!.manifest, body };
    await stage.replaceCluster();
    await stage.runUntilReady();
    expect(stage.told('held-back')).toEqual([]);
  });

  test('an edge that does not tell what it has holds nothing up, which is told once', async () => {
    stage.edge.storedAnswer = async () => ({ kind: 'unsupported' });
    await stage.replaceCluster();
    await stage.runUntilReady();
    stage.addService('more');
    await stage.until(() => stage.images.length > 1, 50);
    const told = stage.warnings.filter((line) => line.includes('the edge'));
    expect(told).toEqual([expect.stringContaining('the edge does not tell what is stored there')]);
  });

  test.for([
    ['damaged at the edge', async () => ({ kind: 'damaged', reason: 'it failed a check' })],
    [
      'no image',
      async () => ({ kind: 'stored', manifest: stage.edge.kept!.manifest, image: async () => new Uint8Array(3) }),
    ],
  ] as const)('a snapshot that is %s is replaced', async ([, answer]) => {
    stage.edge.storedAnswer = answer as never;
    await stage.runUntilReady();
    expect(count(stage.images[0])).toBe(30);
    expect(stage.log.entries.filter(({ level }) => level !== 'info')).toEqual([
      expect.objectContaining({ level: 'error', message: expect.stringContaining('cannot be compared') }),
    ]);
  });

  test('an edge that cannot be reached is asked again, and nothing is sent before', async () => {
    stage.edge.storedAnswer = async () => ({ kind: 'unavailable', reason: 'it is down', retryAfterSeconds: 20 });
    const from = stage.clock.now();
    stage.run();
    await stage.until(() => stage.edge.asked.filter((asked) => asked === 'stored').length > 2, 1000);
    expect(stage.clock.now() - from).toBeGreaterThanOrEqual(20_000);
    expect(stage.edge.manifests).toHaveLength(1);
    expect(stage.warnings).toEqual(['publishing failed: it is down; it is tried again']);
    stage.edge.storedAnswer = undefined;
    await stage.until(() => stage.images.length > 0, 1000);
  });
});
