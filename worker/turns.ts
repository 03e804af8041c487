/** One piece of work after the other, in the order in which they came; for an object that awaits in between. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** What the work comes to. That it fails does not hold up the next. */
  take<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => {});
    return turn;
  }
}
