/** What an isolate knows of registrations: how often it asks KV, and what counts while KV has trouble. */
import { describe, expect, test } from 'vitest';
import type { Directory } from '../../../worker/clusters/directory.ts';
import { StoreError } from '../../../worker/environment.ts';
import { parseName } from '../../../zone/name.ts';
import { clusterId } from '../support/agent.ts';
import { Reading } from '../support/isolate.ts';

const local = clusterId('local');
const hour = 3_600_000;

/** `local` is registered; calls are counted from now on. */
async function start(): Promise<{ reading: Reading; directory: Directory }> {
  const reading = await Reading.start();
  await reading.register('local');
  return { reading, directory: reading.restart().directory };
}

/** The hard limit, which tells one registration from the next. */
async function limitOf(directory: Directory, cluster = local, maxAgeMilliseconds?: number) {
  return (await directory.of(cluster, maxAgeMilliseconds))?.hardLimitSeconds;
}

function together<T>(count: number, ask: () => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, ask));
}

describe('a registration', () => {
  test('is read once in 30 seconds, and a change is seen after that time', async () => {
    const { reading, directory } = await start();
    expect(await limitOf(directory)).toBe(86_400);
    await reading.register('local', { hardLimitSeconds: 1000 });
    reading.store.calls.length = 0;
    reading.machine.advance(29_999);
    expect(await limitOf(directory)).toBe(86_400);
    expect(reading.store.calls).toEqual([]);
    reading.machine.advance(1);
    expect(await limitOf(directory)).toBe(1000);
    expect(reading.store.calls).toEqual(['get registry']);
  });

  test('is read again sooner by whoever has reason to doubt it', async () => {
    const { reading, directory } = await start();
    await limitOf(directory);
    await reading.register('local', { hardLimitSeconds: 1000 });
    reading.machine.advance(1000);
    expect(await limitOf(directory, local, 1001)).toBe(86_400);
    expect(await limitOf(directory, local, 1000)).toBe(1000);
  });

  test('that is not there is looked for once a second', async () => {
    const { reading, directory } = await start();
    const other = clusterId('other');
    for (const milliseconds of [0, 999, 1, 999, 1]) {
      reading.machine.advance(milliseconds);
      expect(await directory.of(other)).toBeUndefined();
    }
    expect(reading.store.calls).toEqual(Array(3).fill('get registry'));
    await reading.register('other');
    reading.machine.advance(1000);
    expect(await directory.of(other)).toBeDefined();
  });

  test('is the same object as long as nothing changes', async () => {
    const { reading, directory } = await start();
    const before = await directory.of(local);
    reading.machine.advance(hour);
    expect(await directory.of(local)).toBe(before);
    expect(reading.store.calls).toHaveLength(2);
  });

  test('asked for by 20 requests at once is read once', async () => {
    const { reading, directory } = await start();
    expect(await together(20, () => limitOf(directory))).toEqual(Array(20).fill(86_400));
    await reading.register('local', { hardLimitSeconds: 1000 });
    reading.store.calls.length = 0;
    reading.machine.advance(hour);
    expect(await together(20, () => limitOf(directory))).toEqual(Array(20).fill(1000));
    expect(reading.store.calls).toEqual(['get registry']);
  });

  test('that is none costs only itself', async () => {
    const { reading, directory } = await start();
    await reading.register('other');
    await reading.store.tamper('registry', ({ octets }) => {
      const value = JSON.parse(new TextDecoder().decode(octets)) as { clusters: Record<string, unknown> };
      Object.assign(value.clusters, { other: { publicKeys: 7 }, 'No Id': value.clusters['local'] });
      return { octets: new TextEncoder().encode(JSON.stringify(value)) };
    });
    expect(await limitOf(directory)).toBe(86_400);
    expect(await directory.of(clusterId('other'))).toBeUndefined();
    const told = [
      'the registration of cluster other is left out: "publicKeys" must be one or two Ed25519 public keys, each 43 characters of base64url',
      'the registration of cluster "No Id" is left out: that is no id',
    ];
    expect(reading.machine.lines).toEqual(told);
    reading.machine.advance(hour);
    await limitOf(directory);
    expect(reading.machine.lines).toEqual(told);
    expect(reading.store.count('get', 'registry')).toBeGreaterThan(1);
    await reading.register('other');
    reading.machine.advance(hour);
    expect(await directory.of(clusterId('other'))).toBeDefined();
    expect(reading.machine.lines).toEqual(told);
  });
});

describe('a value read beside the registry', () => {
  test('costs one operation with it', async () => {
    const { reading, directory } = await start();
    await reading.store.put('token/a', 'one');
    reading.store.calls.length = 0;
    expect(await directory.readBeside('token/a')).toBe('one');
    expect(await limitOf(directory)).toBe(86_400);
    expect(await directory.readBeside('token/b')).toBeNull();
    reading.machine.advance(30_000);
    expect(await directory.readBeside('token/a')).toBe('one');
    expect(reading.store.calls).toEqual(['get token/a registry', 'get token/b', 'get token/a registry']);
  });

  test('is read alone while another request asks for the registry', async () => {
    const { reading, directory } = await start();
    expect(await together(3, () => directory.readBeside('token/a'))).toEqual([null, null, null]);
    expect(reading.store.calls).toEqual(['get token/a registry', 'get token/a', 'get token/a']);
  });

  test('of a request that was cut off leaves the registry to the next one after two seconds', async () => {
    const { reading, directory } = await start();
    const hold = reading.store.hold();
    void directory.readBeside('token/a');
    await hold.reached;
    hold.letOthersPass();
    const waiting = limitOf(directory);
    await reading.machine.sleep(1);
    expect(reading.store.calls).toEqual(['get token/a registry']);
    reading.machine.jump(2000);
    expect(await waiting).toBe(86_400);
    expect(reading.store.calls).toEqual(['get token/a registry', 'get registry']);
  });

  test('that fails is an error; the registry is left alone for a second', async () => {
    const { reading, directory } = await start();
    reading.store.fail('get', 'KV GET failed: 500');
    await expect(directory.readBeside('token/a')).rejects.toThrow(StoreError);
    await expect(directory.of(local)).rejects.toThrow('KV GET failed: 500');
    reading.store.recover();
    expect(await directory.readBeside('token/a')).toBeNull();
    reading.machine.advance(1000);
    expect(await limitOf(directory)).toBe(86_400);
    expect(reading.store.calls).toEqual(['get token/a registry', 'get token/a', 'get registry']);
  });
});

describe('while KV', () => {
  test('fails, what was read last counts for 24 hours; it is asked once a second, and the log says it once', async () => {
    const { reading, directory } = await start();
    await limitOf(directory);
    reading.store.fail('get', 'KV GET failed: 500');
    reading.store.calls.length = 0;
    reading.machine.advance(hour);
    for (let second = 0; second < 3; second += 1) {
      expect(await together(3, () => limitOf(directory))).toEqual(Array(3).fill(86_400));
      reading.machine.advance(1000);
    }
    expect(reading.store.calls).toHaveLength(3);
    expect(reading.machine.lines).toEqual(['the registry is not read: KV GET failed: 500']);
    reading.machine.advance(23 * hour - 3000);
    expect(await limitOf(directory)).toBe(86_400);
    reading.machine.advance(1000);
    await expect(directory.of(local)).rejects.toThrow('KV GET failed: 500');
    reading.store.recover();
    reading.machine.advance(1000);
    expect(await limitOf(directory)).toBe(86_400);
    reading.store.fail('get', 'KV GET failed: 500');
    reading.machine.advance(hour);
    await limitOf(directory);
    expect(reading.machine.lines).toHaveLength(2);
  });

  test('holds what is damaged, what was read last counts', async () => {
    const { reading, directory } = await start();
    await limitOf(directory);
    for (const damaged of ['{"clusters":{', '[]', '{"clusters":[]}', 'null', '']) {
      await reading.store.put('registry', damaged);
      reading.machine.advance(hour);
      expect(await limitOf(directory)).toBe(86_400);
    }
    expect(reading.machine.lines).toEqual(['the registry is not read: it is damaged']);
    const fresh = reading.restart().directory;
    await expect(fresh.of(local)).rejects.toThrow(StoreError);
  });

  test('does not answer, the request that asks waits two seconds and the others not at all', async () => {
    const { reading, directory } = await start();
    await limitOf(directory);
    reading.machine.advance(30_000);
    const hold = reading.store.hold();
    const first = limitOf(directory);
    await hold.reached;
    expect(await limitOf(directory)).toBe(86_400);
    reading.machine.advance(2000);
    expect(await first).toBe(86_400);
    reading.machine.advance(hour);
    const again = limitOf(directory);
    expect(await limitOf(directory)).toBe(86_400);
    reading.machine.advance(2000);
    expect(await again).toBe(86_400);
    hold.release();
  });

  test('does not answer and nothing is known, everybody has an error after two seconds', async () => {
    const { reading, directory } = await start();
    const hold = reading.store.hold();
    const asking = Promise.allSettled(Array.from({ length: 3 }, () => directory.of(local)));
    await hold.reached;
    reading.machine.advance(2000);
    expect((await asking).map(({ status }) => status)).toEqual(Array(3).fill('rejected'));
    hold.letOthersPass();
    reading.machine.advance(1000);
    expect(await limitOf(directory)).toBe(86_400);
    hold.release();
  });

  test('answers a question late, what was read meanwhile stays', async () => {
    const { reading, directory } = await start();
    const hold = reading.store.hold();
    const late = directory.readBeside('token/a');
    await hold.reached;
    hold.letOthersPass();
    const showOld = await reading.store.capture('registry');
    await reading.register('local', { hardLimitSeconds: 1000 });
    reading.machine.jump(2000);
    expect(await limitOf(directory)).toBe(1000);
    showOld();
    hold.release();
    await late;
    expect(await limitOf(directory)).toBe(1000);
  });
});

describe('the cluster of a name', () => {
  const clusters = ['local', 'east', 'west'].map(clusterId);

  async function startAliased(): Promise<Directory> {
    const { reading, directory } = await start();
    await reading.register('east', {
      zones: ['cluster.local', 'east.example.com', 'east.example.org'],
      clustersetZones: ['clusterset.local', 'set.example.com'],
    });
    await reading.register('west', { zones: ['cluster.local', 'west.example.com'] });
    return directory;
  }

  function question(text: string) {
    const name = parseName(text);
    const labelOffsets: number[] = [];
    for (let at = 0; name.charCodeAt(at) > 0; at += 1 + name.charCodeAt(at)) labelOffsets.push(at);
    return { qname: Uint8Array.from(name, (octet) => octet.charCodeAt(0)), labelOffsets };
  }

  test.for([
    ['web.shop.svc.east.example.com', 'east'],
    ['east.example.com', 'east'],
    ['web.shop.svc.east.example.org', 'east'],
    ['web.shop.svc.set.example.com', 'east'],
    ['web.shop.svc.west.example.com', 'west'],
    ['web.shop.svc.cluster.local', undefined],
    ['web.shop.svc.clusterset.local', undefined],
    ['example.com', undefined],
    ['xeast.example.com', undefined],
    ['.', undefined],
  ] as const)('%s is in an alias of %s', async ([name, expected]) => {
    expect(await (await startAliased()).clusterOfAlias(question(name), clusters)).toBe(expected);
  });

  test('is one of those that are asked about', async () => {
    const directory = await startAliased();
    expect(await directory.clusterOfAlias(question('a.west.example.com'), clusters.slice(0, 2))).toBeUndefined();
  });

  test('is not told while nothing is known', async () => {
    const { reading, directory } = await start();
    reading.store.fail('get');
    await expect(directory.clusterOfAlias(question('a.example.com'), clusters)).rejects.toThrow(StoreError);
  });
});
