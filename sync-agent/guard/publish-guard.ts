/**
 * Stands before every publish of an agent, in whichever of its terms: waits for a view that is new enough, asks the
 * deletion guard, says what it says, and remembers what was published.
 */
import { namesByGroup } from '../../zone/image/count.ts';
import type { Manifest, Version } from '../../zone/manifest.ts';
import type { Tell } from '../agent-events.ts';
import type { WatchStatus } from '../agent-status.ts';
import type { Clock } from '../kube/clock.ts';
import type { Log } from '../log.ts';
import type { StoredAtEdge } from '../stored-at-edge.ts';
import { type Deletion, DeletionGuard, type DeletionGuardOptions, type Release } from './deletion-guard.ts';
import { heldText, refusedText, releasedText } from './deletion-text.ts';
import { brokenMilliseconds, isHalfSeen } from './half-seen.ts';
import type { NameBalance } from './name-balance.ts';
import { NewerView } from './newer-view.ts';

export interface PublishGuardOptions {
  readonly guard: DeletionGuardOptions;
  readonly balance: NameBalance;
  /** What would be held back is an error. */
  readonly once: boolean;
  readonly clock: Clock;
  readonly log: Log;
  readonly tell: Tell;
}

/** An agent that publishes once does not wait for the names to come back. */
export class DeletionHeldError extends Error {
  readonly code = 'DELETION_HELD';

  constructor(message: string) {
    super(message);
    this.name = 'DeletionHeldError';
  }
}

/** How an agent sees the cluster. */
export interface View {
  /** The moment up to which all watches are known to have been alive, on the steady clock. */
  readonly aliveAt: number;
  /** As in Manifest: the same moment as it is to be published. */
  readonly generatedAt: number;
  readonly watches: ReadonlyMap<string, WatchStatus>;
}

/** A watch that has broken is soon there again, and one that is well soon gives a sign of life. */
const soonMilliseconds = 1000;
/** A hold that is over is looked at so often, until a sign of life has come since. */
const lookAgainMilliseconds = 10_000;

const noNames: ReadonlyMap<string, number> = new Map();

export class PublishGuard {
  readonly #options: PublishGuardOptions;
  readonly #guard: DeletionGuard;
  #newerView: NewerView;
  /** What was published last. */
  #published: Version | undefined;
  /** What was said last of what is held back. */
  #told: (Deletion & { readonly until: number }) | undefined;

  constructor(options: PublishGuardOptions) {
    this.#options = options;
    this.#guard = new DeletionGuard(options.guard);
    this.#newerView = new NewerView(undefined, options.log);
  }

  /** Whether it can ever hold something back. */
  get isOn(): boolean {
    return this.#guard.isOn;
  }

  /** As in AgentStatus. */
  get heldSince(): number | undefined {
    return this.#guard.heldSince;
  }

  /** Whether what would be held back may be published, and is not yet. */
  get isReleased(): boolean {
    return this.#guard.released !== undefined;
  }

  /** What was held back when somebody last asked. */
  get held(): Deletion | undefined {
    return this.#told;
  }

  /**
   * Begins a term. Where something else is stored than this agent published last, names that are stored there are those
   * that could vanish. `image` is the snapshot as it is known.
   */
  begin({ manifest, names = noNames }: StoredAtEdge, image: Uint8Array): void {
    const { balance, log } = this.#options;
    const isOwn = this.#published !== undefined && isSame(this.#published, manifest);
    this.#told = undefined;
    this.#newerView = new NewerView(isOwn ? undefined : manifest?.generatedAt, log);
    if (!isOwn) balance.startFrom(names, namesByGroup(image));
  }

  /**
   * When to ask again, on the steady clock; undefined where what is known may be published. Throws DeletionHeldError.
   */
  heldUntil({ aliveAt, generatedAt, watches }: View): number | undefined {
    const { balance, guard, once, clock } = this.#options;
    const now = clock.steadyNow();
    if (this.#newerView.waits(generatedAt)) return now + soonMilliseconds;
    // What is held back is not there again while a part of it may be missing because nobody sees it.
    const latelyMilliseconds = this.heldSince === undefined ? brokenMilliseconds : guard.holdMilliseconds;
    if (this.isOn && balance.hasLost && isHalfSeen(watches, now, latelyMilliseconds)) return now + soonMilliseconds;
    // What is held back stays too much, though a part of it was published long ago.
    if (this.heldSince === undefined) balance.forget(now - guard.holdMilliseconds);
    const deletion: Deletion = { names: balance.vanishing, of: balance.publishedNames };
    const verdict = this.#guard.judge(deletion, () => balance.vanishingByGroup(), { now, aliveAt });
    if (verdict.kind === 'pass') {
      this.#tellReleased(deletion, verdict.released);
      return undefined;
    }
    this.#tellHeld(deletion, verdict.until, now);
    if (once) throw new DeletionHeldError(refusedText(deletion));
    return Math.max(verdict.until, now + lookAgainMilliseconds);
  }

  /** What is known is published. A deletion that was released is over: it does not add to the next one. */
  notePublished(manifest: Manifest): void {
    const { balance, clock } = this.#options;
    const isFirst = balance.publishedNames === 0;
    if (isFirst || !this.isOn || this.#guard.released !== undefined) balance.startAnew();
    else balance.notePublished(clock.steadyNow());
    this.#guard.notePublished();
    this.#published = manifest;
  }

  /** Another agent leads: only whether the names are there again is looked at. */
  noteStandingBy(): void {
    const { balance } = this.#options;
    this.#guard.noteUnjudged({ names: balance.vanishing, of: balance.publishedNames });
  }

  #tellReleased(deletion: Deletion, released: Release | undefined): void {
    const { log, tell } = this.#options;
    this.#told = undefined;
    if (released === undefined) return;
    log.warn(releasedText(deletion, released), { ...deletion });
    tell({ kind: 'released', by: released });
  }

  #tellHeld(deletion: Deletion, until: number, now: number): void {
    const { log, tell, once } = this.#options;
    const { names, of } = deletion;
    const told = this.#told;
    this.#told = { names, of, until };
    if (told?.names !== names || told.of !== of) tell({ kind: 'held-back', names, of });
    if (told?.until !== until && !once) log.warn(heldText(deletion, until, now), { names, of });
  }
}

function isSame(a: Version, b: Version | undefined): boolean {
  return a.epoch === b?.epoch && a.serial === b.serial;
}
