/** What is kept in memory, for how long, and of which snapshot. */
import { beforeEach, describe, expect, test } from 'vitest';
import { RepeatedAnswers } from '../../../worker/http/repeated-answers.ts';
import type { Served } from '../../../worker/snapshots/served.ts';

const served: Served = { kind: 'absent' };
const later: Served = { kind: 'absent' };
const random = (): number => 0;

let answers: RepeatedAnswers;
beforeEach(() => {
  answers = new RepeatedAnswers();
});

/** As if it had been asked and made. */
function make(key: string, of = served, octets = 100, variation: 'none' | 'any' = 'none'): void {
  const answer = { octets: new Uint8Array(octets).fill(key.charCodeAt(0)), maxAgeSeconds: 30 };
  answers.keep(key, of, answer, () => variation);
}

function isKept(key: string, of = served): boolean {
  return answers.find(key, of, random) !== undefined;
}

test('an answer is kept when its question comes for the second time', () => {
  make('a');
  expect(isKept('a')).toBe(false);
  make('a');
  expect(isKept('a')).toBe(true);
  expect(answers.find('a', served, random)?.octets[0]).toBe('a'.charCodeAt(0));
  expect(isKept('b')).toBe(false);
});

test('an answer counts for its snapshot only, and the next one takes its place', () => {
  make('a');
  make('a');
  expect(isKept('a', later)).toBe(false);
  make('a', later);
  expect([isKept('a'), isKept('a', later)]).toEqual([false, true]);
});

test.for([
  ['is very long', 16 * 1024 + 1, 'none'],
  ['has several sets in random order', 100, 'any'],
] as const)('an answer that %s is not kept', ([, octets, variation]) => {
  for (let i = 0; i < 3; i += 1) make('a', served, octets, variation);
  expect(isKept('a')).toBe(false);
});

describe('when there is no room for more', () => {
  /** Enough to fill a half of the memory. */
  function fill(name: string): void {
    for (let i = 0; i < 200; i += 1) for (let twice = 0; twice < 2; twice += 1) make(`${name} ${i}`, served, 10_800);
  }

  test('what is asked for stays', () => {
    make('hot');
    make('hot');
    for (let i = 0; i < 10; i += 1) {
      fill(`round ${i}`);
      expect(isKept('hot')).toBe(true);
    }
  });

  test('what is not goes, the oldest first', () => {
    make('cold');
    make('cold');
    fill('first');
    expect(isKept('first 0')).toBe(true);
    for (let i = 0; i < 3; i += 1) fill(`round ${i}`);
    expect([isKept('cold'), isKept('first 1'), isKept('round 2 199')]).toEqual([false, false, true]);
  });
});
