/** How long changes take until they are published, and until the edge answers from them. */
import { beforeEach, describe, expect, test } from 'vitest';
import { minute, useStage } from './agent-stage.ts';

const stage = useStage();
const second = 1000;

/** A slice of the Service `db`, whose change was triggered at `at` on the clock of the test. */
function slice(name: string, at: number, address: string, service = 'db') {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      namespace: 'default',
      name,
      labels: { 'kubernetes.io/service-name': service },
      annotations: { 'endpoints.kubernetes.io/last-change-trigger-time': new Date(at).toISOString() },
    },
    addressType: 'IPv4',
    endpoints: [{ addresses: [address], conditions: { ready: true } }],
    ports: [{ port: 1 }],
  } as never;
}

async function add(name: string, at: number, address: string, service?: string): Promise<void> {
  await stage.seen(() => stage.cluster.store.create(slice(name, at, address, service)));
}

const published = () => stage.told('programmed').filter(({ stage: which }) => which === 'published');
const visible = () => stage.told('programmed').filter(({ stage: which }) => which === 'visible');
const served = () => stage.edge.asked.filter((asked) => asked === 'served').length;

beforeEach(async () => {
  for (const [name, clusterIP] of [
    ['db', 'None'],
    ['web', undefined],
  ] as const) {
    const spec = { ...(clusterIP && { clusterIP }), ports: [{ port: 1 }] };
    stage.cluster.store.create({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace: 'default' },
      spec,
    } as never);
  }
  await stage.runUntilReady({ visibilityProbeMilliseconds: 30 * second });
  await stage.clock.advance(minute);
});

describe('until it is published', () => {
  test('is counted from the trigger of each change, by the kind of its Service', async () => {
    const now = stage.clock.now();
    await add('db-1', now - 2 * second, '10.9.0.1');
    await add('web-1', now - second, '10.9.0.2', 'web');
    await stage.until(() => stage.images.length > 1, 50);
    const waited = (stage.clock.now() - now) / second;
    expect(published().map(({ service }) => service)).toEqual(['headless_with_selector', 'cluster_ip']);
    expect(published()[0]!.seconds).toBeCloseTo(2 + waited, 0);
    expect(published()[1]!.seconds).toBeCloseTo(1 + waited, 0);
  });

  test('is not counted for what nobody could have seen, of a time to come, or of no Service', async () => {
    const now = stage.clock.now();
    await add('db-1', now - 60 * minute, '10.9.0.1');
    await add('db-2', now + 60 * minute, '10.9.0.2');
    await add('none-1', now, '10.9.0.3', 'none');
    await stage.until(() => stage.images.length > 1, 50);
    await stage.clock.advance(minute);
    expect(stage.told('programmed')).toEqual([]);
  });

  test('is not counted for a change that changes no record', async () => {
    const now = stage.clock.now();
    await add('db-1', now, '10.9.0.1');
    await stage.until(() => stage.images.length > 1, 50);
    const computed = stage.told('computed').length;
    await stage.seen(() => {
      stage.cluster.store.create(slice('db-2', stage.clock.now(), '10.9.0.9'));
      stage.cluster.store.delete('endpointslices', 'default', 'db-2');
    }, 2);
    await stage.until(() => stage.told('computed').length > computed, 50);
    expect(stage.told('computed').at(-1)).toMatchObject({ result: 'unchanged' });
    expect(published()).toHaveLength(1);
    await add('db-3', stage.clock.now(), '10.9.0.2');
    await stage.until(() => stage.images.length > 2, 50);
    expect(published()).toHaveLength(2);
  });
});

describe('until it is visible', () => {
  test('the edge is asked, less and less often, until it answers from it', async () => {
    const old = stage.edge.kept!.manifest;
    const now = stage.clock.now();
    let isVisible = false;
    stage.edge.servedAnswer = async () => ({
      kind: 'served',
      manifest: isVisible ? stage.edge.kept!.manifest : old,
    });
    await add('db-1', now, '10.9.0.1');
    await stage.until(() => stage.images.length > 1, 50);
    await stage.clock.advance(19 * second);
    // After 1, 3, 6, 10 and 15 seconds.
    expect(served()).toBe(5);
    expect(visible()).toEqual([]);
    isVisible = true;
    await stage.until(() => visible().length > 0, 100);
    expect(visible()[0]!.service).toBe('headless_with_selector');
    expect(visible()[0]!.seconds).toBeGreaterThan(19);
    expect(visible()[0]!.seconds).toBeLessThan(22);
    await stage.clock.advance(minute);
    expect(served()).toBe(6);
  });

  test('is given up after two minutes', async () => {
    const old = stage.edge.kept!.manifest;
    stage.edge.servedAnswer = async () => ({ kind: 'served', manifest: old });
    await add('db-1', stage.clock.now(), '10.9.0.1');
    await stage.until(() => stage.images.length > 1, 50);
    await stage.clock.advance(130 * second);
    const asked = served();
    await stage.clock.advance(60 * second);
    expect(served()).toBe(asked);
    expect(visible()).toEqual([]);
  });

  test('one probe begins in its interval, of however many publishes', async () => {
    for (let i = 0; i < 5; i += 1) {
      await add(`db-${i}`, stage.clock.now(), `10.9.0.${i}`);
      await stage.until(() => stage.images.length === 2 + i, 50);
      await stage.clock.advance(second);
    }
    expect(visible()).toHaveLength(1);
    await stage.clock.advance(20 * second);
    await add('db-6', stage.clock.now(), '10.9.0.6');
    await stage.until(() => stage.images.length === 7, 50);
    await stage.clock.advance(5 * second);
    expect(visible()).toHaveLength(2);
  });

  test('nothing is asked for what no Service was told of', async () => {
    stage.addService('more');
    await stage.until(() => stage.images.length > 1, 50);
    await stage.clock.advance(minute);
    expect(served()).toBe(0);
  });

  test('an edge that cannot tell is asked again after an hour', async () => {
    stage.edge.servedAnswer = async () => ({ kind: 'unsupported' });
    for (const i of [0, 1]) {
      await add(`db-${i}`, stage.clock.now(), `10.9.0.${i}`);
      await stage.until(() => stage.images.length === 2 + i, 50);
      await stage.clock.advance(minute);
    }
    expect(served()).toBe(1);
    stage.edge.servedAnswer = undefined;
    await stage.clock.advance(60 * minute);
    await add('db-2', stage.clock.now(), '10.9.0.2');
    await stage.until(() => visible().length > 0, 50);
    expect(served()).toBe(2);
  });
});
