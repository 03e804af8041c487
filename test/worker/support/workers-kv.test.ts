/** The store for tests against what Cloudflare documents of Workers KV. */
import { describe, expect, test } from 'vitest';
import { SimulatedTime } from './simulated-time.ts';
import { calm, defaultCacheSeconds, KvLocation, maxLateMilliseconds, WorkersKv } from './workers-kv.ts';

const text = { type: 'text', cacheTtl: 30 } as const;
const second = 1000;

function start(seed = 1) {
  const time = new SimulatedTime(seed);
  const kv = new WorkersKv(time);
  const [here, there] = [new KvLocation(kv), new KvLocation(kv)];
  return {
    time,
    kv,
    here,
    there,
    read: (key: string, at = there, cacheTtl = 30) => time.ending(at.get(key, { type: 'text', cacheTtl })),
    write: (key: string, value: string, at = here) => time.ending(at.put(key, value)),
  };
}

/** For how long another location goes on showing the old value, in seconds, asked every second. */
async function secondsUntilSeen(seed: number, cacheTtl = 30): Promise<number> {
  const { time, read, write } = start(seed);
  await write('k', 'old');
  await time.run(maxLateMilliseconds);
  await read('k', undefined, cacheTtl);
  await time.run(second);
  await write('k', 'new');
  const writtenAt = time.now();
  while ((await read('k', undefined, cacheTtl)) !== 'new') await time.run(second);
  return (time.now() - writtenAt) / second;
}

const seeds = Array.from({ length: 60 }, (_, i) => i + 1);

describe('a change', () => {
  test('is seen elsewhere after up to the copy’s time and a minute, and never later', async () => {
    const seconds = await Promise.all(seeds.map((seed) => secondsUntilSeen(seed)));
    expect(Math.max(...seconds)).toBeLessThanOrEqual(30 + maxLateMilliseconds / second + 1);
    expect(Math.max(...seconds)).toBeGreaterThan(45);
    expect(Math.min(...seconds)).toBeLessThan(20);
  });

  test('is seen sooner with a shorter cacheTtl', async () => {
    const mean = async (cacheTtl: number): Promise<number> => {
      const seconds = await Promise.all(seeds.map((seed) => secondsUntilSeen(seed, cacheTtl)));
      return seconds.reduce((sum, one) => sum + one) / seconds.length;
    };
    expect(await mean(30)).toBeLessThan(await mean(defaultCacheSeconds));
  });

  test('is usually seen where it was written, and not always', async () => {
    let seen = 0;
    for (const seed of seeds) {
      const { time, here, read, write } = start(seed);
      await write('k', 'old');
      await time.run(second);
      await read('k', here);
      await write('k', 'new');
      if ((await read('k', here)) === 'new') seen += 1;
    }
    expect(seen).toBeGreaterThan(seeds.length * 0.7);
    expect(seen).toBeLessThan(seeds.length);
  });

  test('may be seen and then not be seen again', async () => {
    const goesBack = async (seed: number): Promise<boolean> => {
      const { time, read, write } = start(seed);
      await write('k', '1');
      let before = 0;
      for (let i = 2; i < 80; i += 1) {
        await time.run(2 * second);
        await write('k', String(i));
        const now = Number(await read('k'));
        if (now < before) return true;
        before = now;
      }
      return false;
    };
    const all = await Promise.all(seeds.slice(0, 10).map(goesBack));
    expect(all).toContain(true);
  });
});

test('that a key is not there is kept as long as a value', async () => {
  let late = 0;
  for (const seed of seeds) {
    const { time, read, write } = start(seed);
    expect(await read('k')).toBeNull();
    await write('k', 'here');
    await time.run(10 * second);
    if ((await read('k')) === null) late += 1;
    await time.run(100 * second);
    expect(await read('k')).toBe('here');
  }
  expect(late).toBe(seeds.length);
});

describe('a key takes one write a second', () => {
  test.for([
    [999, false],
    [1000, true],
  ] as const)('the next one %i ms later succeeds: %s', async ([milliseconds, isTaken]) => {
    const { time, kv } = start();
    kv.write('PUT', 'k', new Uint8Array(1), null);
    await time.run(milliseconds);
    const write = () => kv.write('PUT', 'k', new Uint8Array(2), null);
    if (isTaken) expect(write).not.toThrow();
    else expect(write).toThrow('KV PUT failed: 429 Too Many Requests');
  });

  test('other keys do not count, and what was refused is not there', async () => {
    const { time, kv, here } = start();
    await time.ending(Promise.all([here.put('a', '1'), here.put('b', '1')]));
    await expect(time.ending(here.put('a', '2'))).rejects.toThrow('429');
    expect(kv.truth('a')?.octets).toEqual(new TextEncoder().encode('1'));
    await expect(time.ending(here.delete('a'))).rejects.toThrow('KV DELETE failed: 429 Too Many Requests');
  });
});

describe('limits', () => {
  test.for<[string, (at: KvLocation) => Promise<unknown>, string]>([
    ['a key of 513 octets', (at) => at.put('é'.repeat(257), ''), '414'],
    ['metadata of more than 1024 octets', (at) => at.put('k', '', { metadata: 'x'.repeat(1023) }), '413 Metadata'],
    ['a value of more than 25 MiB', (at) => at.put('k', new Uint8Array(25 * 1024 * 1024 + 1)), '413 Value'],
    ['a cacheTtl below 30', (at) => at.get('k', { type: 'text', cacheTtl: 29 }), '400 Invalid cache_ttl'],
    ['101 keys at once', (at) => at.get(Array(101).fill('k'), text), '400'],
  ])('%s is refused', async ([, call, reason]) => {
    const { time, here } = start();
    await expect(time.ending(call(here))).rejects.toThrow(reason);
  });

  test('what is just within is not', async () => {
    const { time, here } = start();
    await time.ending(here.put('é'.repeat(256), '', { metadata: 'x'.repeat(1022) }));
    const values = await time.ending(
      here.get(
        Array.from({ length: 100 }, (_, i) => `k${i}`),
        text,
      ),
    );
    expect(values.size).toBe(100);
  });
});

test('several keys are read in one operation, each as it would be alone', async () => {
  const { time, here } = start();
  await time.ending(here.put('a', '1'));
  await time.run(maxLateMilliseconds);
  expect(await time.ending(here.get(['a', 'b'], text))).toEqual(
    new Map([
      ['a', '1'],
      ['b', null],
    ]),
  );
  expect(here.reads).toBe(1);
});

describe('a value as a stream', () => {
  const octets = Uint8Array.from({ length: 20_000 }, (_, i) => i % 251);
  const stream = { type: 'stream', cacheTtl: 30 } as const;

  test('comes with its metadata, and is not pulled unless it is read', async () => {
    const { time, here } = start();
    await time.ending(here.put('k', octets, { metadata: { a: 1 } }));
    await time.run(maxLateMilliseconds);
    const { value, metadata } = await time.ending(here.getWithMetadata('k', stream));
    expect(metadata).toEqual({ a: 1 });
    await value!.cancel();
    expect(here.octets).toBe(0);
    const again = await time.ending(here.getWithMetadata('k', stream));
    expect(new Uint8Array(await new Response(again.value).arrayBuffer())).toEqual(octets);
    expect(here.octets).toBe(20_000);
  });

  test('may break in the middle', async () => {
    const { time, kv, here } = start();
    await time.ending(here.put('k', octets));
    await time.run(maxLateMilliseconds);
    kv.weather = { ...calm, breaking: 1 };
    const { value } = await time.ending(here.getWithMetadata('k', stream));
    await expect(new Response(value).arrayBuffer()).rejects.toThrow('Network connection lost.');
  });
});

describe('in bad weather', () => {
  test('operations fail, and some writes happened all the same', async () => {
    const { time, kv, here } = start();
    kv.weather = { ...calm, failing: 1 };
    await expect(time.ending(here.get('k', text))).rejects.toThrow('KV GET failed: 500');
    await expect(time.ending(here.list({ prefix: '' }))).rejects.toThrow('KV LIST failed: 500');
    let happened = 0;
    for (let i = 0; i < 60; i += 1) {
      await expect(time.ending(here.put(`k${i}`, ''))).rejects.toThrow('KV PUT failed: 500');
      if (kv.truth(`k${i}`) !== undefined) happened += 1;
    }
    expect(happened).toBeGreaterThan(5);
    expect(happened).toBeLessThan(55);
  });

  test('answers take seconds', async () => {
    const { time, kv, here } = start();
    const before = time.now();
    await time.ending(here.get('k', text));
    expect(time.now() - before).toBeLessThan(100);
    kv.weather = { ...calm, slow: 1 };
    for (let i = 0; i < 5; i += 1) await time.ending(here.get('k', text));
    expect(time.now() - before).toBeGreaterThan(5000);
  });
});

describe('a list', () => {
  test('is in order, a thousand keys at a time, and pages may be empty', async () => {
    const { time, kv, here } = start();
    const names = Array.from({ length: 2500 }, (_, i) => `p/${String(i).padStart(4, '0')}`);
    for (const name of names) kv.write('PUT', name, new Uint8Array(1), { name });
    await time.run(second);
    for (const name of names.slice(0, 1000)) kv.write('DELETE', name, null, null);
    await time.run(2 * maxLateMilliseconds);
    const pages = [];
    let cursor: string | undefined;
    do {
      const page = await time.ending(here.list({ prefix: 'p/', ...(cursor === undefined ? {} : { cursor }) }));
      pages.push(page.keys);
      cursor = page.cursor;
    } while (cursor !== undefined);
    expect(pages.map((keys) => keys.length)).toEqual([0, 1000, 500]);
    expect(pages.flat().map(({ name }) => name)).toEqual(names.slice(1000));
    expect(pages[1]![0]!.metadata).toEqual({ name: 'p/1000' });
  });

  test('is as late as a read', async () => {
    const { time, kv, here } = start();
    const keys = async (): Promise<number> => (await time.ending(here.list({ prefix: 'p/' }))).keys.length;
    expect(await keys()).toBe(0);
    kv.write('PUT', 'p/1', new Uint8Array(1), null);
    await time.run(10 * second);
    expect(await keys()).toBe(0);
    await time.run((defaultCacheSeconds + 70) * second);
    expect(await keys()).toBe(1);
  });
});
