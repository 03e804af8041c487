/** Time, handed in, so that tests need not wait for it. */
import { setTimeout as delay } from 'node:timers/promises';

export interface Clock {
  /** Milliseconds since the Unix epoch. People and servers set it, back too, so differences of it mean nothing. */
  now(): number;
  /** Milliseconds since some moment; never goes back. For durations. */
  steadyNow(): number;
  /** Resolves after the time, or as soon as the signal aborts. Never rejects. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  steadyNow: () => performance.now(),
  sleep: (milliseconds, signal) => delay(milliseconds, undefined, { signal }).catch(() => undefined),
};
