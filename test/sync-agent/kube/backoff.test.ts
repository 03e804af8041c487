import { expect, test } from 'vitest';
import { retryMilliseconds } from '../../../sync-agent/kube/backoff.ts';

test.for([
  [1, 0, undefined, 400],
  [1, 0.999_999, undefined, 800],
  [2, 0.999_999, undefined, 1600],
  [3, 0.5, undefined, 2400],
  [6, 0.999_999, undefined, 25_600],
  [7, 0.999_999, undefined, 30_000],
  [5000, 0, undefined, 15_000],
  [1, 0, 7, 7000],
  [7, 0, 7, 15_000],
  [1, 0, 86_400, 120_000],
] as const)('failure %i with random %d and Retry-After %s waits %i ms', ([failures, random, retryAfter, expected]) => {
  expect(retryMilliseconds(failures, random, retryAfter)).toBe(expected);
});
