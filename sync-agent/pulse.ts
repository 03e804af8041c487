/** Shows whether a loop goes on: while it sleeps for a time that it chose itself, it is well. */
import type { Clock } from './kube/clock.ts';

export class Pulse implements Clock {
  readonly #clock: Clock;
  /** When it was last seen awake. */
  #at: number;
  /** Of each sleep that has not ended: until when. A loop sleeps twice where it waits for something that sleeps, too. */
  readonly #sleeps = new Set<{ readonly wakesAt: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#at = clock.steadyNow();
  }

  /** When the loop that sleeps by this clock last showed that it goes on, on the steady clock. */
  get at(): number {
    const now = this.#clock.steadyNow();
    return Math.max(this.#at, ...[...this.#sleeps].map(({ wakesAt }) => Math.min(wakesAt, now)));
  }

  now(): number {
    return this.#clock.now();
  }

  steadyNow(): number {
    return this.#clock.steadyNow();
  }

  async sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
    const sleep = { wakesAt: this.#clock.steadyNow() + milliseconds };
    this.#sleeps.add(sleep);
    await this.#clock.sleep(milliseconds, signal);
    this.#sleeps.delete(sleep);
    this.#at = this.#clock.steadyNow();
  }
}
