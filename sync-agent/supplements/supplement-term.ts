/**
 * Publishes a supplement while this agent leads. What it is made of is taken in the moment in which a snapshot of the same
 * passes the deletion guard, and it is sent when that is stored; so nothing is published of a view that is held back. One
 * that would lose most of what it tells, though the snapshot does not, is held back by itself.
 *
 *     change, or heartbeat ──▶ asks for a snapshot ──▶ passes: taken ──▶ stored ──▶ lines ──▶ published, if it is another
 *
 * Snapshots wait for none of it, and what goes wrong with it ends nothing else.
 */
import type { ClusterId } from '../../zone/cluster-id.ts';
import { supplementLimits } from '../../zone/supplement/supplement.ts';
import type { Clock } from '../kube/clock.ts';
import type { Log } from '../log.ts';
import { type SupplementBody, supplementBody } from './body.ts';
import type { Amounts, SupplementForms, SupplementSource } from './source.ts';
import type { SupplementEdge } from './supplement-edge.ts';
import type { SupplementGuard } from './supplement-guard.ts';

export interface SupplementTermOptions {
  readonly cluster: ClusterId;
  readonly source: Pick<SupplementSource, 'kind' | 'intervalMilliseconds' | 'heartbeatMilliseconds'>;
  readonly edge: SupplementEdge;
  /** What there is at this moment. */
  readonly take: () => SupplementForms;
  /** Undefined where nothing is held back for what it would lose. */
  readonly guarded?: { readonly guard: SupplementGuard; readonly amounts: () => Amounts } | undefined;
  /** Lets what is seen be judged before long, though it may make no other snapshot. */
  readonly askForSnapshot: () => void;
  /** Whether it still may write, asked before each attempt. */
  readonly mayWrite: () => boolean;
  readonly clock: Clock;
  readonly log: Log;
}

/** The moment up to which all watches are known to have been alive: on the steady clock, and as it is told. */
export interface SeenUntil {
  readonly aliveAt: number;
  readonly generatedAt: number;
}

/** A view that has passed the deletion guard. */
export interface Passed extends SeenUntil {
  /** Whether it would not have, had nobody allowed it, or had it not stayed for so long. */
  readonly isReleased?: boolean;
}

interface Taken extends SeenUntil {
  /** When, on the steady clock. */
  readonly at: number;
  readonly forms: SupplementForms;
}

/** After failures the next attempt comes later each time, up to this. */
const maxPauseMilliseconds = 4 * 60 * 1000;
/** Watches of another agent may have shown that they are alive a little later than this one's. */
const maxBehindMilliseconds = 5 * 60 * 1000;

export class SupplementTerm {
  readonly #options: SupplementTermOptions;
  /** Whether something is not taken yet. */
  #hasChanged = true;
  #takenAt = Number.NEGATIVE_INFINITY;
  /** It has passed the guard. */
  #passed: Taken | undefined;
  /** A snapshot of it is stored. */
  #ready: Taken | undefined;
  /** What the edge has, as far as this term knows. */
  #stored: (Pick<Taken, 'at' | 'aliveAt'> & { readonly textHash: string }) | undefined;
  /** Of the last attempt. */
  #generatedAt = 0;
  /** When that was generated which another agent has stored. */
  #storedByOthers = 0;
  #failures = 0;
  #isPublishing = false;
  /** What was said last of what goes wrong. */
  #told: string | undefined;
  #wake: () => void = () => {};

  constructor(options: SupplementTermOptions) {
    this.#options = options;
  }

  /** To be told of every change that is observed. */
  noteChange(): void {
    if (this.#hasChanged) return;
    this.#hasChanged = true;
    this.#wake();
  }

  /** What is seen at this moment may be published. */
  notePassed({ aliveAt, generatedAt, isReleased = false }: Passed): void {
    const { clock, take, guarded } = this.#options;
    if (isReleased) guarded?.guard.noteReleased();
    // What is published then is what was judged last.
    if (this.#isPublishing || clock.steadyNow() < this.#dueAt()) return;
    // A heartbeat while no watch shows that it is alive would say nothing.
    if (!this.#hasChanged && this.#stored !== undefined && aliveAt <= this.#stored.aliveAt) return;
    this.#takenAt = clock.steadyNow();
    try {
      if (guarded?.guard.holdsBack(guarded.amounts(), { now: this.#takenAt, aliveAt })) this.#hold();
      else {
        this.#hasChanged = false;
        this.#passed = { forms: take(), at: this.#takenAt, aliveAt, generatedAt };
      }
    } catch (error) {
      this.#fail(reasonOf(error));
    }
  }

  /** The edge has a snapshot of what passed last. */
  noteStored(): void {
    if (this.#passed === undefined) return;
    this.#ready = this.#passed;
    this.#passed = undefined;
    this.#wake();
  }

  /** Resolves when the signal has aborted. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    const { askForSnapshot, source } = this.#options;
    while (!signal.aborted) {
      const untilDue = this.#dueAt() - this.#options.clock.steadyNow();
      if (this.#ready !== undefined) await this.publish(signal);
      else if (untilDue > 0) await this.#sleepUntilWoken(untilDue, signal);
      else {
        askForSnapshot();
        await this.#sleepUntilWoken(source.heartbeatMilliseconds, signal);
      }
    }
  }

  /** Publishes what is ready, if the edge has something else. Never rejects. */
  async publish(signal: AbortSignal): Promise<void> {
    const { kind } = this.#options.source;
    const taken = this.#ready;
    this.#ready = undefined;
    if (taken === undefined) return;
    this.#isPublishing = true;
    try {
      const body = await supplementBody(taken.forms, supplementLimits[kind]);
      if (body === undefined) return this.#tellTooMuch();
      if (signal.aborted) return;
      if (this.#isStored(body, taken)) this.#noteWell();
      else await this.#send(body, taken, signal);
    } catch (error) {
      if (!signal.aborted) this.#fail(reasonOf(error));
    } finally {
      this.#isPublishing = false;
    }
  }

  async #send({ octets: body, lines, textHash }: SupplementBody, taken: Taken, signal: AbortSignal): Promise<void> {
    const { source, cluster, edge, log, mayWrite } = this.#options;
    const { kind } = source;
    if (!mayWrite()) return this.#fail('another agent may be leading');
    // Each attempt is newer than the one before: nobody knows whether one without an answer was stored.
    const generatedAt = Math.max(taken.generatedAt, this.#generatedAt + 1);
    if (generatedAt <= this.#storedByOthers) return this.#waitForNewer(generatedAt);
    this.#generatedAt = generatedAt;
    const isFirst = this.#stored === undefined;
    // What an attempt without an answer leaves at the edge is not known.
    this.#stored = undefined;
    const answer = await edge.putSupplement({ kind, cluster, generatedAt, body }, signal);
    if (answer.kind === 'not-newer') {
      this.#storedByOthers = answer.generatedAt;
      return this.#waitForNewer(generatedAt);
    }
    if (answer.kind !== 'stored') return this.#fail(answer.reason);
    this.#stored = { textHash, at: taken.at, aliveAt: taken.aliveAt };
    const wasWell = this.#noteWell();
    if (isFirst || !wasWell) log.info(`published ${kind}: ${lines} lines, ${body.length} octets, compressed`);
  }

  /** Whether there is nothing to tell the edge: it has the same, and has it lately, or no watch is known to live longer. */
  #isStored({ textHash }: SupplementBody, { at, aliveAt }: Taken): boolean {
    const { heartbeatMilliseconds } = this.#options.source;
    if (this.#stored?.textHash !== textHash) return false;
    return at - this.#stored.at < heartbeatMilliseconds || aliveAt <= this.#stored.aliveAt;
  }

  /** It is looked at again before long; the edge keeps what it has, and that grows older. */
  #hold(): void {
    this.#hasChanged = true;
    this.#passed = undefined;
    this.#ready = undefined;
    this.#wake();
  }

  /** What another agent saw later is not taken away; this one soon sees as much, unless a clock is wrong. */
  #waitForNewer(generatedAt: number): void {
    const { kind } = this.#options.source;
    this.#hasChanged = true;
    if (this.#storedByOthers - generatedAt <= maxBehindMilliseconds) return;
    this.#tell(
      `publishing ${kind} waits: those at the edge are newer by more than five minutes; check the agents' clocks`,
    );
  }

  /** The edge has what was judged last. Whether it was well before. */
  #noteWell(): boolean {
    const wasWell = this.#told === undefined;
    this.#failures = 0;
    this.#told = undefined;
    this.#options.guarded?.guard.notePublished(this.#options.clock.steadyNow());
    return wasWell;
  }

  /** Until there is less, it is not made anew with every change. */
  #tellTooMuch(): void {
    this.#failures += 1;
    const { kind } = this.#options.source;
    this.#tell(`${kind} are not published: all of them are too much for one value; publish fewer with --namespaces`);
  }

  #fail(reason: string): void {
    this.#hasChanged = true;
    this.#failures += 1;
    this.#tell(`publishing ${this.#options.source.kind} failed: ${reason}; it is tried again`);
    this.#wake();
  }

  /** Once while it stays the same. */
  #tell(line: string): void {
    if (line !== this.#told) this.#options.log.warn(line, { cluster: this.#options.cluster });
    this.#told = line;
  }

  /** When what is seen is to be taken again. */
  #dueAt(): number {
    const { intervalMilliseconds, heartbeatMilliseconds } = this.#options.source;
    if (!this.#hasChanged) return this.#takenAt + heartbeatMilliseconds;
    return this.#takenAt + Math.min(intervalMilliseconds * 2 ** this.#failures, maxPauseMilliseconds);
  }

  async #sleepUntilWoken(milliseconds: number, signal: AbortSignal): Promise<void> {
    const woken = new AbortController();
    this.#wake = () => woken.abort();
    await this.#options.clock.sleep(milliseconds, AbortSignal.any([signal, woken.signal]));
    this.#wake = () => {};
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
