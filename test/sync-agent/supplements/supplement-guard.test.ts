/** When a supplement is held back for what it would lose, and what is said of it. */
import { beforeEach, expect, test } from 'vitest';
import { defaultDeletionGuard } from '../../../sync-agent/guard/deletion-guard.ts';
import { SupplementGuard } from '../../../sync-agent/supplements/supplement-guard.ts';
import { RecordingLog } from '../recording-log.ts';

const { holdMilliseconds } = defaultDeletionGuard;
let log: RecordingLog;
let guard: SupplementGuard;
let now: number;

beforeEach(() => {
  log = new RecordingLog();
  guard = new SupplementGuard(defaultDeletionGuard, log);
  now = 0;
});

function holdsBack(amounts: Readonly<Record<string, number>>, aliveAt = now): boolean {
  return guard.holdsBack(new Map(Object.entries(amounts)), { now, aliveAt });
}

/** Publishes if it may; whether it was. */
function publish(amounts: Readonly<Record<string, number>>): boolean {
  if (holdsBack(amounts)) return false;
  guard.notePublished(now);
  return true;
}

test('the first is compared with nothing', () => {
  expect(publish({})).toBe(true);
  expect(publish({ web: 100 })).toBe(true);
  expect(log.lines).toEqual([]);
});

test.for([
  ['half of it', { web: 50, db: 50 }, { web: 50 }, true],
  ['more than half', { web: 50, db: 51 }, { web: 50 }, false],
  ['more than half of groups that others outgrow', { web: 50, db: 51 }, { web: 500 }, false],
  ['few', { web: 10 }, {}, true],
  ['none, one for another', { web: 100 }, { web: 100 }, true],
] as const)('%s may vanish or not', ([, before, after, isPublished]) => {
  publish(before);
  now += 60_000;
  expect(publish(after)).toBe(isPublished);
});

test('what vanishes in parts is too much together, until the first part is old', () => {
  publish({ web: 100 });
  now += 10_000;
  expect(publish({ web: 60 })).toBe(true);
  now += 10_000;
  expect(publish({ web: 30 })).toBe(false);
  const other = new SupplementGuard(defaultDeletionGuard, log);
  guard = other;
  publish({ web: 100 });
  now += 10_000;
  publish({ web: 60 });
  now += holdMilliseconds;
  expect(publish({ web: 31 })).toBe(true);
});

test('what is judged and never published is no state to begin from', () => {
  publish({ web: 100 });
  expect(holdsBack({ web: 300 })).toBe(false);
  expect(publish({ web: 100 })).toBe(true);
  expect(publish({ web: 40 })).toBe(false);
});

test('time releases it only with a sign of life that came later', () => {
  publish({ web: 100 });
  now = 1000;
  expect(holdsBack({})).toBe(true);
  now += holdMilliseconds;
  expect(holdsBack({}, now - 1)).toBe(true);
  expect(publish({})).toBe(true);
  expect(publish({ web: 100 })).toBe(true);
  expect(publish({})).toBe(false);
});

test('it is told once, with its end', () => {
  publish({ web: 100 });
  for (; now < 60_000; now += 10_000) holdsBack({});
  publish({ web: 100 });
  expect(log.entries).toEqual([
    {
      level: 'warn',
      message:
        'holding back a deletion: 100 of 100 published endpoints would vanish; if they should, restart the agent with ' +
        '--allow-deletions; if they stay away, this is published in 10 minutes by itself',
      facts: { endpoints: 100, of: 100 },
    },
    {
      level: 'warn',
      message: 'the deletion is not held back any more: the endpoints are there again',
      facts: { endpoints: 0, of: 100 },
    },
  ]);
});

test.for([{ allowsDeletions: true }, { percent: 100 }])('%o holds nothing back', (options) => {
  guard = new SupplementGuard({ ...defaultDeletionGuard, ...options }, log);
  publish({ web: 100 });
  expect(publish({})).toBe(true);
});

test('names that may vanish take it with them, once', () => {
  publish({ web: 100 });
  guard.noteReleased();
  expect(publish({})).toBe(true);
  expect(publish({ web: 100 })).toBe(true);
  expect(publish({})).toBe(false);
});
