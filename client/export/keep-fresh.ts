/**
 * Does something again when what it found has aged, until it is told to end. A failure that may pass is told when it begins
 * and when it is over. Pure: time is handed in.
 */
import { mayPass } from './edge-failure.ts';

export interface Refreshing {
  /** Finds and uses what is new; gives how long that may be taken for true. */
  refresh(): Promise<{ readonly ttlSeconds: number }>;
  /** Resolves early when the signal aborts. */
  sleep(milliseconds: number): Promise<void>;
  /** One line for people. */
  tell(line: string): void;
  readonly signal: AbortSignal;
}

/** However short a TTL is: many look, and each look is several questions. */
const shortestSeconds = 5;

/** Resolves when the signal aborts; rejects with a failure that does not pass. The first look is after `ttlSeconds`; 0 is now. */
export async function keepFresh(ttlSeconds: number, refreshing: Refreshing): Promise<void> {
  const { refresh, sleep, tell, signal } = refreshing;
  let wait = ttlSeconds;
  let isFailing = false;
  for (;;) {
    if (wait > 0) await sleep(Math.max(wait, shortestSeconds) * 1000);
    if (signal.aborted) return;
    try {
      wait = Math.max((await refresh()).ttlSeconds, shortestSeconds);
      if (isFailing) tell('the names are fresh again');
      isFailing = false;
    } catch (error) {
      if (signal.aborted) return;
      if (!mayPass(error)) throw error;
      if (!isFailing) tell(`the names stay as they are: ${error.message}`);
      isFailing = true;
      wait = shortestSeconds;
    }
  }
}
