/**
 * Two blocks of memory that take turns: the next state is written into one while the other still holds the state before.
 * States of megabytes follow each other every few seconds; without this each would be garbage a moment later.
 */

type Block = Uint8Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;

/** Room for growth, so that a little more does not need a new block. */
const headroom = 1.125;

export class TurningBlock<T extends Block> {
  readonly #allocate: (length: number) => T;
  #current: T;
  #spare: T;

  constructor(allocate: (length: number) => T) {
    this.#allocate = allocate;
    this.#current = allocate(0);
    this.#spare = allocate(0);
  }

  /** The present state; overwritten by the turn after the next. */
  get current(): T {
    return this.#current;
  }

  /** A block of this length to write the next state into. What it holds is left over from an earlier state. */
  next(length: number): T {
    if (this.#spare.length < length) this.#spare = this.#allocate(Math.ceil(length * headroom));
    return this.#spare.subarray(0, length) as T;
  }

  /** Makes the first `length` elements of what `next` gave the present state. */
  turn(length: number): void {
    const before = this.#current;
    this.#current = this.#spare.subarray(0, length) as T;
    // The whole block again, not only the part that was in use.
    this.#spare = whole(before);
  }
}

function whole<T extends Block>(view: T): T {
  const { buffer } = view;
  return (view instanceof Uint8Array ? new Uint8Array(buffer) : new Uint32Array(buffer)) as T;
}
