/** Several clusters in one isolate: as many images as fit, and what happens to the others. */
import { describe, expect, test } from 'vitest';
import { encodeSnapshot } from '../../../zone/image/encode.ts';
import { Reading } from '../support/isolate.ts';
import { outcome } from '../support/outcome.ts';
import { plain, snapshot, webAt, webGroup } from '../support/zone.ts';

const mebibyte = 1024 * 1024;

/** A snapshot whose image has about so many octets; it compresses to next to nothing. */
function largeAt(mebibytes: number, address: string) {
  const texts = [['x'.repeat(255)], ['y'.repeat(255)], ['z'.repeat(255)], ['v'.repeat(255)]] as const;
  const groups = Array.from({ length: mebibytes * 1000 }, (_, i) =>
    plain(`t${i}.shop.svc`, { type: 'TXT', ttlSeconds: 30, texts }),
  );
  return snapshot([webGroup(address), ...groups]);
}

/** Registers the clusters and publishes for each a snapshot of this size; the first has the address 10.0.0.1. */
async function startWith(clusters: readonly string[], mebibytes: number): Promise<Reading> {
  const reading = await Reading.start();
  for (const [i, cluster] of clusters.entries()) {
    await reading.register(cluster);
    const fields = { cluster: cluster as never, serial: 5, generatedAt: reading.machine.now() };
    await reading.put(await reading.agent.publication(largeAt(mebibytes, `10.0.0.${i + 1}`), fields));
  }
  reading.restart();
  return reading;
}

const ask = async (reading: Reading, cluster: string): Promise<string> =>
  outcome(await reading.ask(undefined, { cluster }));
const bodies = (reading: Reading, clusters: readonly string[]): number[] =>
  clusters.map((cluster) => reading.store.bodiesRead(`cluster/${cluster}/snapshot`));

test('the sizes are what they say', () => {
  const octets = encodeSnapshot(largeAt(7, '10.0.0.1')).length;
  expect(octets).toBeGreaterThan(7 * mebibyte);
  expect(octets).toBeLessThan(8 * mebibyte);
});

test('three clusters of 7 MiB are read once each', async () => {
  const clusters = ['a', 'b', 'c'];
  const reading = await startWith(clusters, 7);
  for (let round = 0; round < 3; round += 1) {
    for (const [i, cluster] of clusters.entries()) expect(await ask(reading, cluster)).toBe(`NOERROR 10.0.0.${i + 1}`);
    reading.machine.advance(1000);
  }
  expect(bodies(reading, clusters)).toEqual([1, 1, 1]);
});

describe('three clusters of 9 MiB', () => {
  const clusters = ['a', 'b', 'c'];

  test('push out the one that was not asked for longest; it is read again at once when it is asked', async () => {
    const reading = await startWith(clusters, 9);
    await ask(reading, 'a');
    await ask(reading, 'b');
    await ask(reading, 'a');
    await ask(reading, 'c');
    expect(bodies(reading, clusters)).toEqual([1, 1, 1]);
    expect(await ask(reading, 'a')).toBe('NOERROR 10.0.0.1');
    expect(bodies(reading, clusters)).toEqual([1, 1, 1]);
    expect(await ask(reading, 'b')).toBe('NOERROR 10.0.0.2');
    expect(bodies(reading, clusters)).toEqual([1, 2, 1]);
  });

  test('that are all asked at once all answer', async () => {
    const reading = await startWith(clusters, 9);
    const asked = Array.from({ length: 30 }, (_, i) => i % 3);
    const answers = await Promise.all(asked.map((i) => ask(reading, clusters[i]!)));
    expect(answers).toEqual(asked.map((i) => `NOERROR 10.0.0.${i + 1}`));
  });

  test('never go back, though their snapshots were pushed out', async () => {
    const reading = await startWith(clusters, 9);
    await reading.publish(webAt('10.9.9.8'), { cluster: 'a' as never, serial: 8 });
    const showOld = await reading.store.capture('cluster/a/snapshot');
    await reading.publish(largeAt(9, '10.9.9.9'), { cluster: 'a' as never, serial: 9 });
    expect(await ask(reading, 'a')).toBe('NOERROR 10.9.9.9');
    await ask(reading, 'b');
    await ask(reading, 'c');
    showOld();
    expect(await ask(reading, 'a')).toBe('SERVFAIL EDE 23');
    reading.store.catchUp();
    reading.machine.advance(1000);
    expect(await ask(reading, 'a')).toBe('NOERROR 10.9.9.9');
    showOld();
    reading.restart();
    expect(await ask(reading, 'a')).toBe('NOERROR 10.9.9.8');
  });
});

test('one cluster that takes all there is answers, and so does what is asked beside it', async () => {
  const reading = await startWith(['vast', 'other'], 12);
  await reading.publish(largeAt(22, '10.0.0.9'), { cluster: 'vast' as never, serial: 6 });
  for (let round = 0; round < 2; round += 1) {
    expect(await ask(reading, 'vast')).toBe('NOERROR 10.0.0.9');
    expect(await ask(reading, 'other')).toBe('NOERROR 10.0.0.2');
  }
  expect(bodies(reading, ['vast', 'other'])).toEqual([2, 2]);
});
