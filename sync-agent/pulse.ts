/** Shows whether a loop goes on: while it sleeps for a time that it chose itself, it is well. */
import type { Clock } from './kube/clock.ts';

export class Pulse implements Clock {
  readonly #clock: Clock;
  /** When it was last seen awake. */
  #at: number;
  /** Until when it sleeps; undefined while it does not. */
  #wakesAt: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#at = clock.steadyNow();
  }

  /** When the loop that sleeps by this clock last showed that it goes on, on the steady clock. */
  get at(): number {
    return this.#wakesAt === undefined ? this.#at : Math.min(this.#wakesAt, this.#clock.steadyNow());
  }

  now(): number {
    return this.#clock.now();
  }

  steadyNow(): number {
    return this.#clock.steadyNow();
  }

  async sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
    this.#wakesAt = this.#clock.steadyNow() + milliseconds;
    await this.#clock.sleep(milliseconds, signal);
    this.#wakesAt = undefined;
    this.#at = this.#clock.steadyNow();
  }
}
