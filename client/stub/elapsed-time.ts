/**
 * How much time has gone by, by two clocks of which neither can be trusted alone: the wall's is set, forward and back, and
 * the steady one stands still while a machine sleeps. What this counts never goes back, and counts sleep.
 */
import type { Clock } from './contract.ts';

/** Clocks drift apart by a little all the time; a difference below this is not counted yet. */
const noticeableMilliseconds = 20;

export class ElapsedTime {
  readonly #clock: Clock;
  readonly #startedAt: number;
  /** What the wall's clock was ahead of the steady one when that was last counted. */
  #aheadMilliseconds: number;
  #sleptMilliseconds = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#startedAt = clock.steadyMilliseconds();
    this.#aheadMilliseconds = clock.wallMilliseconds() - this.#startedAt;
  }

  /** Since this was made. */
  milliseconds(): number {
    const steady = this.#clock.steadyMilliseconds();
    const ahead = this.#clock.wallMilliseconds() - steady;
    const gained = ahead - this.#aheadMilliseconds;
    if (gained >= noticeableMilliseconds || gained <= -noticeableMilliseconds) {
      this.#aheadMilliseconds = ahead;
      // The wall's clock was set back: the steady one knows better.
      if (gained > 0) this.#sleptMilliseconds += gained;
    }
    return steady - this.#startedAt + this.#sleptMilliseconds;
  }
}
