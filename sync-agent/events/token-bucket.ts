/** How often something may be done: a burst, then one each so often. Pure but for its clock. */

export interface TokenBucketOptions {
  readonly burst: number;
  readonly refillMilliseconds: number;
  /** Steady, in milliseconds. */
  readonly now: () => number;
}

export class TokenBucket {
  readonly #options: TokenBucketOptions;
  #tokens: number;
  #refilledAt: number;

  constructor(options: TokenBucketOptions) {
    this.#options = options;
    this.#tokens = options.burst;
    this.#refilledAt = options.now();
  }

  /** Until there is a token; 0 when there is one. */
  get waitMilliseconds(): number {
    this.#refill();
    const { refillMilliseconds, now } = this.#options;
    return this.#tokens > 0 ? 0 : this.#refilledAt + refillMilliseconds - now();
  }

  /** Takes one, which must be there. */
  take(): void {
    this.#refill();
    if (this.#tokens === 0) throw new RangeError('there is no token');
    this.#tokens -= 1;
  }

  #refill(): void {
    const { burst, refillMilliseconds, now } = this.#options;
    const more = Math.floor((now() - this.#refilledAt) / refillMilliseconds);
    this.#tokens = Math.min(burst, this.#tokens + more);
    // A full bucket begins to fill when something is taken from it.
    this.#refilledAt = this.#tokens === burst ? now() : this.#refilledAt + more * refillMilliseconds;
  }
}
