/**
 * What to do with a question, by what is kept of its answer and how it stands with its source. Answers past their time
 * serve while the source fails (RFC 8767).
 */
import type { CachedAnswer } from './cached-answer.ts';
import type { Lane } from './lane.ts';

export type ServingPlan =
  /** From what is kept; it is fresh. */
  | 'fresh'
  /** From what is kept, though it is past its time: the source was asked in vain a moment ago. */
  | 'stale'
  /** The same, and the source is tried again behind it. */
  | 'stale-and-ask'
  /** Ask; what is kept serves when the source fails or takes long. */
  | 'ask-or-stale'
  /** Ask: nothing is kept. */
  | 'ask';

/** While a source fails, it is tried this often and not with every question. */
export const retryMilliseconds = 1000;
/** RFC 8767 §5 lets it be 30 seconds: then nobody knows how it stands with the source, and it is waited for again. */
const forgottenMilliseconds = 10_000;

/** `now` is elapsed milliseconds. */
export function servingPlan(kept: CachedAnswer | undefined, lane: Lane, now: number): ServingPlan {
  if (kept === undefined) return 'ask';
  if (now < kept.freshUntil) return 'fresh';
  if (now >= kept.staleUntil) return 'ask';
  const failedAt = lane.failure === undefined ? kept.triedAt : Math.max(kept.triedAt, lane.triedAt);
  if (now - failedAt < retryMilliseconds) return 'stale';
  return now - failedAt < forgottenMilliseconds ? 'stale-and-ask' : 'ask-or-stale';
}
