/** An answer that is kept, for those who ask the same. Times are elapsed milliseconds. */
import type { AnswerBody } from './answer-body.ts';
import type { Lane } from './lane.ts';
import type { Question } from './question.ts';

export interface CachedAnswer {
  readonly question: Question;
  /** Of the question. */
  readonly hash: number;
  readonly lane: Lane;
  readonly body: AnswerBody;
  readonly storedAt: number;
  readonly freshUntil: number;
  /** From then on it is nothing any more; `freshUntil` for what is never served stale. */
  readonly staleUntil: number;
  /** When its source was last asked the same in vain. */
  triedAt: number;
}
