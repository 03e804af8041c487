/** One after the other, for each key. */

export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Runs when all that came before for this key have ended, whether they failed or not. */
  async take<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key) ?? Promise.resolve();
    const own = before.then(work, work);
    // A failure is told to whoever asked for the work.
    const ended = own.catch(() => {});
    this.#last.set(key, ended);
    try {
      return await own;
    } finally {
      if (this.#last.get(key) === ended) this.#last.delete(key);
    }
  }

  /** Resolves when all that was asked for until now has ended. */
  async settled(): Promise<void> {
    await Promise.all(this.#last.values());
  }
}
