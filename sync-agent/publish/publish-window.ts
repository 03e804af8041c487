/**
 * When to publish: the first change after quiet soon, so that it is seen soon, and what follows together, so that a storm
 * of changes costs one write per interval. In quiet, a heartbeat.
 */
import type { Clock } from '../kube/clock.ts';

/** Changes come in groups: a pod that goes changes its slices and the Services' other slices within moments. */
const settleMilliseconds = 200;

export class PublishWindow {
  readonly #intervalMilliseconds: number;
  readonly #heartbeatMilliseconds: number;
  readonly #clock: Clock;
  #changedAt: number | undefined;
  #publishedAt = Number.NEGATIVE_INFINITY;
  #heartbeatAt: number;
  #wake: () => void = () => {};

  constructor(intervalMilliseconds: number, heartbeatMilliseconds: number, clock: Clock) {
    this.#intervalMilliseconds = intervalMilliseconds;
    this.#heartbeatMilliseconds = heartbeatMilliseconds;
    this.#clock = clock;
    this.#heartbeatAt = clock.now() + heartbeatMilliseconds;
  }

  noteChange(): void {
    this.#changedAt ??= this.#clock.now();
    this.#wake();
  }

  notePublished(): void {
    this.#publishedAt = this.#clock.now();
    this.#heartbeatAt = this.#publishedAt + this.#heartbeatMilliseconds;
  }

  /** Resolves when it is time, or when the signal aborts. Changes that are noted afterwards open the next window. */
  async next(signal: AbortSignal): Promise<'change' | 'heartbeat'> {
    for (;;) {
      const now = this.#clock.now();
      const dueAt = this.#dueAt();
      if (signal.aborted || now >= dueAt) {
        const reason = this.#changedAt === undefined ? 'heartbeat' : 'change';
        this.#changedAt = undefined;
        if (now >= this.#heartbeatAt) this.#heartbeatAt = now + this.#heartbeatMilliseconds;
        return reason;
      }
      await this.#sleepUntilNoted(dueAt - now, signal);
    }
  }

  #dueAt(): number {
    if (this.#changedAt === undefined) return this.#heartbeatAt;
    return Math.max(this.#changedAt + settleMilliseconds, this.#publishedAt + this.#intervalMilliseconds);
  }

  /** Until the time has passed or a first change is noted. */
  async #sleepUntilNoted(milliseconds: number, signal: AbortSignal): Promise<void> {
    const noted = new AbortController();
    if (this.#changedAt === undefined) this.#wake = () => noted.abort();
    await this.#clock.sleep(milliseconds, AbortSignal.any([signal, noted.signal]));
    this.#wake = () => {};
  }
}
