/**
 * When to publish: the first change after quiet soon, so that it is seen soon; what follows together, so that a storm of
 * changes costs one write per interval; and in quiet a heartbeat.
 *
 *     quiet ─▶ change ── 200 ms without another ──▶ publish ── interval ──▶ publish ─▶ quiet ── heartbeat interval ──▶ heartbeat
 */
import type { Clock } from '../kube/clock.ts';

export interface PublishWindowOptions {
  /** The shortest time between two publishes. */
  readonly intervalMilliseconds: number;
  /** The longest. */
  readonly heartbeatMilliseconds: number;
  readonly clock: Clock;
}

export type WindowReason = 'change' | 'heartbeat';

/**
 * Changes come in groups: a pod is replaced, a StatefulSet scales one pod after the other. A group is published as one,
 * when nothing more has come for a moment; but an endless one does not hold its beginning back.
 */
const settleMilliseconds = 200;
const maxSettleMilliseconds = 800;

export class PublishWindow {
  readonly #options: PublishWindowOptions;
  /** Of the changes that are not published. */
  #firstChangeAt: number | undefined;
  #lastChangeAt = 0;
  #publishedAt = Number.NEGATIVE_INFINITY;
  #heartbeatAt: number;
  #wantedAt: number | undefined;
  #wake: () => void = () => {};

  constructor(options: PublishWindowOptions) {
    this.#options = options;
    this.#heartbeatAt = options.clock.steadyNow() + options.heartbeatMilliseconds;
  }

  noteChange(): void {
    this.#lastChangeAt = this.#options.clock.steadyNow();
    if (this.#firstChangeAt !== undefined) return;
    this.#firstChangeAt = this.#lastChangeAt;
    this.#wake();
  }

  /** Opens it at that time on the steady clock too, once; at once for one that has passed. */
  openAt(milliseconds: number): void {
    this.#wantedAt = milliseconds;
    this.#wake();
  }

  notePublished(): void {
    this.#publishedAt = this.#options.clock.steadyNow();
    this.#heartbeatAt = this.#publishedAt + this.#options.heartbeatMilliseconds;
  }

  /**
   * Resolves when it is time, or when the signal aborts. A heartbeat that is due comes first: there may always be changes
   * that change nothing. Changes that are noted afterwards open the next window.
   */
  async next(signal: AbortSignal): Promise<WindowReason> {
    const { clock, heartbeatMilliseconds } = this.#options;
    for (;;) {
      const now = clock.steadyNow();
      const dueAt = this.#dueAt();
      if (signal.aborted || now >= dueAt) {
        this.#firstChangeAt = undefined;
        if (now >= (this.#wantedAt ?? Number.POSITIVE_INFINITY)) this.#wantedAt = undefined;
        if (now < this.#heartbeatAt) return 'change';
        this.#heartbeatAt = now + heartbeatMilliseconds;
        return 'heartbeat';
      }
      await this.#sleepUntilNoted(dueAt - now, signal);
    }
  }

  #dueAt(): number {
    const wantedAt = this.#wantedAt ?? Number.POSITIVE_INFINITY;
    if (this.#firstChangeAt === undefined) return Math.min(this.#heartbeatAt, wantedAt);
    const settledAt = Math.min(this.#lastChangeAt + settleMilliseconds, this.#firstChangeAt + maxSettleMilliseconds);
    return Math.min(wantedAt, Math.max(settledAt, this.#publishedAt + this.#options.intervalMilliseconds));
  }

  /** Until the time has passed, a first change is noted or another time is wanted. */
  async #sleepUntilNoted(milliseconds: number, signal: AbortSignal): Promise<void> {
    const noted = new AbortController();
    this.#wake = () => noted.abort();
    await this.#options.clock.sleep(milliseconds, AbortSignal.any([signal, noted.signal]));
    this.#wake = () => {};
  }
}
