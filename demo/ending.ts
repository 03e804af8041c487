/** What was started, to be ended again. */

export class Ending {
  readonly #ends: (() => unknown)[] = [];

  /** `end` may return a promise. */
  add(end: () => unknown): void {
    this.#ends.push(end);
  }

  /** Ends everything at the same time. One that fails does not keep the others, and tells nothing new at this point. */
  async run(): Promise<void> {
    await Promise.allSettled(this.#ends.splice(0).map(async (end) => end()));
  }
}
