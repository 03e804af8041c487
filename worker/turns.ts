/** One piece of work after the other, in the order in which they came; for an object that awaits in between. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();
  #length = 0;

  /** How many there are that have not ended. */
  get length(): number {
    return this.#length;
  }

  /** What the work comes to. That it fails does not hold up the next. */
  take<T>(work: () => Promise<T>): Promise<T> {
    this.#length += 1;
    const turn = this.#last.then(work).finally(() => {
      this.#length -= 1;
    });
    this.#last = turn.catch(() => {});
    return turn;
  }
}
