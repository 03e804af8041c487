/** A time limit that data can extend, joined with a signal to stop. */

export class Watchdog {
  readonly #controller = new AbortController();
  readonly #stop: AbortSignal;
  readonly #onStop = (): void => this.#controller.abort(this.#stop.reason);
  #timer: NodeJS.Timeout;
  #barked = false;

  /** Aborts `signal` when `stop` aborts, or after `milliseconds` without a call of `feed`. Ends with `release`. */
  constructor(milliseconds: number, stop: AbortSignal) {
    this.#stop = stop;
    this.#timer = setTimeout(this.#onTime, milliseconds);
    if (stop.aborted) this.#onStop();
    else stop.addEventListener('abort', this.#onStop, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Whether the time ran out, and not `stop`. */
  get expired(): boolean {
    return this.#barked;
  }

  feed(): void {
    this.#timer.refresh();
  }

  /** Starts again with another limit. */
  restart(milliseconds: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#onTime, milliseconds);
  }

  release(): void {
    clearTimeout(this.#timer);
    this.#stop.removeEventListener('abort', this.#onStop);
  }

  readonly #onTime = (): void => {
    this.#barked = true;
    this.#controller.abort();
  };
}
