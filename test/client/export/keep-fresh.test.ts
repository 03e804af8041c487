import { expect, test } from 'vitest';
import { DohError } from '../../../client/doh/doh-error.ts';
import { keepFresh } from '../../../client/export/keep-fresh.ts';
import { ManualTime } from './manual-time.ts';

/** What each look gives: a TTL, or a failure. It ends when there is no more. */
async function watch(first: number, looks: readonly (number | Error)[]): Promise<{ sleeps: number[]; told: string[] }> {
  const time = new ManualTime();
  const told: string[] = [];
  const ending = new AbortController();
  const left = [...looks];
  await keepFresh(first, {
    async refresh() {
      const look = left.shift();
      if (left.length === 0) ending.abort();
      if (look instanceof Error) throw look;
      return { ttlSeconds: look! };
    },
    sleep: time.sleep,
    tell: (line) => told.push(line),
    signal: ending.signal,
  });
  return { sleeps: time.sleeps.map((milliseconds) => milliseconds / 1000), told };
}

const away = new DohError('NO_DNS_ANSWER', 'https://dns.example.com: away');

test.for([
  ['after what the TTL says', 30, [60, 30], [30, 60, 30]],
  ['now', 0, [60, 30], [60, 30]],
  ['not all the time', 1, [0, 1, 4], [5, 5, 5, 5]],
  ['soon after a failure', 30, [away, away, 30, 30], [30, 5, 5, 30, 30]],
] as const)('it looks %s', async ([, first, looks, sleeps]) => {
  expect((await watch(first, looks)).sleeps).toEqual(sleeps);
});

test('a failure is told when it begins and when it is over', async () => {
  const { told } = await watch(30, [away, away, 30, 30, away, 30]);
  const begins = 'the names stay as they are: https://dns.example.com: away';
  expect(told).toEqual([begins, 'the names are fresh again', begins, 'the names are fresh again']);
});

test('one that does not pass is the end', async () => {
  const refused = new DohError('REFUSED_TOKEN', 'it needs a token that it knows');
  await expect(watch(30, [30, refused, 30])).rejects.toBe(refused);
});
