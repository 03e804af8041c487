/** What an isolate asks KV for while things are well: as little as it may. */
import { describe, expect, test } from 'vitest';
import { Isolate, Reading } from '../support/isolate.ts';
import { extendedError, outcome } from '../support/outcome.ts';
import { snapshot, webAt, webGroup } from '../support/zone.ts';

const key = 'cluster/local/snapshot';
const reads = ({ store }: Reading): number => store.count('get', key);

function together<T>(count: number, ask: () => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, ask));
}

test('KV is asked at most once a second, and only while there are questions', async () => {
  const reading = await Reading.startAsked(webAt('10.0.0.1'));
  for (const [milliseconds, expected] of [
    [0, 0],
    [999, 0],
    [1, 1],
    [0, 1],
    [999, 1],
    [1, 2],
    [3_600_000, 3],
  ] as const) {
    reading.machine.advance(milliseconds);
    await reading.ask();
    expect(reads(reading)).toBe(expected);
  }
});

test('20 first questions at once read once', async () => {
  const reading = await Reading.startWith(webAt('10.0.0.1'));
  reading.restart();
  const answers = await together(20, () => reading.ask());
  expect(new Set(answers.map(outcome))).toEqual(new Set(['NOERROR 10.0.0.1']));
  expect(reading.store.calls).toEqual(['get registry', `get ${key}`]);
});

test('20 questions at once after an hour of quiet read once, and none is answered from the old snapshot', async () => {
  const reading = await Reading.startAsked(webAt('10.0.0.1'));
  await reading.publish(webAt('10.0.0.2'), { serial: 2 });
  reading.store.calls.length = 0;
  reading.machine.advance(3_600_000);
  const answers = await together(20, () => reading.ask());
  expect(new Set(answers.map((answer) => outcome(answer).slice(0, 16)))).toEqual(new Set(['NOERROR 10.0.0.2']));
  expect(reading.store.calls).toEqual(['get registry', `get ${key}`]);
});

test('of the body of a snapshot that is known no octet is pulled', async () => {
  const reading = await Reading.startAsked(webAt('10.0.0.1'));
  const before = reading.store.octetsRead(key);
  expect(before).toBeGreaterThan(100);
  await reading.store.tamper(key, () => ({ octets: new Uint8Array(3) }));
  reading.machine.advance(1000);
  expect(outcome(await reading.ask())).toBe('NOERROR 10.0.0.1');
  expect(reads(reading)).toBe(1);
  expect(reading.store.octetsRead(key)).toBe(before);
  expect(reading.machine.lines).toEqual([]);
  await reading.publish(webAt('10.0.0.2'), { serial: 2 });
  reading.machine.advance(1000);
  await reading.ask();
  expect(reading.store.octetsRead(key)).toBeGreaterThan(before);
});

test('clusters that are registered and published nothing are asked for once a second too', async () => {
  const reading = await Reading.start();
  await reading.register('local');
  reading.restart();
  for (let i = 0; i < 3; i += 1) expect(outcome(await reading.ask())).toBe('SERVFAIL EDE 14');
  expect(reading.store.calls).toEqual(['get registry', `get ${key}`]);
});

test('for clusters that are not registered, however many, the registry is read once a second and nothing else', async () => {
  const reading = await Reading.startAsked(webAt('10.0.0.1'));
  const askAll = async (): Promise<void> => {
    for (let i = 0; i < 300; i += 1) {
      expect(outcome(await reading.ask(undefined, { cluster: `nowhere-${i}` }))).toBe('SERVFAIL EDE 14');
    }
  };
  reading.machine.advance(1000);
  await askAll();
  await askAll();
  expect(reading.store.calls).toEqual(['get registry']);
  // Nor do they push out what is in use.
  expect(outcome(await reading.ask())).toBe('NOERROR 10.0.0.1');
  expect(reading.store.calls).toEqual(['get registry', `get ${key}`]);
  expect(reading.store.bodiesRead(key)).toBe(1);
});

test('the platform is asked to let a load outlive its request', async () => {
  const reading = await Reading.startWith(webAt('10.0.0.1'));
  const works: Promise<void>[] = [];
  const background = (work: Promise<void>): unknown => works.push(work);
  await reading.ask(undefined, { background });
  expect(works).toHaveLength(1);
  await reading.ask(undefined, { background });
  expect(works).toHaveLength(1);
});

describe('limits of age', () => {
  test('are those of the cluster', async () => {
    const reading = await Reading.startWith(webAt('10.0.0.1'));
    await reading.register('local', { softLimitSeconds: 60, hardLimitSeconds: 120 });
    for (const [milliseconds, expected] of [
      [60_000, 'NOERROR 10.0.0.1'],
      [1000, 'NOERROR 10.0.0.1 EDE 3'],
      [59_000, 'NOERROR 10.0.0.1 EDE 3'],
      [1000, 'SERVFAIL EDE 22'],
    ] as const) {
      reading.machine.advance(milliseconds);
      expect(outcome(await reading.ask())).toBe(expected);
    }
  });

  test('that change count within 30 seconds, also for a snapshot that is in memory', async () => {
    const reading = await Reading.startAsked(webAt('10.0.0.1'));
    await reading.register('local', { softLimitSeconds: 5, hardLimitSeconds: 3600 });
    reading.machine.advance(29_999);
    expect(extendedError(await reading.ask())).toBeUndefined();
    reading.machine.advance(1000);
    expect(extendedError(await reading.ask())).toEqual({ code: 3, text: 'age=30s serial=1' });
    expect(reading.store.bodiesRead(key)).toBe(1);
  });

  test('of one cluster are not those of another', async () => {
    const reading = await Reading.startWith(webAt('10.0.0.1'));
    await reading.register('other', { softLimitSeconds: 1, hardLimitSeconds: 2 });
    const publication = await reading.agent.publication(webAt('10.0.0.2'), { cluster: 'other' as never });
    await reading.put(publication);
    reading.restart();
    reading.machine.advance(2000);
    expect(outcome(await reading.ask())).toBe('NOERROR 10.0.0.1');
    expect(outcome(await reading.ask(undefined, { cluster: 'other' }))).toBe('NOERROR 10.0.0.2 EDE 3');
  });
});

describe('a registration that changes', () => {
  test('a cluster that is taken away is gone within 30 seconds, though its snapshot is still in KV', async () => {
    const reading = await Reading.startAsked(webAt('10.0.0.1'));
    await reading.unregister('local');
    reading.machine.advance(30_000);
    expect(outcome(await reading.ask())).toBe('SERVFAIL EDE 14');
    expect(outcome(await reading.ask('example.com'))).toBe('SERVFAIL EDE 14');
    expect(outcome(await reading.restart().ask('web.shop.svc.cluster.local'))).toBe('SERVFAIL EDE 14');
  });

  test('one that comes back answers again within a second', async () => {
    const reading = await Reading.startAsked(webAt('10.0.0.1'));
    await reading.unregister('local');
    reading.machine.advance(30_000);
    expect(outcome(await reading.ask())).toBe('SERVFAIL EDE 14');
    await reading.register('local');
    reading.machine.advance(1000);
    expect(outcome(await reading.ask())).toBe('NOERROR 10.0.0.1');
  });

  test('what a withdrawn key signed is not answered from, after 30 seconds', async () => {
    const reading = await Reading.startAsked(webAt('10.0.0.1'));
    const successor = (await Reading.start()).agent;
    await reading.register('local', { publicKeys: [successor.publicKey] });
    reading.machine.advance(30_000);
    expect(outcome(await reading.ask())).toBe('SERVFAIL EDE 24');
    await reading.put(await successor.publication(webAt('10.0.0.3'), { serial: 2 }));
    reading.machine.advance(1000);
    expect(outcome(await reading.ask())).toBe('NOERROR 10.0.0.3');
  });

  test('nor what claims a zone that was withdrawn', async () => {
    const reading = await Reading.startAsked(webAt('10.0.0.1'));
    await reading.register('local', { zones: ['cluster.other'] });
    reading.machine.advance(30_000);
    expect(outcome(await reading.ask())).toBe('SERVFAIL EDE 24');
    await reading.register('local', { zones: ['cluster.local', 'alias.example'] });
    reading.machine.advance(1000);
    expect(outcome(await reading.ask())).toBe('NOERROR 10.0.0.1');
  });

  test('a new key is known as soon as something is signed with it', async () => {
    const reading = await Reading.startAsked(webAt('10.0.0.1'));
    const successor = (await Reading.start()).agent;
    await reading.register('local', { publicKeys: [reading.agent.publicKey, successor.publicKey] });
    await reading.put(await successor.publication(webAt('10.0.0.2'), { serial: 2 }));
    reading.machine.advance(1000);
    expect(outcome(await reading.ask())).toBe('NOERROR 10.0.0.1');
    reading.machine.advance(1000);
    expect(outcome(await reading.ask())).toBe('NOERROR 10.0.0.2');
  });

  test('another cluster’s damaged registration is nobody else’s trouble', async () => {
    const reading = await Reading.startWith(webAt('10.0.0.1'));
    await reading.store.tamper('registry', ({ octets }) => {
      const text = new TextDecoder().decode(octets);
      const damaged = text.replace('{"clusters":{', '{"clusters":{"other":{"publicKeys":[]},');
      expect(damaged).not.toBe(text);
      return { octets: new TextEncoder().encode(damaged) };
    });
    expect(outcome(await reading.ask())).toBe('NOERROR 10.0.0.1');
    expect(outcome(await reading.ask(undefined, { cluster: 'other' }))).toBe('SERVFAIL EDE 14');
  });
});

test('a retired cluster is taken up when it publishes again', async () => {
  const reading = await Reading.startAsked(webAt('10.0.0.1'));
  await reading.publish({ kind: 'retired' }, { serial: 2 });
  reading.machine.advance(1000);
  expect(outcome(await reading.ask())).toBe('REFUSED EDE 20');
  await reading.publish(snapshot([webGroup('10.0.0.3')]), { epoch: 2, serial: 3 });
  reading.machine.advance(1000);
  expect(outcome(await reading.ask())).toBe('NOERROR 10.0.0.3');
});

test('isolates share nothing', async () => {
  const reading = await Reading.startAsked(webAt('10.0.0.1'));
  expect(outcome(await new Isolate(reading.store, reading.machine).ask('web.shop.svc.cluster.local'))).toBe(
    'NOERROR 10.0.0.1',
  );
  expect(reads(reading)).toBe(1);
});
