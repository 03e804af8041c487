/** The registry: what it keeps, what it writes into KV, and how it goes on after trouble. */
import { describe, expect, test } from 'vitest';
import { parseRegistration, parseRegistrations, type Registration } from '../../../worker/clusters/registration.ts';
import { Registry } from '../../../worker/clusters/registry.ts';
import { kvKeys } from '../../../zone/keys.ts';
import { Agent, clusterId } from '../support/agent.ts';
import { type Edge, startEdge } from '../support/edge.ts';
import { MemoryStorage } from '../support/objects.ts';
import { ObservedStore } from '../support/observed-store.ts';
import { TestMachine } from '../support/test-machine.ts';
import { refusal } from '../support/whole-response.ts';
import { webAt } from '../support/zone.ts';

const key = 'registry';

async function inKv({ store }: Edge): Promise<readonly string[]> {
  const text = await store.get(key, { type: 'text' });
  return [...(parseRegistrations(text ?? '{"clusters":{}}')?.registrations.keys() ?? [])].sort();
}

test('all registrations stand in one value', async () => {
  const edge = await startEdge();
  await edge.register('b');
  await edge.register('a');
  expect(await inKv(edge)).toEqual(['a', 'b']);
  await edge.administer('DELETE', '/v1/clusters/b');
  expect(await inKv(edge)).toEqual(['a']);
});

test('changes at the same time are made one after the other, and none is lost', async () => {
  const edge = await startEdge();
  const ids = Array.from({ length: 20 }, (_, i) => `c${i}`);
  await Promise.all(ids.map((id) => edge.register(id)));
  expect(await inKv(edge)).toEqual([...ids].sort());
});

test('of two who want the same alias at the same time one gets it', async () => {
  const edge = await startEdge();
  const body = { publicKeys: [edge.agent.publicKey], zones: ['cluster.local', 'k.example'] };
  const answers = await Promise.all(['a', 'b'].map((id) => edge.administer('PUT', `/v1/clusters/${id}`, body)));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
});

test('what it keeps survives a restart', async () => {
  const edge = await startEdge();
  await edge.register('a', ['cluster.local', 'a.example']);
  const before = await edge.objects.registry.registrationOf(clusterId('a'));
  edge.objects.restart();
  expect(await edge.objects.registry.registrationOf(clusterId('a'))).toEqual(before);
  await edge.register('b');
  expect(await inKv(edge)).toEqual(['a', 'b']);
});

test('revisions rise with every change, also when what it kept is lost', async () => {
  const edge = await startEdge();
  const revision = async () => (await edge.objects.registry.registrationOf(clusterId('a')))!.revision;
  await edge.register('a');
  const first = await revision();
  await edge.register('a');
  const second = await revision();
  expect(second).toBeGreaterThan(first);
  await edge.administer('DELETE', '/v1/clusters/a');
  await edge.register('a');
  const third = await revision();
  expect(third).toBeGreaterThan(second);
  edge.machine.advance(1000);
  edge.objects.lose();
  expect(await revision()).toBeGreaterThan(third);
});

describe('what it kept is lost', () => {
  test('it takes what KV has', async () => {
    const edge = await startEdge();
    await edge.register('a', ['cluster.local', 'a.example']);
    edge.objects.lose();
    const body = { publicKeys: [edge.agent.publicKey], zones: ['cluster.local', 'a.example'] };
    expect(await refusal(await edge.administer('PUT', '/v1/clusters/b', body))).toBe('409 ZONE_TAKEN');
    await edge.register('b');
    expect(await inKv(edge)).toEqual(['a', 'b']);
  });

  test('and what KV has is not all of it registrations: the log says which one is left out', async () => {
    const edge = await startEdge();
    await edge.register('a');
    await edge.store.tamper(key, ({ octets }) => {
      const value = JSON.parse(new TextDecoder().decode(octets)) as { clusters: Record<string, unknown> };
      return { octets: new TextEncoder().encode(JSON.stringify({ clusters: { ...value.clusters, b: [] } })) };
    });
    edge.objects.lose();
    await edge.register('c');
    expect(await inKv(edge)).toEqual(['a', 'c']);
    expect(edge.machine.lines.filter((line) => line.includes('left out'))).toEqual([
      expect.stringMatching(/^the registration of cluster b is left out: "publicKeys" must be/),
    ]);
  });

  test('and KV does not answer: nothing is changed, and nothing is taken for empty', async () => {
    const edge = await startEdge();
    await edge.register('a');
    edge.objects.lose();
    edge.store.fail('get');
    const body = { publicKeys: [edge.agent.publicKey], zones: ['cluster.local'] };
    expect(await refusal(await edge.administer('PUT', '/v1/clusters/b', body))).toBe('503 STORE_UNAVAILABLE');
    edge.store.recover();
    await edge.register('b');
    expect(await inKv(edge)).toEqual(['a', 'b']);
  });
});

test('whoever only looks does not wait for KV, and sees what counts already', async () => {
  const edge = await startEdge();
  await edge.register('a');
  edge.store.fail('put', 'KV PUT failed: 429 Too Many Requests');
  const removing = edge.administer('DELETE', '/v1/clusters/a');
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(await edge.objects.registry.registrationOf(clusterId('a'))).toBeUndefined();
  edge.store.recover();
  edge.machine.advance(1100);
  expect((await removing).status).toBe(200);
});

describe('KV does not take the value', () => {
  test('it is said, and written a little later', async () => {
    const edge = await startEdge();
    await edge.register('a');
    edge.store.fail('put');
    expect(await refusal(await edge.administer('DELETE', '/v1/clusters/a'))).toBe('503 STORE_UNAVAILABLE');
    expect(await inKv(edge)).toEqual(['a']);
    edge.machine.advance(5000);
    await edge.objects.wake();
    expect(await inKv(edge)).toEqual(['a']);
    edge.store.recover();
    edge.machine.advance(5000);
    await edge.objects.wake();
    expect(await inKv(edge)).toEqual([]);
  });

  test('also when the object was restarted meanwhile', async () => {
    const edge = await startEdge();
    await edge.register('a');
    edge.store.fail('put');
    await edge.administer('DELETE', '/v1/clusters/a');
    edge.store.recover();
    edge.objects.restart();
    edge.machine.advance(5000);
    await edge.objects.wake();
    expect(await inKv(edge)).toEqual([]);
  });

  test('and what is in KV already is not written again', async () => {
    const edge = await startEdge();
    await edge.register('a');
    const puts = edge.store.count('put', key);
    edge.machine.advance(5000);
    await edge.objects.wake();
    expect(edge.store.count('put', key)).toBe(puts);
  });
});

describe('a cluster is taken away', () => {
  const local = clusterId('local');
  const snapshot = kvKeys.snapshot(local);
  const remove = (edge: Edge) => edge.administer('DELETE', '/v1/clusters/local');

  async function startPublished(): Promise<Edge> {
    const edge = await startEdge();
    await edge.register('local');
    await edge.publish(webAt('10.0.0.1'), { epoch: 5, serial: 5 });
    return edge;
  }

  async function isStored({ store }: Edge): Promise<boolean> {
    return (await store.get(snapshot, { type: 'text' })) !== null;
  }

  async function wakeLater(edge: Edge): Promise<void> {
    edge.machine.advance(5000);
    await edge.objects.wake();
  }

  test.for([false, true])(
    'and KV does not take its snapshot away: it is tried again; restarted %s',
    async (restarted) => {
      const edge = await startPublished();
      edge.store.fail('delete');
      expect(await (await remove(edge)).json()).toEqual({
        error:
          'the store did not take a value: the cluster is not registered any more, and readers may not know it yet; try again',
        code: 'STORE_UNAVAILABLE',
      });
      expect(await inKv(edge)).toEqual([]);
      if (restarted) edge.objects.restart();
      await wakeLater(edge);
      expect(await isStored(edge)).toBe(true);
      edge.store.recover();
      await wakeLater(edge);
      expect(await isStored(edge)).toBe(false);
      edge.store.calls.length = 0;
      await wakeLater(edge);
      expect(edge.store.calls).toEqual([]);
    },
  );

  test('and KV takes nothing: both are tried again', async () => {
    const edge = await startPublished();
    edge.store.fail('put');
    edge.store.fail('delete');
    expect(await refusal(await remove(edge))).toBe('503 STORE_UNAVAILABLE');
    expect(await refusal(await remove(edge))).toBe('503 STORE_UNAVAILABLE');
    edge.store.recover();
    await wakeLater(edge);
    expect(await inKv(edge)).toEqual([]);
    expect(await isStored(edge)).toBe(false);
  });

  test('and KV takes the registry late: the snapshot goes at once', async () => {
    const edge = await startPublished();
    edge.store.fail('put');
    expect(await refusal(await remove(edge))).toBe('503 STORE_UNAVAILABLE');
    expect(await isStored(edge)).toBe(false);
    edge.store.recover();
    expect((await remove(edge)).status).toBe(200);
    expect(await inKv(edge)).toEqual([]);
  });

  test('in part, and the next attempt ends it', async () => {
    const edge = await startPublished();
    edge.store.fail('delete');
    expect(await refusal(await remove(edge))).toBe('503 STORE_UNAVAILABLE');
    edge.store.recover();
    expect((await remove(edge)).status).toBe(200);
    expect(await isStored(edge)).toBe(false);
  });

  test('in part: it is not registered anew before the rest is gone', async () => {
    const edge = await startPublished();
    edge.store.fail('delete');
    await remove(edge);
    const body = { publicKeys: [edge.agent.publicKey], zones: ['cluster.local'] };
    const refused = await edge.administer('PUT', '/v1/clusters/local', body);
    expect(await refused.json()).toEqual({
      error: 'the store did not take a value: the cluster was taken away, and its snapshot is still there; try again',
      code: 'STORE_UNAVAILABLE',
    });
    expect(await edge.objects.registry.registrationOf(local)).toBeUndefined();
    edge.store.recover();
    await edge.register('local');
    expect(await isStored(edge)).toBe(false);
    await edge.publish(webAt('10.0.0.2'), { epoch: 1, serial: 1 });
    await wakeLater(edge);
    expect(await isStored(edge)).toBe(true);
  });

  test('and its object is not reached: it is tried again', async () => {
    const storage = new MemoryStorage();
    const machine = new TestMachine();
    const agent = await Agent.create();
    const registration = parseRegistration({ publicKeys: [agent.publicKey], zones: ['cluster.local'] }) as Registration;
    const withdrawn: number[] = [];
    let isReached = false;
    const withdraw = async (_: unknown, revision: number) => {
      if (!isReached) throw new Error('Network connection lost.');
      withdrawn.push(revision);
      return { kind: 'withdrawn' } as const;
    };
    const registry = new Registry(storage, new ObservedStore(), () => ({ withdraw }), machine);
    await registry.register(local, registration, []);
    expect(await registry.unregister(local)).toEqual({ kind: 'not-written', reason: 'Network connection lost.' });
    expect(storage.alarmAt).toBeGreaterThan(machine.now());
    isReached = true;
    await registry.alarm();
    await registry.alarm();
    expect(withdrawn).toHaveLength(1);
  });

  test('and every attempt is a line of the audit', async () => {
    const edge = await startPublished();
    edge.store.fail('put');
    await remove(edge);
    expect(edge.machine.lines).toContain('audit: administrator took cluster local away');
  });
});
