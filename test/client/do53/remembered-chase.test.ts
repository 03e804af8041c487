import { expect, test } from 'vitest';
import { rememberedChase } from '../../../client/do53/remembered-chase.ts';
import type { ChasedAddresses } from '../../../client/stub/contract.ts';
import { parseName } from '../../../zone/name.ts';
import { ManualClock } from './manual-clock.ts';

const name = parseName('db.example');

function remembering(found: ChasedAddresses | undefined) {
  const clock = new ManualClock();
  const asked: string[] = [];
  const chase = rememberedChase(
    async (_, type) => {
      asked.push(type);
      return found;
    },
    { clock },
  );
  return { clock, asked, chase };
}

test('what was found is given for its TTL, which runs down', async () => {
  const { clock, asked, chase } = remembering({ addresses: ['192.0.2.1'], ttlSeconds: 30 });
  const ttls = [];
  for (const seconds of [0, 10.5, 10, 9]) {
    clock.pass(seconds);
    ttls.push((await chase(name, 'A'))?.ttlSeconds);
  }
  expect([ttls, asked]).toEqual([[30, 20, 10, 1], ['A']]);
  clock.pass(0.5);
  expect(await chase(name, 'A')).toEqual({ addresses: ['192.0.2.1'], ttlSeconds: 30 });
  expect(asked).toEqual(['A', 'A']);
});

test('a machine that slept, or whose clock was set back, keeps nothing for longer', async () => {
  const { clock, asked, chase } = remembering({ addresses: [], ttlSeconds: 30 });
  await chase(name, 'A');
  clock.sleep(29);
  await chase(name, 'A');
  expect(asked).toHaveLength(1);
  clock.sleep(1);
  await chase(name, 'A');
  expect(asked).toHaveLength(2);
  clock.setBack(3600);
  clock.pass(30);
  await chase(name, 'A');
  expect(asked).toHaveLength(3);
});

test('types are remembered each on its own', async () => {
  const { asked, chase } = remembering({ addresses: [], ttlSeconds: 30 });
  await chase(name, 'A');
  await chase(name, 'AAAA');
  await chase(name, 'A');
  expect(asked).toEqual(['A', 'AAAA']);
});

test.each([undefined, { addresses: ['192.0.2.1'], ttlSeconds: 0 }])('%j is not remembered', async (found) => {
  const { asked, chase } = remembering(found);
  await chase(name, 'A');
  expect(await chase(name, 'A')).toEqual(found);
  expect(asked).toHaveLength(2);
});

test('whoever asks while it is searched gets the same', async () => {
  const { asked, chase } = remembering(undefined);
  await Promise.all([chase(name, 'A'), chase(name, 'A'), chase(name, 'A')]);
  expect(asked).toHaveLength(1);
});

test('a thousand names are remembered, and the oldest go', async () => {
  const { asked, chase } = remembering({ addresses: [], ttlSeconds: 30 });
  for (let i = 0; i <= 1000; i += 1) await chase(parseName(`n${i}.example`), 'A');
  await chase(parseName('n1.example'), 'A');
  expect(asked).toHaveLength(1001);
  await chase(parseName('n0.example'), 'A');
  expect(asked).toHaveLength(1002);
});
