import { expect, test } from 'vitest';
import { emptyBody } from '../../../client/stub/answer-body.ts';
import { AnswerCache } from '../../../client/stub/answer-cache.ts';
import type { CachedAnswer } from '../../../client/stub/cached-answer.ts';
import { laneOf } from '../../../client/stub/lane.ts';
import { hashOf, type Question } from '../../../client/stub/question.ts';

const lane = laneOf({ name: 'prod', zones: [], ask: () => Promise.reject(new Error()) });

function questionOf(number: number): Question {
  return { qname: Uint8Array.of(3, 0x61, number >> 8, number & 0xff, 0), qtype: 1, qclass: 1 };
}

function answerOf(number: number, errorOctets = 0): CachedAnswer {
  const question = questionOf(number);
  const body = emptyBody(0, new Uint8Array(errorOctets));
  return { question, hash: hashOf(question), lane, body, storedAt: 0, freshUntil: 1, staleUntil: 1, triedAt: 0 };
}

function find(cache: AnswerCache, number: number): CachedAnswer | undefined {
  return cache.find(questionOf(number), hashOf(questionOf(number)));
}

test('what was kept is found, by name, type and class', () => {
  const cache = new AnswerCache(1_000_000);
  const answer = answerOf(1);
  cache.keep(answer);
  expect(find(cache, 1)).toBe(answer);
  expect(find(cache, 2)).toBeUndefined();
  for (const other of [{ qtype: 28 }, { qclass: 3 }, { qname: Uint8Array.of(0) }]) {
    // Even where the hashes are the same.
    expect(cache.find({ ...answer.question, ...other }, answer.hash)).toBeUndefined();
  }
});

test('it keeps no more than it may, and what is asked for stays', () => {
  const cache = new AnswerCache(100_000);
  for (let number = 0; number < 1000; number += 1) {
    cache.keep(answerOf(number));
    expect(find(cache, 0)).toBeDefined();
  }
  const kept = Array.from({ length: 1000 }, (_, number) => find(cache, number)).filter(
    (answer) => answer !== undefined,
  );
  expect(kept.length).toBeGreaterThan(50);
  expect(kept.length).toBeLessThan(140);
  expect(find(cache, 999)).toBeDefined();
});

test('a long answer takes the room of many', () => {
  const cache = new AnswerCache(100_000);
  for (let number = 0; number < 50; number += 1) cache.keep(answerOf(number));
  cache.keep(answerOf(50, 49_000));
  expect(find(cache, 10)).toBeDefined();
  cache.keep(answerOf(51, 49_000));
  cache.keep(answerOf(52, 49_000));
  expect([find(cache, 11), find(cache, 52)]).toEqual([undefined, expect.anything()]);
});
