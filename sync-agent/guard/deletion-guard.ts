/**
 * The deletion guard: a snapshot that would take away a large share of the published names is more likely a fault than a
 * wish. It is held back until the names are there again, somebody allows it, or it has stayed for long.
 *
 *     within bounds ──▶ pass
 *     too much      ──▶ held ──▶ all names but a few are there again: released by 'recovery'
 *                       ▲ │ └──▶ seen to stay for long enough: released by 'time'
 *                       └─┘ other names would vanish too: the time begins anew
 *                                (allowed from the beginning: released by 'flag')
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

/** When a deletion is judged. Both are on the steady clock, in milliseconds. */
export interface Moment {
  readonly now: number;
  /** The moment up to which all watches are known to have been alive. */
  readonly aliveAt: number;
}

export type Release = 'time' | 'flag' | 'recovery';

export type Verdict =
  /** `released` once, when something is not held back any more, or would have been. */
  | { readonly kind: 'pass'; readonly released: Release | undefined }
  /** It passes at the first sign of life from `until` on. */
  | { readonly kind: 'held'; readonly until: number };

/** What is held back, or released and not published yet. */
interface Hold {
  readonly since: number;
  /** How many names of each group would vanish when it began. */
  readonly byGroup: ReadonlyMap<string, number>;
  release: 'time' | 'flag' | undefined;
}

/** So few names come and go in every small cluster, and may be missing where the others are there again. */
const alwaysAllowedNames = 10;
/** A hold is for the deletion with which it began, and for so much more, in percent of that. */
const maxGrowthPercent = 10;

export class DeletionGuard {
  readonly #options: DeletionGuardOptions;
  #hold: Hold | undefined;

  constructor(options: DeletionGuardOptions) {
    this.#options = options;
  }

  /** Whether a comparison can ever hold something back. */
  get isOn(): boolean {
    return this.#options.percent < 100 && !this.#options.allowsDeletions;
  }

  /** On the steady clock; undefined when nothing is held back. */
  get heldSince(): number | undefined {
    return this.#hold?.release === undefined ? this.#hold?.since : undefined;
  }

  /** What `release` says of a deletion that may be published and is not yet. */
  get released(): Release | undefined {
    return this.#hold?.release;
  }

  /** Whether it would be held back, were it judged for the first time. */
  isTooMuch({ names, of }: Deletion): boolean {
    return of > 0 && names > alwaysAllowedNames && names * 100 > of * this.#options.percent;
  }

  /** What is to become of a snapshot with this deletion. `byGroup` tells how many names of each group would vanish. */
  judge(deletion: Deletion, byGroup: () => ReadonlyMap<string, number>, { now, aliveAt }: Moment): Verdict {
    if (this.#isWithinBounds(deletion)) {
      const wasHeld = this.heldSince !== undefined;
      this.#hold = undefined;
      return { kind: 'pass', released: wasHeld ? 'recovery' : undefined };
    }
    const hold = this.#holdOf(byGroup(), now);
    if (hold.release !== undefined) return { kind: 'pass', released: undefined };
    const until = hold.since + this.#options.holdMilliseconds;
    // Time does not confirm a deletion that nobody has looked at meanwhile.
    if (this.#options.allowsDeletions) hold.release = 'flag';
    else if (aliveAt >= until) hold.release = 'time';
    return hold.release === undefined ? { kind: 'held', until } : { kind: 'pass', released: hold.release };
  }

  /** What was released, or passed, is published: the next deletion is another one. */
  notePublished(): void {
    this.#hold = undefined;
  }

  /** Nobody would publish now; but names that are there again are not held back any more. */
  noteUnjudged(deletion: Deletion): void {
    if (this.#isWithinBounds(deletion)) this.#hold = undefined;
  }

  /** What comes back comes in parts: with half of it the rest is not there again yet. */
  #isWithinBounds(deletion: Deletion): boolean {
    return this.heldSince === undefined ? !this.isTooMuch(deletion) : deletion.names <= alwaysAllowedNames;
  }

  /** The hold that there is, released or not; another one where much more would vanish than what that was for. */
  #holdOf(byGroup: ReadonlyMap<string, number>, now: number): Hold {
    if (this.#hold === undefined || hasGrown(this.#hold.byGroup, byGroup)) {
      this.#hold = { since: now, byGroup, release: undefined };
    }
    return this.#hold;
  }
}

function hasGrown(before: ReadonlyMap<string, number>, now: ReadonlyMap<string, number>): boolean {
  let growth = 0;
  for (const [key, names] of now) growth += Math.max(0, names - (before.get(key) ?? 0));
  const names = [...before.values()].reduce((sum, value) => sum + value, 0);
  return growth * 100 > names * maxGrowthPercent;
}
