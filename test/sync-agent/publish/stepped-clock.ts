/** A clock that stands still until it is moved on. It wakes each sleeper at the time that this asked for, the earliest first. */
import type { Clock } from '../../../sync-agent/kube/clock.ts';

interface Sleeper {
  readonly wakeAt: number;
  wake(): void;
}

export class SteppedClock implements Clock {
  readonly #sleepers = new Set<Sleeper>();
  #now: number;
  /** By how much the time of day was set on, or back. */
  setByMilliseconds = 0;

  constructor(now = 1_000_000_000) {
    this.#now = now;
  }

  /** How many sleep at present. */
  get sleeping(): number {
    return this.#sleepers.size;
  }

  now(): number {
    return this.#now + this.setByMilliseconds;
  }

  steadyNow(): number {
    return this.#now;
  }

  sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#sleepers.delete(sleeper);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      const sleeper: Sleeper = { wakeAt: this.#now + milliseconds, wake };
      this.#sleepers.add(sleeper);
      signal.addEventListener('abort', wake);
      if (signal.aborted) wake();
    });
  }

  /** Moves on; who is woken goes on, as far as it can without I/O, before the time does. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds;
    await turn();
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#now = next.wakeAt;
      next.wake();
      await turn();
    }
    this.#now = end;
  }

  #next(end: number): Sleeper | undefined {
    return [...this.#sleepers].filter(({ wakeAt }) => wakeAt <= end).sort((a, b) => a.wakeAt - b.wakeAt)[0];
  }
}

/** One turn of the event loop: all promises that can settle have settled. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
