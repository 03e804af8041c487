/** How a write that is under way ends with the term in which it began. */
import type { Clock } from './kube/clock.ts';

/** Most writes take less; the Lease holds for longer, and is given back after. */
const graceMilliseconds = 10_000;

/**
 * Aborts with `term` when the Lease is lost: somebody else may write by then. When the agent is told to end, a write may
 * still come to its end, for some seconds. `over` aborts when there is nothing left that could be waited for.
 */
export function writeSignal(term: AbortSignal, ending: AbortSignal, over: AbortSignal, clock: Clock): AbortSignal {
  const writing = new AbortController();
  const end = async (): Promise<void> => {
    if (ending.aborted) await clock.sleep(graceMilliseconds, over);
    if (!over.aborted) writing.abort(term.reason);
  };
  if (term.aborted) void end();
  else term.addEventListener('abort', end, { once: true });
  return writing.signal;
}
