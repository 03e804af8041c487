import { expect, test } from 'vitest';
import { DohError } from '../../../client/doh/doh-error.ts';
import type { Ask } from '../../../client/export/answer.ts';
import { waitForNames } from '../../../client/export/wait-for-names.ts';
import { parseName } from '../../../zone/name.ts';
import { ManualTime } from './manual-time.ts';
import { askOf, response } from './zone-answers.ts';

const web = { name: parseName('web.example'), types: [1, 28] };
const one = ['web.example. 30 IN A 10.0.0.1'];
const three = [...one, 'web.example. 30 IN A 10.0.0.2', 'web.example. 30 IN AAAA fd00::1'];

/** Asks the n-th zone in the n-th second or so; the last one from then on. */
function askInTurn(zones: readonly (readonly string[] | Error)[], time: ManualTime): Ask {
  return async (name, type) => {
    const zone = zones[Math.min(time.sleeps.length, zones.length - 1)]!;
    if (zone instanceof Error) throw zone;
    return askOf(zone)(name, type);
  };
}

function wait(zones: readonly (readonly string[] | Error)[], count: number, seconds: number, time = new ManualTime()) {
  return waitForNames(askInTurn(zones, time), [web], { ...time, timeoutMilliseconds: seconds * 1000, count });
}

test.for([
  ['one address', [one], 1, []],
  ['an address that comes', [[], [], one], 1, [1000, 1250]],
  ['three of both families', [one, three], 3, [1000]],
  ['none', [three, one, []], 0, [1000, 1250]],
  ['an edge that comes back', [new DohError('NO_DNS_ANSWER', 'away'), one], 1, [1000]],
] as const)('it waits for %s', async ([, zones, count, sleeps]) => {
  const time = new ManualTime();
  expect(await wait(zones, count, 60, time)).toEqual([]);
  expect(time.sleeps).toEqual(sleeps);
});

test.for([
  ['an absent name', [[]], 1, 'web.example. A: NXDOMAIN'],
  ['a name without addresses', [['x.web.example. 1 IN A 10.0.0.1']], 1, 'web.example. A: NOERROR, but no such records'],
  ['too few', [three], 4, 'web.example. has 3 records of 4'],
  ['one that stays', [one], 0, 'web.example. still has 1 record'],
  ['an alias of nothing', [['web.example. 5 IN CNAME a.example.']], 1, 'web.example. A: NOERROR'],
  ['an edge that is away', [new DohError('NO_DNS_ANSWER', 'no answer in time')], 1, 'web.example.: no answer in time'],
  ['an edge that is away, for a name that is to go', [new DohError('NO_DNS_ANSWER', 'away')], 0, 'web.example.: away'],
] as const)('when the time is over it tells of %s', async ([, zones, count, line]) => {
  const time = new ManualTime();
  expect(await wait(zones, count, 10, time)).toEqual([line]);
  expect(time.milliseconds).toBe(10_000);
  expect(Math.max(...time.sleeps)).toBe(2000);
});

test('without time it looks once', async () => {
  const time = new ManualTime();
  expect(await wait([[], one], 1, 0, time)).toEqual(['web.example. A: NXDOMAIN']);
  expect(await wait([one], 1, 0, time)).toEqual([]);
  expect(time.sleeps).toEqual([]);
});

test('a name that cannot be told of is not gone', async () => {
  const ask: Ask = async () => response([], { rcode: 2 });
  const patience = { ...new ManualTime(), timeoutMilliseconds: 0, count: 0 };
  expect(await waitForNames(ask, [web], patience)).toEqual(['web.example. A: SERVFAIL']);
});

test('a refused token is not waited for', async () => {
  const time = new ManualTime();
  const refused = new DohError('REFUSED_TOKEN', 'it needs a token that it knows');
  await expect(wait([refused, one], 1, 60, time)).rejects.toBe(refused);
  expect(time.sleeps).toEqual([]);
});
