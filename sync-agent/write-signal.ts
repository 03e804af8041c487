/** How a write that is under way ends with the term in which it began. */
import type { Clock } from './kube/clock.ts';
import type { Leadership } from './leader/leadership.ts';

export interface WriteOptions {
  /** Aborts when the term is over. */
  readonly term: AbortSignal;
  /** Aborts when the agent is told to end. */
  readonly ending: AbortSignal;
  /** Aborts when there is nothing left that could be waited for. */
  readonly over: AbortSignal;
  readonly leadership: Pick<Leadership, 'leadsUntil'>;
  readonly clock: Clock;
}

/** Most writes take less. */
const graceMilliseconds = 10_000;

/**
 * Aborts with `term` when the Lease is lost or given up: somebody else may write by then. When the agent is told to end, a
 * write may still come to its end, for some seconds, and only while the Lease holds: it is not renewed any more.
 */
export function writeSignal({ term, ending, over, leadership, clock }: WriteOptions): AbortSignal {
  const writing = new AbortController();
  const end = async (): Promise<void> => {
    const left = Math.min(graceMilliseconds, leadership.leadsUntil - clock.steadyNow());
    if (ending.aborted && left > 0) await clock.sleep(left, over);
    if (!over.aborted) writing.abort(term.reason);
  };
  if (term.aborted) void end();
  else term.addEventListener('abort', end, { once: true });
  return writing.signal;
}
