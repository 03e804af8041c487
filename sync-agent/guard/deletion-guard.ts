/**
 * The deletion guard: a snapshot that would take away a large share of the published names at once is more likely a fault
 * than a wish. It is held back until the names are there again, somebody allows it, or it has stayed for long.
 *
 *     within bounds ──▶ pass
 *     too much      ──▶ held ──▶ within bounds again: released by 'recovery'
 *                         ├────▶ held for long enough: released by 'time'
 *                         └────▶ (allowed from the beginning: released by 'flag')
 */

export interface DeletionGuardOptions {
  /** More than this share of the published names is too much, in percent; 100 holds nothing back. */
  readonly percent: number;
  /** A deletion that stays for so long is wanted. */
  readonly holdMilliseconds: number;
  /** Whatever vanishes, nothing is held back. */
  readonly allowsDeletions: boolean;
}

export const defaultDeletionGuard: DeletionGuardOptions = {
  percent: 50,
  holdMilliseconds: 600_000,
  allowsDeletions: false,
};

/** Of the published names, how many would vanish. */
export interface Deletion {
  readonly names: number;
  readonly of: number;
}

export type Release = 'time' | 'flag' | 'recovery';

export type Verdict =
  /** `released` once, when something is not held back any more, or would have been. */
  | { readonly kind: 'pass'; readonly released: Release | undefined }
  /** `news`: nothing was held back before, or in other numbers. */
  | { readonly kind: 'held'; readonly until: number; readonly news: 'first' | 'numbers' | undefined };

/** So few names come and go in every small cluster. */
const alwaysAllowedNames = 10;

export class DeletionGuard {
  readonly #options: DeletionGuardOptions;
  /** When the first snapshot was held back of those that are. */
  #heldSince: number | undefined;
  /** The last that was held back. */
  #held: Deletion | undefined;
  #released: Release | undefined;

  constructor(options: DeletionGuardOptions) {
    this.#options = options;
  }

  /** Whether a comparison can ever hold something back. */
  get isOn(): boolean {
    return this.#options.percent < 100 && !this.#options.allowsDeletions;
  }

  /** On the steady clock; undefined when nothing is held back. */
  get heldSince(): number | undefined {
    return this.#released === undefined ? this.#heldSince : undefined;
  }

  /** What is to become of a snapshot with this deletion. `now` is on the steady clock, in milliseconds. */
  judge(deletion: Deletion, now: number): Verdict {
    if (!this.#isTooMuch(deletion)) {
      const wasHeld = this.heldSince !== undefined;
      this.notePublished();
      return { kind: 'pass', released: wasHeld ? 'recovery' : undefined };
    }
    if (this.#options.allowsDeletions) return this.#release('flag');
    this.#heldSince ??= now;
    const until = this.#heldSince + this.#options.holdMilliseconds;
    if (now >= until) return this.#release('time');
    const before = this.#held;
    this.#held = deletion;
    if (before === undefined) return { kind: 'held', until, news: 'first' };
    const isSame = before.names === deletion.names && before.of === deletion.of;
    return { kind: 'held', until, news: isSame ? undefined : 'numbers' };
  }

  /** What was released, or passed, is published: the next deletion is another one. */
  notePublished(): void {
    this.#heldSince = undefined;
    this.#held = undefined;
    this.#released = undefined;
  }

  #isTooMuch({ names, of }: Deletion): boolean {
    return of > 0 && names > alwaysAllowedNames && names * 100 > of * this.#options.percent;
  }

  /** Until it is published it stays released: an edge that is away shall not make it wait anew. */
  #release(by: Release): Verdict {
    const isNews = this.#released === undefined;
    this.#released = by;
    return { kind: 'pass', released: isNews ? by : undefined };
  }
}
