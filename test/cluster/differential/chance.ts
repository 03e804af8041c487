/** Repeatable chance: the same key gives the same numbers. Pure. */

export class Chance {
  #state: number;

  constructor(key: string) {
    // FNV-1a
    let hash = 0x811c9dc5;
    for (let i = 0; i < key.length; i += 1) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
    this.#state = hash >>> 0;
  }

  /** From 0 to `count` - 1. (mulberry32) */
  below(count: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % count;
  }

  oneOf<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }

  /** True in one of `ratio` cases. */
  oneIn(ratio: number): boolean {
    return this.below(ratio) === 0;
  }
}
