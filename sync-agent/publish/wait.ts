/** How long to leave the edge alone after an attempt that it did not take. Pure. */
import { retryMilliseconds } from '../kube/backoff.ts';
import type { EdgeAnswer } from './edge.ts';

/** What is refused begins with a wait of about 2 s: nobody mends it at once, and refusing costs the edge as much as taking. */
const skippedSteps = 2;

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
      return retryMilliseconds(failures + skippedSteps, random);
  }
}
