/** What is kept in memory, for how long, and of which snapshot. */
import { beforeEach, describe, expect, test } from 'vitest';
import { wholeView } from '../../../worker/answers/scope.ts';
import { type QuestionKey, questionKey } from '../../../worker/http/question-key.ts';
import { RepeatedAnswers } from '../../../worker/http/repeated-answers.ts';
import type { KeyedView } from '../../../worker/http/view.ts';
import type { Served } from '../../../worker/snapshots/served.ts';
import type { ClusterId } from '../../../zone/cluster-id.ts';

const served: Served = { kind: 'absent' };
const later: Served = { kind: 'absent' };
const random = (): number => 0;

let answers: RepeatedAnswers;
beforeEach(() => {
  answers = new RepeatedAnswers();
});

const cluster = 'local' as ClusterId;
const view: KeyedView = { view: wholeView, key: '' };

/** Of a message that holds the text behind its id. */
function keyOf(text: string): QuestionKey {
  return questionKey(cluster, view, new TextEncoder().encode(`id${text}`))!;
}

/** As if it had been asked and made. */
function make(key: string, of = served, octets = 100, variation: 'none' | 'any' = 'none'): void {
  const answer = { octets: new Uint8Array(octets).fill(key.charCodeAt(0)), maxAgeSeconds: 30 };
  answers.keep(keyOf(key), of, answer, () => variation);
}

function isKept(key: string, of = served): boolean {
  return answers.find(keyOf(key), of, random) !== undefined;
}

test('an answer is kept when its question comes for the second time', () => {
  make('a');
  expect(isKept('a')).toBe(false);
  make('a');
  expect(isKept('a')).toBe(true);
  expect(answers.find(keyOf('a'), served, random)?.octets[0]).toBe('a'.charCodeAt(0));
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
