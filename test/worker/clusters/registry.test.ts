/** The registry: what it keeps, what it writes into KV, and how it goes on after trouble. */
import { beforeEach, describe, expect, test } from 'vitest';
import {
  formatRegistrations,
  parseRegistration,
  parseRegistrations,
  type Registration,
} from '../../../worker/clusters/registration.ts';
import { Registry } from '../../../worker/clusters/registry.ts';
import type { PublicationsCalls, Registered } from '../../../worker/objects.ts';
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

  describe('and KV has more clusters than the platform keeps at once', () => {
    const ids = Array.from({ length: 300 }, (_, i) => clusterId(`c${1000 + i}`));

    async function startMany(): Promise<{ store: ObservedStore; start: (storage: MemoryStorage) => Registry }> {
      const store = new ObservedStore();
      const registration = registrationFor((await Agent.create()).publicKey);
      await store.put(key, formatRegistrations(new Map(ids.map((id) => [id, registration]))));
      const start = (storage: MemoryStorage) => new Registry(storage, store, noPublications, new TestMachine());
      return { store, start };
    }

    const idsOf = async (registry: Registry) => (await registry.all()).map(([id]) => id);

    test('it keeps all of them', async () => {
      const { store, start } = await startMany();
      const storage = new MemoryStorage();
      expect(await idsOf(start(storage))).toEqual(ids);
      await store.delete(key);
      expect(await idsOf(start(storage))).toEqual(ids);
    });

    test('it begins anew when it ended in the middle', async () => {
      const { start } = await startMany();
      const storage = new BreakingStorage(2);
      await expect(start(storage).all()).rejects.toThrow('ended');
      expect(await idsOf(start(storage))).toEqual(ids);
      expect(await idsOf(start(storage))).toEqual(ids);
    });
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
      expect(await (await remove(edge)).json()).toEqual({ cluster: 'local', deleted: true });
      expect(await inKv(edge)).toEqual([]);
      expect(edge.machine.lines.at(-2)).toBe(
        'the snapshot of cluster local is not taken away: KV DELETE failed: 500 Internal Server Error; it is tried again',
      );
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
    expect((await remove(edge)).status).toBe(200);
    expect(await isStored(edge)).toBe(true);
    edge.store.recover();
    expect((await remove(edge)).status).toBe(200);
    expect(await isStored(edge)).toBe(false);
  });

  describe('in part, and is registered anew before the rest is gone:', () => {
    async function startAnew(): Promise<Edge> {
      const edge = await startPublished();
      edge.store.fail('delete');
      await remove(edge);
      await edge.register('local');
      edge.store.recover();
      return edge;
    }

    test('what is published since stays', async () => {
      const edge = await startAnew();
      const { manifestText } = await edge.publish(webAt('10.0.0.2'), { epoch: 5, serial: 6 });
      await wakeLater(edge);
      const { value, metadata } = await edge.store.getWithMetadata(snapshot, { type: 'stream' });
      await value?.cancel();
      expect(metadata).toMatchObject({ manifest: manifestText });
      edge.store.calls.length = 0;
      await wakeLater(edge);
      expect(edge.store.calls).toEqual([]);
    });

    test('what was published before goes, also when what was published since did not get into KV', async () => {
      const edge = await startAnew();
      edge.store.fail('put');
      const since = await edge.agent.publication(webAt('10.0.0.2'), { epoch: 5, serial: 6 });
      expect((await edge.send(since)).status).toBe(503);
      edge.store.recover();
      await wakeLater(edge);
      expect(await isStored(edge)).toBe(false);
      expect(await (await edge.send(since)).json()).toMatchObject({ result: 'stored' });
      await wakeLater(edge);
      expect(await isStored(edge)).toBe(true);
    });

    test('what is published while KV takes the rest away comes after it', async () => {
      const edge = await startPublished();
      const hold = edge.store.hold('delete', snapshot);
      const removing = remove(edge);
      await hold.reached;
      await edge.register('local');
      const publication = await edge.agent.publication(webAt('10.0.0.2'), { epoch: 5, serial: 6 });
      const sent = edge.send(publication);
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(edge.store.count('put', snapshot)).toBe(1);
      hold.letOthersPass();
      hold.release();
      expect(await (await sent).json()).toMatchObject({ result: 'stored' });
      expect((await removing).status).toBe(200);
      await wakeLater(edge);
      expect(await isStored(edge)).toBe(true);
    });

    test('and taken away once more: it goes', async () => {
      const edge = await startAnew();
      await edge.publish(webAt('10.0.0.2'), { epoch: 5, serial: 6 });
      await remove(edge);
      expect(await isStored(edge)).toBe(false);
    });
  });

  describe('and its object', () => {
    const withdrawn: number[] = [];
    let withdraw: PublicationsCalls['withdraw'];
    let registry: Registry;
    let storage: MemoryStorage;
    let machine: TestMachine;
    let registration: Registration;

    beforeEach(async () => {
      withdrawn.length = 0;
      storage = new MemoryStorage();
      machine = new TestMachine();
      registration = registrationFor((await Agent.create()).publicKey);
      const publications = { withdraw: (...args: Parameters<typeof withdraw>) => withdraw(...args) };
      registry = new Registry(storage, new ObservedStore(), () => publications, machine);
      await registry.register(local, registration, []);
    });

    test('is not reached: it is tried again', async () => {
      withdraw = async () => {
        throw new Error('Network connection lost.');
      };
      expect(await registry.unregister(local)).toEqual({ kind: 'unregistered' });
      expect(storage.alarmAt).toBeGreaterThan(machine.now());
      await registry.alarm();
      withdraw = async (_, revision, before) => {
        expect(before).toEqual(registration);
        withdrawn.push(revision);
        return { kind: 'withdrawn' };
      };
      await registry.alarm();
      await registry.alarm();
      expect(withdrawn).toHaveLength(1);
    });

    test('answers late, when the cluster was taken away once more: that is not forgotten', async () => {
      const answers: (() => void)[] = [];
      withdraw = (_, revision) =>
        new Promise((resolve) => {
          withdrawn.push(revision);
          answers.push(() => resolve({ kind: 'withdrawn' }));
        });
      const first = registry.unregister(local);
      await registry.register(local, registration, []);
      const second = registry.unregister(local);
      await expect.poll(() => answers.length).toBe(2);
      answers[0]!();
      await first;
      machine.advance(2000);
      await second;
      const again = registry.alarm();
      await expect.poll(() => answers.length).toBe(3);
      answers[2]!();
      await again;
      expect(withdrawn[2]).toBe(withdrawn[1]);
      await registry.alarm();
      expect(withdrawn).toHaveLength(3);
    });

    test('does not answer: nothing else waits for it, and it is tried again', async () => {
      withdraw = () => new Promise(() => {});
      const removing = registry.unregister(local);
      const other = clusterId('other');
      expect(await registry.register(other, registration, [])).toMatchObject({ kind: 'registered' });
      const again = await registry.register(local, registration, []);
      expect(again).toMatchObject({ kind: 'registered' });
      machine.advance(2000);
      expect(await removing).toEqual({ kind: 'unregistered' });
      expect(machine.lines).toEqual([
        'the snapshot of cluster local is not taken away: no answer in time; it is tried again',
      ]);
      expect(storage.alarmAt).toBe(machine.now() + 5000);
      withdraw = async (_, revision) => {
        withdrawn.push(revision);
        return { kind: 'withdrawn' };
      };
      await registry.alarm();
      expect(withdrawn).toHaveLength(1);
      expect(withdrawn[0]).toBeLessThan((again as Registered).revision);
      expect(await registry.registrationOf(local)).toMatchObject({ registration });
    });
  });

  test('and every attempt is a line of the audit', async () => {
    const edge = await startPublished();
    edge.store.fail('put');
    await remove(edge);
    expect(edge.machine.lines).toContain('audit: administrator took cluster local away');
  });
});

function registrationFor(publicKey: string): Registration {
  const registration = parseRegistration({ publicKeys: [publicKey], zones: ['cluster.local'] });
  if ('reason' in registration) throw new Error(registration.reason);
  return registration;
}

function noPublications(): never {
  throw new Error('nothing is taken away here');
}

/** Ends the object at its nth put, once. */
class BreakingStorage extends MemoryStorage {
  #left: number;

  constructor(left: number) {
    super();
    this.#left = left;
  }

  override async put(entries: Readonly<Record<string, unknown>>): Promise<void> {
    this.#left -= 1;
    if (this.#left === 0) throw new Error('ended');
    return super.put(entries);
  }
}
