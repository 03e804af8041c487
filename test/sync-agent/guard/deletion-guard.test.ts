import { beforeEach, describe, expect, test } from 'vitest';
import { DeletionGuard, defaultDeletionGuard, type Verdict } from '../../../sync-agent/guard/deletion-guard.ts';
import { heldText, refusedText, releasedText } from '../../../sync-agent/guard/deletion-text.ts';

const pass = (released?: 'time' | 'flag' | 'recovery'): Verdict => ({ kind: 'pass', released });
const held = (until: number, news?: 'first' | 'numbers'): Verdict => ({ kind: 'held', until, news });

const tooMuch = { names: 60, of: 100 };
const little = { names: 1, of: 100 };
let guard: DeletionGuard;

beforeEach(() => {
  guard = new DeletionGuard(defaultDeletionGuard);
});

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
    expect(guard.judge({ names, of }, 0).kind).toBe(kind);
  });
});

describe('what is held back', () => {
  test('stays so for its time, from the first on, and is told again only in other numbers', () => {
    expect(guard.judge(tooMuch, 1000)).toEqual(held(601_000, 'first'));
    expect(guard.judge(tooMuch, 4000)).toEqual(held(601_000));
    expect(guard.judge({ names: 70, of: 100 }, 5000)).toEqual(held(601_000, 'numbers'));
    expect(guard.heldSince).toBe(1000);
    expect(guard.judge(tooMuch, 601_000)).toEqual(pass('time'));
    expect(guard.heldSince).toBeUndefined();
  });

  test('passes when the names are there again, and the next time counts anew', () => {
    guard.judge(tooMuch, 1000);
    expect(guard.judge(little, 300_000)).toEqual(pass('recovery'));
    expect(guard.heldSince).toBeUndefined();
    expect(guard.judge(little, 300_001)).toEqual(pass());
    expect(guard.judge(tooMuch, 601_000)).toEqual(held(1_201_000, 'first'));
  });

  test('stays released until it is published, and not longer', () => {
    guard.judge(tooMuch, 0);
    expect(guard.judge(tooMuch, 600_000)).toEqual(pass('time'));
    expect(guard.judge(tooMuch, 630_000)).toEqual(pass());
    guard.notePublished();
    expect(guard.judge(tooMuch, 640_000)).toEqual(held(1_240_000, 'first'));
  });

  test('is nothing where deletions are allowed, which is told', () => {
    guard = new DeletionGuard({ ...defaultDeletionGuard, allowsDeletions: true });
    expect(guard.judge(tooMuch, 0)).toEqual(pass('flag'));
    expect(guard.judge(tooMuch, 1)).toEqual(pass());
    guard.notePublished();
    expect(guard.judge(tooMuch, 2)).toEqual(pass('flag'));
  });

  test.for([
    [defaultDeletionGuard, true],
    [{ ...defaultDeletionGuard, percent: 100 }, false],
    [{ ...defaultDeletionGuard, allowsDeletions: true }, false],
  ] as const)('with %j can be something: %s', ([options, isOn]) => {
    expect(new DeletionGuard(options).isOn).toBe(isOn);
  });
});

test('it says how many names it is about, and what to do', () => {
  expect(heldText(tooMuch, 600_000, 60_001)).toBe(
    'holding back a deletion: 60 of 100 published names would vanish at once; if they should, restart the agent with ' +
      '--allow-deletions; if they stay away, this is published in 9 minutes by itself',
  );
  expect(heldText(tooMuch, 60_000, 0)).toContain('in 1 minute by itself');
  expect(refusedText(tooMuch)).toContain('60 of 100 published names would vanish at once');
  expect(releasedText(tooMuch, 'time')).toContain('60 of 100');
});
