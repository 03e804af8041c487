/**
 * A newer snapshot that is bad, in KV past the checks of a publish, as after a rollback of the Worker or of the registry:
 * it is never answered from, and costs next to nothing.
 */
import { expect, test } from 'vitest';
import { encodeSnapshot } from '../../../zone/image/encode.ts';
import { formatManifest } from '../../../zone/manifest.ts';
import { gzip, type Publication } from '../support/agent.ts';
import { Reading } from '../support/isolate.ts';
import { outcome } from '../support/outcome.ts';
import { snapshot, webAt, webGroup } from '../support/zone.ts';

const key = 'cluster/local/snapshot';
const foreign = snapshot([webGroup('10.0.0.2')], { origins: ['cluster.other'] });

type Making = (reading: Reading) => Promise<Publication>;

async function startBad(make: Making): Promise<Reading> {
  const reading = await Reading.startAsked(webAt('10.0.0.1'));
  await reading.put(await make(reading));
  return reading;
}

test.for<[string, Making]>([
  ['of a zone that is not registered', ({ agent }) => agent.publication(foreign, { serial: 2 })],
  [
    'of an image format that is not known',
    async ({ agent }) => {
      const body = await gzip(encodeSnapshot(webAt('10.0.0.2')).with(7, 2));
      return agent.publication(webAt('10.0.0.2'), { serial: 2, body });
    },
  ],
  [
    'whose body is longer than it says',
    async ({ agent }) => {
      const right = await agent.publication(webAt('10.0.0.2'), { serial: 2 });
      return { ...right, body: new Uint8Array([...right.body, 0]) };
    },
  ],
  [
    'that is longer than a body may be, and says so',
    async ({ agent }) => {
      const { manifest, body } = await agent.publication(webAt('10.0.0.2'), { serial: 2 });
      const vast = { ...manifest, length: 2 ** 50 };
      return agent.signed(vast, formatManifest(vast), body);
    },
  ],
])('%s is read once a minute', async ([, make]) => {
  const reading = await startBad(make);
  const before = reading.store.bodiesRead(key);
  const readsAfter: number[] = [];
  for (const milliseconds of [1000, 1000, 58_000, 1000, 1000]) {
    reading.machine.advance(milliseconds);
    expect(outcome(await reading.ask())).toBe('NOERROR 10.0.0.1');
    readsAfter.push(reading.store.bodiesRead(key) - before);
  }
  expect(readsAfter).toEqual([1, 1, 1, 2, 2]);
  expect(reading.machine.lines).toHaveLength(1);
});

test('what nobody signed who may is not read at all', async () => {
  const stranger = (await Reading.start()).agent;
  const reading = await startBad(() => stranger.publication(webAt('10.0.0.2'), { serial: 2 }));
  const before = reading.store.octetsRead(key);
  reading.machine.advance(1000);
  expect(outcome(await reading.ask())).toBe('NOERROR 10.0.0.1');
  expect(reading.store.octetsRead(key)).toBe(before);
});

test('with nothing else in memory it is SERVFAIL', async () => {
  const reading = await startBad(({ agent }) => agent.publication(foreign, { serial: 2 }));
  reading.restart();
  expect(outcome(await reading.ask())).toBe('SERVFAIL EDE 24');
  expect(outcome(await reading.ask('web.shop.svc.cluster.other'))).toBe('SERVFAIL EDE 24');
});

test('it is read as soon as the registration allows it', async () => {
  const reading = await startBad(({ agent }) => agent.publication(foreign, { serial: 2 }));
  reading.machine.advance(1000);
  expect(outcome(await reading.ask())).toBe('NOERROR 10.0.0.1');
  await reading.register('local', { zones: ['cluster.local', 'cluster.other'] });
  reading.machine.advance(1000);
  expect(outcome(await reading.ask('web.shop.svc.cluster.other'))).toBe('NOERROR 10.0.0.2');
});

test('it does not stand in the way of what comes after it', async () => {
  const reading = await startBad(({ agent }) => agent.publication(foreign, { serial: 2 }));
  reading.machine.advance(1000);
  expect(outcome(await reading.ask())).toBe('NOERROR 10.0.0.1');
  await reading.publish(webAt('10.0.0.3'), { serial: 3 });
  reading.machine.advance(1000);
  expect(outcome(await reading.ask())).toBe('NOERROR 10.0.0.3');
});
