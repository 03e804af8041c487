/** Time that goes by faster than it is, so that a test need not wait for minutes: all waits are as much shorter. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../../sync-agent/kube/clock.ts';

export class HastyClock implements Clock {
  /** By how much somebody has set the wall clock. */
  setByMilliseconds = 0;
  readonly #factor: number;

  constructor(factor: number) {
    this.#factor = factor;
  }

  /** Not hasty: others look at the same clock. */
  now(): number {
    return Date.now() + this.setByMilliseconds;
  }

  steadyNow(): number {
    return performance.now() * this.#factor;
  }

  sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
    return delay(milliseconds / this.#factor, undefined, { signal }).catch(() => undefined);
  }
}
