/** A clock that goes when a test says so. */
import type { Clock } from '../../../client/stub/contract.ts';

export class ManualClock implements Clock {
  #wall = 1_000_000;
  #steady = 5000;

  wallMilliseconds(): number {
    return this.#wall;
  }

  steadyMilliseconds(): number {
    return this.#steady;
  }

  pass(seconds: number): void {
    this.sleep(seconds);
    this.#steady += seconds * 1000;
  }

  /** The steady clock stands still. */
  sleep(seconds: number): void {
    this.#wall += seconds * 1000;
  }

  /** Somebody sets the wall's clock. */
  setBack(seconds: number): void {
    this.#wall -= seconds * 1000;
  }
}
