/** How the agent's process ends: in order when it is told to, with one line when it cannot go on. */
import { constants } from 'node:os';
import { messageOf } from '../../../sync-agent/kube/error.ts';
import type { Facts, Log } from '../../../sync-agent/log.ts';

/** A shell and npm pass a signal on that has reached everybody already; that one is no second one. */
const sameSignalMilliseconds = 500;

const signals = ['SIGINT', 'SIGTERM'] as const;

export interface Ending {
  /** Aborts with the first SIGTERM or SIGINT. */
  readonly signal: AbortSignal;
  /** Signals do again what they did before. */
  forget(): void;
}

/**
 * A second signal ends the process at once. The first process of a container does not end by a signal that nobody listens
 * for, so this comes before all else; `log` gives undefined as long as there is none.
 */
export function listenForSignals(log: () => Log | undefined): Ending {
  const stop = new AbortController();
  let firstAt = 0;
  const listener = (signal: 'SIGINT' | 'SIGTERM'): void => {
    if (!stop.signal.aborted) {
      firstAt = performance.now();
      log()?.info(`ending: ${signal} came`, { signal });
      stop.abort();
    } else if (performance.now() - firstAt > sameSignalMilliseconds) {
      log()?.warn(`ended at once: ${signal} came while ending`, { signal });
      process.exit(128 + constants.signals[signal]);
    }
  };
  for (const signal of signals) process.on(signal, listener);
  return {
    signal: stop.signal,
    forget: () => {
      for (const signal of signals) process.off(signal, listener);
    },
  };
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
