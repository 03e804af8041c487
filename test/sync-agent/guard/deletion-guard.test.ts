import { beforeEach, describe, expect, test } from 'vitest';
import {
  type Deletion,
  DeletionGuard,
  defaultDeletionGuard,
  type Verdict,
} from '../../../sync-agent/guard/deletion-guard.ts';
import { heldText, refusedText, releasedText } from '../../../sync-agent/guard/deletion-text.ts';

const pass = (released?: 'time' | 'flag' | 'recovery'): Verdict => ({ kind: 'pass', released });
const held = (until: number): Verdict => ({ kind: 'held', until });

const tooMuch = { a: 40, b: 20 };
const little = { a: 1 };
let guard: DeletionGuard;

beforeEach(() => {
  guard = new DeletionGuard(defaultDeletionGuard);
});

/** So many names of each group would vanish, of 100. */
function judge(groups: Record<string, number>, now: number, aliveAt = now): Verdict {
  const byGroup = new Map(Object.entries(groups));
  const names = [...byGroup.values()].reduce((sum, lost) => sum + lost, 0);
  return guard.judge({ names, of: 100 }, () => byGroup, { now, aliveAt });
}

describe('what is too much', () => {
  test.for([
    ['half of the names', 50, 100, 50, 'pass'],
    ['more than half', 51, 100, 50, 'held'],
    ['all of ten names', 10, 10, 50, 'pass'],
    ['all of eleven', 11, 11, 50, 'held'],
    ['a quarter, where a fifth is too much', 25, 100, 20, 'held'],
    ['all, where nothing is too much', 100, 100, 100, 'pass'],
    ['one in a hundred of very many', 1001, 100_000, 1, 'held'],
    ['none', 0, 100, 50, 'pass'],
    ['something, where nothing is published', 20, 0, 50, 'pass'],
  ] as const)('%s: %i of %i, with %i percent', ([, names, of, percent, kind]) => {
    guard = new DeletionGuard({ ...defaultDeletionGuard, percent });
    const verdict = guard.judge({ names, of }, () => new Map([['a', names]]), { now: 0, aliveAt: 0 });
    expect(verdict.kind).toBe(kind);
    expect(guard.isTooMuch({ names, of })).toBe(kind === 'held');
  });
});

describe('what is held back', () => {
  test('stays so for its time', () => {
    expect(judge(tooMuch, 1000)).toEqual(held(601_000));
    expect(judge(tooMuch, 600_999)).toEqual(held(601_000));
    expect(guard.heldSince).toBe(1000);
    expect(judge(tooMuch, 601_000)).toEqual(pass('time'));
    expect(guard.heldSince).toBeUndefined();
    expect(guard.released).toBe('time');
  });

  test('stays so for longer while nobody sees that it does', () => {
    judge(tooMuch, 1000);
    expect(judge(tooMuch, 900_000, 600_999)).toEqual(held(601_000));
    expect(judge(tooMuch, 900_001, 601_000)).toEqual(pass('time'));
  });

  test('passes when the names are there again, and the next time counts anew', () => {
    judge(tooMuch, 1000);
    expect(judge(little, 300_000)).toEqual(pass('recovery'));
    expect(guard.heldSince).toBeUndefined();
    expect(judge(little, 300_001)).toEqual(pass());
    expect(judge(tooMuch, 601_000)).toEqual(held(1_201_000));
  });

  test('stays so while it comes back in parts, until only a few are missing', () => {
    judge(tooMuch, 1000);
    expect(judge({ a: 11 }, 2000)).toEqual(held(601_000));
    guard.noteUnjudged({ names: 11, of: 100 });
    expect(guard.heldSince).toBe(1000);
    expect(judge({ a: 10 }, 3000)).toEqual(pass('recovery'));
  });

  test('is forgotten when the names are there again and nobody would publish', () => {
    judge(tooMuch, 1000);
    guard.noteUnjudged({ names: 10, of: 100 });
    expect(guard.heldSince).toBeUndefined();
  });

  test('stays released until it is published, and not longer', () => {
    judge(tooMuch, 0);
    expect(judge(tooMuch, 600_000)).toEqual(pass('time'));
    expect(judge(tooMuch, 630_000)).toEqual(pass());
    guard.notePublished();
    expect(judge(tooMuch, 640_000)).toEqual(held(1_240_000));
  });

  test('is nothing where deletions are allowed, which is told', () => {
    guard = new DeletionGuard({ ...defaultDeletionGuard, allowsDeletions: true });
    expect(judge(tooMuch, 0)).toEqual(pass('flag'));
    expect(judge(tooMuch, 1)).toEqual(pass());
    guard.notePublished();
    expect(judge(tooMuch, 2)).toEqual(pass('flag'));
  });

  test.for([
    [defaultDeletionGuard, true],
    [{ ...defaultDeletionGuard, percent: 100 }, false],
    [{ ...defaultDeletionGuard, allowsDeletions: true }, false],
  ] as const)('with %j can be something: %s', ([options, isOn]) => {
    expect(new DeletionGuard(options).isOn).toBe(isOn);
  });
});

describe('a hold is for one deletion', () => {
  test.for([
    ['the same names', { a: 40, b: 20 }, 0],
    ['fewer', { a: 40, b: 15 }, 0],
    ['a tenth more', { a: 43, b: 20, c: 3 }, 0],
    ['more than a tenth more', { a: 43, b: 20, c: 4 }, 300_000],
    ['as many, but others', { b: 20, c: 40 }, 300_000],
  ] as const)('%s: since %i', ([, groups, since]) => {
    judge(tooMuch, 0);
    expect(judge(groups, 300_000)).toEqual(held(since + 600_000));
    expect(guard.heldSince).toBe(since);
  });

  test('small steps add up', () => {
    judge(tooMuch, 0);
    judge({ ...tooMuch, c: 4 }, 100_000);
    expect(guard.heldSince).toBe(0);
    judge({ ...tooMuch, c: 8 }, 200_000);
    expect(guard.heldSince).toBe(200_000);
  });

  test('so is its release, while it is not published', () => {
    judge(tooMuch, 0);
    expect(judge(tooMuch, 600_000)).toEqual(pass('time'));
    expect(judge({ ...tooMuch, c: 6 }, 610_000)).toEqual(pass());
    expect(judge({ ...tooMuch, c: 30 }, 620_000)).toEqual(held(1_220_000));
    expect(guard.released).toBeUndefined();
  });
});

test('it says how many names it is about, and what to do', () => {
  const deletion: Deletion = { names: 60, of: 100 };
  expect(heldText(deletion, 600_000, 60_001)).toBe(
    'holding back a deletion: 60 of 100 published names would vanish; if they should, restart the agent with ' +
      '--allow-deletions; if they stay away, this is published in 9 minutes by itself',
  );
  expect(heldText(deletion, 120_000, 0)).toContain('in 2 minutes by itself');
  expect(heldText(deletion, 119_000, 0)).toContain('in 119 s by itself');
  expect(heldText(deletion, 1, 0)).toContain('in 1 s by itself');
  expect(refusedText(deletion)).toContain('60 of 100 published names would vanish');
  expect(releasedText(deletion, 'time')).toContain('60 of 100');
});
