/** How long to leave the edge alone after an attempt that it did not take. Pure. */
import { retryMilliseconds } from '../kube/backoff.ts';
import type { EdgeAnswer } from './edge.ts';

/** Nobody mends it sooner, and refusing costs the edge as much as taking. */
const refusedMilliseconds = 30_000;

/** `failures` in a row, this one included; `random` is in [0, 1). */
export function waitMilliseconds(
  answer: Exclude<EdgeAnswer, { kind: 'stored' }>,
  failures: number,
  random: number,
): number {
  switch (answer.kind) {
    case 'unavailable':
      return retryMilliseconds(failures, random, answer.retryAfterSeconds);
    case 'not-newer':
      return retryMilliseconds(failures, random);
    case 'refused':
      return Math.round(refusedMilliseconds * (1 + random / 2));
  }
}
