/**
 * A supplement that would lose most of what it tells is held back, as a snapshot is that would lose most of its names: an API
 * server that lists no EndpointSlices, and all Services, leaves most names where they are.
 */
import {
  type Deletion,
  DeletionGuard,
  type DeletionGuardOptions,
  type Moment,
  type Release,
} from '../guard/deletion-guard.ts';
import { heldText, releasedText } from '../guard/deletion-text.ts';
import { NameBalance } from '../guard/name-balance.ts';
import type { Log } from '../log.ts';
import type { Amounts } from './source.ts';

export class SupplementGuard {
  readonly #options: DeletionGuardOptions;
  readonly #guard: DeletionGuard;
  readonly #log: Log;
  /** Of what is told, in the place of names. */
  readonly #balance = new NameBalance();
  #known: Amounts = new Map();
  /** Whether somebody, or time, has allowed a deletion of names that is seen with the next amounts. */
  #isReleased = false;
  #toldUntil: number | undefined;

  constructor(options: DeletionGuardOptions, log: Log) {
    this.#options = options;
    this.#guard = new DeletionGuard(options);
    this.#log = log;
  }

  /** Names may vanish, and what vanishes with them. */
  noteReleased(): void {
    this.#isReleased = true;
  }

  /** Whether a supplement with these amounts has to wait. */
  holdsBack(amounts: Amounts, moment: Moment): boolean {
    this.#take(amounts);
    if (this.#isReleased) this.#startAnew();
    const { now } = moment;
    if (this.#guard.heldSince === undefined) this.#balance.forget(now - this.#options.holdMilliseconds);
    const deletion = { names: this.#balance.vanishing, of: this.#balance.publishedNames };
    const verdict = this.#guard.judge(deletion, () => this.#balance.vanishingByGroup(), moment);
    const told = this.#toldUntil;
    this.#toldUntil = verdict.kind === 'held' ? verdict.until : undefined;
    if (verdict.kind === 'pass') this.#tellReleased(deletion, verdict.released);
    else if (told !== verdict.until) {
      this.#log.warn(heldText(deletion, verdict.until, now, 'endpoints'), factsOf(deletion));
    }
    return verdict.kind === 'held';
  }

  /** The supplement of the last amounts is published. `now` is on the steady clock. */
  notePublished(now: number): void {
    const isOver = this.#balance.publishedNames === 0 || !this.#guard.isOn || this.#guard.released !== undefined;
    if (isOver) this.#balance.startAnew();
    else this.#balance.notePublished(now);
    this.#guard.notePublished();
  }

  #take(amounts: Amounts): void {
    for (const key of new Set([...this.#known.keys(), ...amounts.keys()])) {
      const growth = (amounts.get(key) ?? 0) - (this.#known.get(key) ?? 0);
      if (growth !== 0) this.#balance.note({ key, growth });
    }
    this.#known = amounts;
  }

  #startAnew(): void {
    this.#isReleased = false;
    this.#balance.startAnew();
    this.#guard.notePublished();
  }

  #tellReleased(deletion: Deletion, by: Release | undefined): void {
    if (by === undefined) return;
    this.#log.warn(releasedText(deletion, by, 'endpoints'), factsOf(deletion));
  }
}

function factsOf({ names: endpoints, of }: Deletion): { readonly endpoints: number; readonly of: number } {
  return { endpoints, of };
}
