/**
 * Which snapshot an isolate takes after which: never an older one, unless the cluster has begun a new life below what the
 * isolate remembers.
 */
import { describe, expect, test } from 'vitest';
import { Reading } from '../support/isolate.ts';
import { outcome } from '../support/outcome.ts';
import { webAt } from '../support/zone.ts';

const key = 'cluster/local/snapshot';
const minute = 60_000;
const remembered = { epoch: 5, serial: 5 };

/** An isolate that has answered from epoch 5, serial 5. */
async function startRemembering(): Promise<Reading> {
  const reading = await Reading.startWith(webAt('10.0.0.1'));
  await reading.publish(webAt('10.0.0.1'), remembered);
  expect(outcome(await reading.ask())).toBe('NOERROR 10.0.0.1');
  return reading;
}

/** The answer at the end of each minute, whether or not it is marked as stale; asked every second. */
async function askFor(minutes: number, reading: Reading): Promise<string[]> {
  const answers: string[] = [];
  for (let second = 1; second <= minutes * 60; second += 1) {
    reading.machine.advance(1000);
    const answer = outcome(await reading.ask()).replace(/ EDE 3$/, '');
    if (second % 60 === 0) answers.push(answer);
  }
  return answers;
}

test.for([
  ['a later serial', { epoch: 5, serial: 6 }],
  ['a later epoch, and a serial that went on', { epoch: 6, serial: 6 }],
  ['a later epoch with a lower serial, as of a cluster that was made anew', { epoch: 6, serial: 1 }],
] as const)('%s is taken', async ([, version]) => {
  const reading = await startRemembering();
  await reading.publish(webAt('10.0.0.2'), version);
  reading.machine.advance(1000);
  expect(outcome(await reading.ask())).toBe('NOERROR 10.0.0.2');
});

test.for([
  ['an earlier serial', { epoch: 5, serial: 4 }],
  ['a lower epoch with a higher serial', { epoch: 4, serial: 9 }],
  ['the same version with other records', remembered],
] as const)('%s is not taken', async ([, version]) => {
  const reading = await startRemembering();
  await reading.publish(webAt('10.6.6.6'), version);
  const before = reading.store.octetsRead(key);
  expect(await askFor(1, reading)).toEqual(['NOERROR 10.0.0.1']);
  expect(reading.store.octetsRead(key)).toBe(before);
  expect(outcome(await reading.restart().ask('web.shop.svc.cluster.local'))).toBe('NOERROR 10.6.6.6');
});

describe('a cluster that lost all that was known of it, and begins again below', () => {
  test('is taken up ten minutes after the isolate first saw it, and then goes on from there', async () => {
    const reading = await startRemembering();
    reading.machine.advance(minute);
    await reading.publish(webAt('10.0.0.7'), { epoch: 1, serial: 1 });
    reading.machine.advance(1000);
    expect(outcome(await reading.ask())).toBe('NOERROR 10.0.0.1');
    reading.machine.advance(4 * minute);
    await reading.publish(webAt('10.0.0.8'), { epoch: 1, serial: 2 });
    reading.machine.advance(5 * minute);
    expect(outcome(await reading.ask())).toBe('NOERROR 10.0.0.1');
    reading.machine.advance(minute);
    expect(outcome(await reading.ask())).toBe('NOERROR 10.0.0.8');
    await reading.publish(webAt('10.0.0.9'), { epoch: 1, serial: 3 });
    reading.machine.advance(1000);
    expect(outcome(await reading.ask())).toBe('NOERROR 10.0.0.9');
  });

  test('is not, while KV shows what is remembered in between', async () => {
    const reading = await startRemembering();
    const showRemembered = await reading.store.capture(key);
    reading.machine.advance(minute);
    await reading.publish(webAt('10.0.0.7'), { epoch: 1, serial: 1 });
    expect(await askFor(9, reading)).toEqual(Array(9).fill('NOERROR 10.0.0.1'));
    showRemembered();
    expect(await askFor(1, reading)).toEqual(['NOERROR 10.0.0.1']);
    reading.store.catchUp();
    expect(await askFor(11, reading)).toEqual([...Array(10).fill('NOERROR 10.0.0.1'), 'NOERROR 10.0.0.7']);
  });

  test('is not when what KV shows was made before what is remembered: then KV is late, however long', async () => {
    const reading = await startRemembering();
    await reading.publish(webAt('10.0.0.7'), { epoch: 1, serial: 1, generatedAt: reading.machine.now() - 1 });
    reading.machine.advance(1000);
    await reading.ask();
    reading.machine.advance(14 * minute);
    expect(outcome(await reading.ask())).toBe('NOERROR 10.0.0.1');
  });
});

test('a cluster that was taken away and comes back is not answered from an older snapshot than before', async () => {
  const reading = await startRemembering();
  const showFifth = await reading.store.capture(key);
  await reading.publish(webAt('10.0.0.2'), { epoch: 5, serial: 6 });
  reading.machine.advance(1000);
  expect(outcome(await reading.ask())).toBe('NOERROR 10.0.0.2');
  await reading.unregister('local');
  reading.machine.advance(30_000);
  expect(outcome(await reading.ask())).toBe('SERVFAIL EDE 14');
  await reading.register('local');
  showFifth();
  reading.machine.advance(1000);
  expect(outcome(await reading.ask())).toBe('SERVFAIL EDE 23');
  reading.store.catchUp();
  await reading.publish(webAt('10.0.0.3'), { epoch: 7, serial: 7 });
  reading.machine.advance(1000);
  expect(outcome(await reading.ask())).toBe('NOERROR 10.0.0.3');
});
