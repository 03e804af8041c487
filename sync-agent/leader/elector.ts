/**
 * Leads while it holds a Lease, and only then; any number of times.
 *
 *     stands by ──▶ nobody else holds it ──▶ leads, renews ──▶ told to end ──▶ gives it back
 *         ▲                                      │
 *         └── what it led has settled ◀── lost: not renewed in time, or somebody else holds it
 *
 * Leading ends at the renew deadline by the steady clock, counted from before the last renewal that succeeded was sent,
 * whatever hangs: before anybody else may begin (election.ts). A machine that is suspended may stop that clock too; that
 * a late writer then does no harm is for the edge to see, which takes nothing of an older epoch.
 */
import type { Tell } from '../agent-events.ts';
import { KubeError } from '../kube/error.ts';
import type { Facts, Log } from '../log.ts';
import { Candidacy, type CandidacyOptions } from './candidacy.ts';
import { leaseProblems, retryJitter } from './election.ts';
import type { Lead, Leadership, TermEnd } from './leadership.ts';

export interface ElectorOptions extends CandidacyOptions {
  /** In [0, 1), as Math.random. */
  readonly random: () => number;
  readonly log: Log;
  readonly tell: Tell;
  /** A Lease that another one holds and renews is an error, instead of waited for. */
  readonly givesUpWhenHeld?: boolean;
}

/** Another one leads, and goes on. */
export class LeaseHeldError extends Error {
  readonly code = 'LEASE_HELD';

  constructor(message: string) {
    super(message);
    this.name = 'LeaseHeldError';
  }
}

/** A time in which it leads. */
interface Term {
  /** Aborts when it is over. */
  readonly signal: AbortSignal;
  end(why: string): void;
}

export class Elector implements Leadership {
  readonly isElected = true;
  readonly #options: ElectorOptions;
  readonly #candidacy: Candidacy;
  #toldHolder: string | undefined;
  #toldFailure: string | undefined;

  /** Throws RangeError for settings that cannot be used. */
  constructor(options: ElectorOptions) {
    const problems = leaseProblems(options.lease);
    if (problems.length > 0) throw new RangeError(problems.join('; '));
    this.#options = options;
    this.#candidacy = new Candidacy(options);
  }

  /** Whether it leads at this moment. To be asked before each write: a timer that should have told may be late. */
  get isLeading(): boolean {
    return this.#candidacy.isHeld;
  }

  /** The deadline of its renewals. */
  get leadsUntil(): number {
    return this.#candidacy.heldUntil;
  }

  get leaderSeenAt(): number | undefined {
    return this.#candidacy.leaderSeenAt;
  }

  /** Who held the Lease when it was seen last; undefined when nobody did. */
  get holder(): string | undefined {
    return this.#candidacy.record?.holder;
  }

  /**
   * Stands by, calls `lead` for each term, waits until it has settled before anything else, and gives the Lease back in
   * the end. While it is not fit to lead, it only looks who does. After a term that was given up it leaves the Lease to others for its duration. Resolves when `signal` has
   * aborted, or `lead` is done; rejects with what `lead` rejects with, but for the reason of its own signal, and with
   * LeaseHeldError where it is to give up.
   */
  async run(lead: Lead, signal: AbortSignal, isFit: () => boolean): Promise<void> {
    const { clock, lease } = this.#options;
    try {
      while (await this.#standBy(signal, isFit)) {
        const end = await this.#leadOnce(lead, signal);
        if (end === 'done') return;
        if (end === undefined) continue;
        await this.#giveBack();
        await clock.sleep(lease.durationMilliseconds, signal);
      }
    } finally {
      await this.#giveBack();
    }
  }

  /** Resolves to whether it leads; it does not when the signal has aborted. */
  async #standBy(signal: AbortSignal, isFit: () => boolean): Promise<boolean> {
    const { clock, random, lease } = this.#options;
    let firstSeenAt: number | undefined;
    while (!signal.aborted) {
      await this.#try(signal, () => (isFit() ? this.#candidacy.take(signal) : this.#candidacy.look(signal)));
      if (signal.aborted) return false;
      if (this.isLeading) return true;
      this.#tellHolder();
      firstSeenAt ??= this.leaderSeenAt;
      this.#giveUpIfHeldSince(firstSeenAt);
      const spread = 1 + (retryJitter - 1) * random();
      await clock.sleep(lease.retryMilliseconds * spread, signal);
    }
    return false;
  }

  /** One that died is not seen to renew the Lease, and is waited for. */
  #giveUpIfHeldSince(firstSeenAt: number | undefined): void {
    const { lease, givesUpWhenHeld = false } = this.#options;
    const { holder, leaderSeenAt } = this;
    if (!givesUpWhenHeld || firstSeenAt === undefined || leaderSeenAt === undefined) return;
    if (leaderSeenAt - firstSeenAt < lease.durationMilliseconds) return;
    const advice = 'it publishes this cluster already; stop it first if this agent is to publish';
    throw new LeaseHeldError(`${holder} holds the Lease ${this.#title} and goes on renewing it: ${advice}`);
  }

  /** Resolves to how `lead` ended by itself; undefined when its term was over before. */
  async #leadOnce(lead: Lead, signal: AbortSignal): Promise<TermEnd | undefined> {
    const ended = new AbortController();
    const term: Term = {
      signal: AbortSignal.any([signal, ended.signal]),
      end: (why) => ended.abort(new Error(why)),
    };
    this.#tellBeginning();
    term.signal.addEventListener('abort', () => this.#tellEnd(signal), { once: true });
    let end: TermEnd | undefined;
    const leading = async (): Promise<void> => {
      try {
        const ending = await lead(term.signal);
        if (!term.signal.aborted) end = ending;
      } catch (error) {
        if (!term.signal.aborted || error !== term.signal.reason) throw error;
      }
      term.end('it is done');
    };
    const parts = [leading(), this.#renew(term), this.#expire(term)];
    for (const part of parts) part.catch(() => term.end('it has failed'));
    await Promise.allSettled(parts);
    await Promise.all(parts);
    return end;
  }

  async #renew(term: Term): Promise<void> {
    const { clock, lease } = this.#options;
    while (!term.signal.aborted) {
      await clock.sleep(lease.retryMilliseconds, term.signal);
      if (term.signal.aborted || !this.isLeading) continue;
      const isHeld = await this.#try(term.signal, () => this.#candidacy.renew(term.signal));
      if (isHeld === false && !term.signal.aborted)
        this.#lose(term, `${this.holder ?? 'somebody else'} holds the Lease`);
    }
  }

  /** Ends the term at its deadline, whatever a request does. */
  async #expire(term: Term): Promise<void> {
    const { clock } = this.#options;
    while (!term.signal.aborted) {
      const left = this.#candidacy.heldUntil - clock.steadyNow();
      if (left > 0) await clock.sleep(left, term.signal);
      else this.#lose(term, 'the Lease was not renewed in time');
    }
  }

  #lose(term: Term, why: string): void {
    const { log } = this.#options;
    this.#candidacy.drop();
    const cause = this.#toldFailure === undefined ? '' : ` (${this.#toldFailure})`;
    log.warn(`leads no more: ${why}${cause}`, this.#facts());
    term.end(why);
  }

  async #giveBack(): Promise<void> {
    const { log } = this.#options;
    try {
      if (await this.#candidacy.giveBack()) log.info(`gave back the Lease ${this.#title}`, this.#facts());
    } catch (error) {
      if (!(error instanceof KubeError)) throw error;
      const line = `could not give back the Lease ${this.#title}, others wait until it ends: ${error.message}`;
      log.warn(line, { ...this.#facts(), code: error.code });
    }
  }

  /** Undefined when it failed, which is told once as long as it fails in the same way. */
  async #try<T>(signal: AbortSignal, attempt: () => Promise<T>): Promise<T | undefined> {
    try {
      const result = await attempt();
      this.#noteWell();
      return result;
    } catch (error) {
      if (signal.aborted) return undefined;
      if (!(error instanceof KubeError)) throw error;
      this.#noteFailure(error);
      return undefined;
    }
  }

  #noteWell(): void {
    const { log } = this.#options;
    if (this.#toldFailure !== undefined) log.info(`the Lease ${this.#title} can be used again`, this.#facts());
    this.#toldFailure = undefined;
  }

  #noteFailure({ code, message, permanent }: KubeError): void {
    const { log } = this.#options;
    // Another candidate was faster: nothing is wrong.
    if (code === 'CONFLICT' || message === this.#toldFailure) return;
    this.#toldFailure = message;
    const line = `the Lease ${this.#title}: ${message}; it is tried again`;
    const facts = { ...this.#facts(), code };
    if (permanent) log.error(line, facts);
    else log.warn(line, facts);
  }

  #tellHolder(): void {
    const { log, lease } = this.#options;
    const { holder } = this;
    if (holder === undefined || holder === lease.identity || holder === this.#toldHolder) return;
    this.#toldHolder = holder;
    log.info(`stands by: ${holder} leads`, { lease: this.#title, holder });
  }

  #tellBeginning(): void {
    const { log, tell } = this.#options;
    this.#toldHolder = undefined;
    const transitions = this.#candidacy.record?.transitions ?? 0;
    log.info(`leads: holds the Lease ${this.#title}`, { ...this.#facts(), transitions });
    tell({ kind: 'leading', isLeading: true });
  }

  #tellEnd(signal: AbortSignal): void {
    const { log, tell } = this.#options;
    if (signal.aborted) log.info('leads no more: it was told to end', this.#facts());
    tell({ kind: 'leading', isLeading: false });
  }

  #facts(): Facts {
    return { lease: this.#title, identity: this.#options.lease.identity };
  }

  get #title(): string {
    const { namespace, name } = this.#options.lease;
    return `${namespace}/${name}`;
  }
}
