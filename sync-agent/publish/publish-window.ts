/**
 * When to publish: the first change after quiet soon, so that it is seen soon; what follows together, so that a storm of
 * changes costs one write per interval; and in quiet a heartbeat.
 *
 *     quiet ─▶ change ── 200 ms ──▶ publish ── interval ──▶ publish ─▶ quiet ── heartbeat interval ──▶ heartbeat
 */
import { type Clock, systemClock } from '../kube/clock.ts';

export interface PublishWindowOptions {
  /** The shortest time between two publishes. */
  readonly intervalMilliseconds: number;
  /** The longest. */
  readonly heartbeatMilliseconds: number;
  /** Only differences are taken, so its beginning may lie anywhere, but it must not go back. */
  readonly clock: Clock;
}

/** The machine's time may be set back by an hour, and nothing would be published for as long. */
export const steadyClock: Clock = { now: () => performance.now(), sleep: systemClock.sleep };

/** Changes come in groups: a pod that goes changes its slices and the Services' other slices within moments. */
const settleMilliseconds = 200;

export class PublishWindow {
  readonly #options: PublishWindowOptions;
  #changedAt: number | undefined;
  #publishedAt = Number.NEGATIVE_INFINITY;
  #heartbeatAt: number;
  #wake: () => void = () => {};

  constructor(options: PublishWindowOptions) {
    this.#options = options;
    this.#heartbeatAt = options.clock.now() + options.heartbeatMilliseconds;
  }

  noteChange(): void {
    this.#changedAt ??= this.#options.clock.now();
    this.#wake();
  }

  notePublished(): void {
    this.#publishedAt = this.#options.clock.now();
    this.#heartbeatAt = this.#publishedAt + this.#options.heartbeatMilliseconds;
  }

  /**
   * Resolves when it is time, or when the signal aborts. A heartbeat that is due comes first: there may always be changes
   * that change nothing. Changes that are noted afterwards open the next window.
   */
  async next(signal: AbortSignal): Promise<'change' | 'heartbeat'> {
    const { clock, heartbeatMilliseconds } = this.#options;
    for (;;) {
      const now = clock.now();
      const dueAt = this.#dueAt();
      if (signal.aborted || now >= dueAt) {
        this.#changedAt = undefined;
        if (now < this.#heartbeatAt) return 'change';
        this.#heartbeatAt = now + heartbeatMilliseconds;
        return 'heartbeat';
      }
      await this.#sleepUntilNoted(dueAt - now, signal);
    }
  }

  #dueAt(): number {
    if (this.#changedAt === undefined) return this.#heartbeatAt;
    return Math.max(this.#changedAt + settleMilliseconds, this.#publishedAt + this.#options.intervalMilliseconds);
  }

  /** Until the time has passed or a first change is noted. */
  async #sleepUntilNoted(milliseconds: number, signal: AbortSignal): Promise<void> {
    const noted = new AbortController();
    if (this.#changedAt === undefined) this.#wake = () => noted.abort();
    await this.#options.clock.sleep(milliseconds, AbortSignal.any([signal, noted.signal]));
    this.#wake = () => {};
  }
}
