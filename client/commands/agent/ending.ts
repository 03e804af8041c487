/** How the agent's process ends: in order when it is told to, with one line when it cannot go on. */
import { constants } from 'node:os';
import { messageOf } from '../../../sync-agent/kube/error.ts';
import type { Facts, Log } from '../../../sync-agent/log.ts';

/** A shell and npm pass a signal on that has reached everybody already; that one is no second one. */
const sameSignalMilliseconds = 500;

/** Aborts with the first SIGTERM or SIGINT. A second one ends the process at once. */
export function endingSignal(log: Log): AbortSignal {
  const stop = new AbortController();
  let firstAt = 0;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (!stop.signal.aborted) {
        firstAt = performance.now();
        log.info(`ending: ${signal} came`, { signal });
        stop.abort();
      } else if (performance.now() - firstAt > sameSignalMilliseconds) {
        log.warn(`ended at once: ${signal} came while ending`, { signal });
        process.exit(128 + constants.signals[signal]);
      }
    });
  }
  return stop.signal;
}

/** What nobody has caught, a rejected promise too, ends the process: nobody knows any more what holds. */
export function endAtFault(log: Log): void {
  process.on('uncaughtException', (error) => tellAndExit(log, error));
}

/** One line and exit code 1. */
export function tellAndExit(log: Log, error: unknown): never {
  log.error(messageOf(error), factsOf(error));
  process.exit(1);
}

/** The code of a failure that was foreseen; of another one, where it came from, for whoever is to mend it. */
function factsOf(error: unknown): Facts {
  if (!(error instanceof Error)) return {};
  if ('code' in error && typeof error.code === 'string') return { code: error.code };
  const at = /^ +at (.+)$/m.exec(error.stack ?? '')?.[1];
  return at === undefined ? {} : { at };
}
