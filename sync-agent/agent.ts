/**
 * The agent: observes a cluster, computes its records, publishes what changed while it leads.
 *
 *     observer ──changes──▶ snapshot ◀──asks── term, while it leads ──▶ edge
 *                              ◀──asks── standby, while another leads
 *
 * Everybody observes from the beginning, so that who takes over can publish at once. Nothing is published before every
 * list was seen whole. In the end the watches stop, then a write that is under way, and the Lease is given back last.
 */
import type { ClusterId } from '../zone/cluster-id.ts';
import type { Tell } from './agent-events.ts';
import type { AgentStatus } from './agent-status.ts';
import type { Problem } from './cluster.ts';
import { ComputedSnapshot } from './computed-snapshot.ts';
import { type DeletionGuardOptions, defaultDeletionGuard } from './guard/deletion-guard.ts';
import { type Clock, systemClock } from './kube/clock.ts';
import type { KubeApi } from './kube/connection.ts';
import { findIdentity } from './kube/identity.ts';
import type { ClusterObserver } from './kube/observer.ts';
import type { Log } from './log.ts';
import { observerOf } from './observation.ts';
import { type ProblemCounts, ProblemLog } from './problem-log.ts';
import type { Edge } from './publish/edge.ts';
import { PublishWindow } from './publish/publish-window.ts';
import type { Published } from './publish/publisher.ts';
import { VisibilityProbe } from './publish/visibility-probe.ts';
import { PublishingTerm } from './publishing-term.ts';
import { Pulse } from './pulse.ts';
import { type NameOptions, type Selection, snapshotOptionsOf } from './selection.ts';
import { writeSignal } from './write-signal.ts';

/** Who decides when this agent publishes (leader/elector.ts). */
export interface Leadership {
  /** Whether it leads at this moment. */
  readonly isLeading: boolean;
  /**
   * Calls `lead` for each term; its signal aborts when the term is over. Resolves when `signal` has aborted, or `lead` has
   * resolved by itself; in the end it waits for `lead` before it lets others begin.
   */
  run(lead: (signal: AbortSignal) => Promise<void>, signal: AbortSignal): Promise<void>;
}

export interface AgentOptions {
  readonly cluster: ClusterId;
  readonly selection: Selection;
  readonly names: NameOptions;
  readonly publishIntervalMilliseconds: number;
  readonly guard?: DeletionGuardOptions;
  /** The shortest time between two probes of when a change is answered at the edge; undefined for none. */
  readonly visibilityProbeMilliseconds?: number | undefined;
  /** Publishes once and ends. */
  readonly once?: boolean;
  readonly api: KubeApi;
  readonly edge: Edge;
  /** Without it this agent always leads. */
  readonly leadership?: Leadership | undefined;
  readonly log: Log;
  readonly tell?: Tell;
  /** Called once, at the start, with what tells at any time how the agent stands. Not called if it is over at once. */
  readonly onStatus?: (status: () => AgentStatus) => void;
  /** All that cannot become records, after each time that it was computed, while this agent leads. */
  readonly onProblems?: (problems: readonly Problem[]) => void;
  /** After each snapshot that the edge has stored, with the counts of what could not become records for it. */
  readonly onPublished?: (published: Published, problems: ProblemCounts) => void;
  /** Once, when a snapshot is stored and no watch can be refused any more: from now on changes follow. */
  readonly onReady?: () => void;
  /** Gives up when the cluster cannot be reached at the start, instead of trying on. */
  readonly failFast?: boolean;
  /** How long a watch may be silent before it is taken for dead; real, whatever the clock says. */
  readonly inactivityMilliseconds?: number;
  /** Instead of the machine's own, for tests. */
  readonly clock?: Clock;
  /** In [0, 1), as Math.random. */
  readonly random?: () => number;
}

const heartbeatMilliseconds = 4 * 60 * 1000;
const watchPollMilliseconds = 20;

const alwaysLeading: Leadership = { isLeading: true, run: (lead, signal) => lead(signal) };

/**
 * Resolves when the signal aborts and nothing of it goes on. Rejects with KubeError when the agent cannot start and
 * trying on is no use; with `once`, also with PublishRefusedError or DeletionHeldError.
 */
export async function runAgent(options: AgentOptions, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Agent(options, signal).run();
}

interface Leading {
  readonly term: PublishingTerm;
  readonly pulse: Pulse;
  readonly window: PublishWindow;
}

class Agent {
  readonly #options: AgentOptions & Required<Pick<AgentOptions, 'clock' | 'random' | 'tell'>>;
  readonly #leadership: Leadership;
  readonly #observer: ClusterObserver;
  readonly #snapshot: ComputedSnapshot;
  readonly #problems: ProblemLog;
  readonly #probe: VisibilityProbe;
  /** Aborts when it is told to end, has failed, or has nothing more to do. */
  readonly #ending: AbortSignal;
  readonly #over = new AbortController();
  readonly #standbyPulse: Pulse;
  readonly #firstPublish = Promise.withResolvers<void>();
  /** Of the term and of standing by, each with its own pace. */
  readonly #windows = new Set<PublishWindow>();
  #leading: Leading | undefined;
  #observing: Promise<void> | undefined;
  #identity: Promise<string | undefined> | undefined;
  #publishedAt: number | undefined;
  #failure: unknown;

  constructor(options: AgentOptions, signal: AbortSignal) {
    const { clock = systemClock, random = Math.random, tell = () => {}, leadership = alwaysLeading } = options;
    const { cluster, edge, selection, names, log, failFast = false, visibilityProbeMilliseconds } = options;
    this.#options = { ...options, clock, random, tell };
    this.#leadership = leadership;
    this.#ending = AbortSignal.any([signal, this.#over.signal]);
    this.#standbyPulse = new Pulse(clock);
    this.#problems = new ProblemLog(log);
    this.#probe = new VisibilityProbe({ cluster, edge, clock, intervalMilliseconds: visibilityProbeMilliseconds });
    this.#observer = observerOf({
      ...this.#options,
      failFast,
      onChange: () => this.#noteChange(),
      onFailed: (error) => this.#fail(error),
    });
    this.#snapshot = new ComputedSnapshot({
      observer: this.#observer,
      names: snapshotOptionsOf(selection, names),
      clock,
      onProblems: (problems) => this.#noteProblems(problems),
    });
  }

  async run(): Promise<void> {
    const { api, random, log, onStatus } = this.#options;
    onStatus?.(() => this.#status());
    this.#observing = this.#observer.run(this.#ending);
    this.#identity = findIdentity({ api, clock: this.#standbyPulse, random, log }, this.#ending);
    const parts = [
      this.#observing,
      this.#leadership.run((term) => this.#lead(term), this.#ending).then(() => this.#over.abort()),
      this.#standBy(),
      this.#tellReady(),
    ];
    // The first to fail ends the others.
    for (const part of parts) part.catch((error: unknown) => this.#fail(error));
    await Promise.allSettled(parts);
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** What comes while it ends is not why it ends. */
  #fail(error: unknown): void {
    if (this.#ending.aborted) return;
    this.#failure = error;
    this.#over.abort();
  }

  #noteChange(): void {
    this.#snapshot.noteChange();
    for (const window of this.#windows) window.noteChange();
    this.#options.tell({ kind: 'change-noted' });
  }

  #noteProblems(problems: readonly Problem[]): void {
    this.#problems.report(problems);
    if (this.#leading !== undefined) this.#options.onProblems?.(problems);
  }

  /** One term. Watches are closed before it resolves at the end, so that they are before the Lease is given back. */
  async #lead(holding: AbortSignal): Promise<void> {
    const over = new AbortController();
    try {
      const identity = await Promise.race([this.#identity, aborted(holding, over.signal)]);
      if (holding.aborted) return;
      const pulse = new Pulse(this.#options.clock);
      const window = this.#openWindow(pulse);
      const term = this.#term(identity, pulse, window);
      this.#leading = { term, pulse, window };
      await term.run(holding, writeSignal(holding, this.#ending, over.signal, this.#options.clock));
    } finally {
      over.abort();
      if (this.#leading !== undefined) this.#windows.delete(this.#leading.window);
      this.#leading = undefined;
      if (this.#ending.aborted) await this.#observing?.catch(() => {});
    }
  }

  #term(identity: string | undefined, clock: Clock, window: PublishWindow): PublishingTerm {
    const { guard = defaultDeletionGuard, once = false } = this.#options;
    return new PublishingTerm({
      ...this.#options,
      identity,
      observer: this.#observer,
      snapshot: this.#snapshot,
      probe: this.#probe,
      guard,
      once,
      clock,
      window,
      mayWrite: () => this.#leadership.isLeading,
      onPublished: (published) => this.#notePublished(published),
    });
  }

  /** Keeps the snapshot computed while another leads, so that a term can begin with it. */
  async #standBy(): Promise<void> {
    const { tell, clock } = this.#options;
    if (this.#leadership === alwaysLeading) return;
    const window = this.#openWindow(this.#standbyPulse);
    while (!this.#ending.aborted) {
      await window.next(this.#ending);
      if (this.#ending.aborted || this.#leading !== undefined || !this.#observer.synced) continue;
      const startedAt = clock.steadyNow();
      const { changes, notedAt = startedAt } = this.#snapshot.update();
      this.#snapshot.balance.notePublished();
      window.notePublished();
      const seconds = (clock.steadyNow() - startedAt) / 1000;
      // Whether the image is another one is not looked at.
      const waitedSeconds = (startedAt - notedAt) / 1000;
      if (changes > 0) tell({ kind: 'computed', changes, waitedSeconds, seconds, result: 'changed' });
    }
  }

  #openWindow(clock: Clock): PublishWindow {
    const { publishIntervalMilliseconds: intervalMilliseconds } = this.#options;
    const window = new PublishWindow({ intervalMilliseconds, heartbeatMilliseconds, clock });
    this.#windows.add(window);
    return window;
  }

  #notePublished(published: Published): void {
    this.#publishedAt = this.#options.clock.steadyNow();
    this.#options.onPublished?.(published, this.#problems.counts);
    this.#firstPublish.resolve();
  }

  async #tellReady(): Promise<void> {
    const { clock, onReady } = this.#options;
    this.#ending.addEventListener('abort', () => this.#firstPublish.resolve(), { once: true });
    await this.#firstPublish.promise;
    while (!this.#ending.aborted && !this.#observer.isWatching) await clock.sleep(watchPollMilliseconds, this.#ending);
    if (!this.#ending.aborted) onReady?.();
  }

  #status(): AgentStatus {
    return {
      watches: this.#observer.watches,
      isSynced: this.#observer.synced,
      isLeading: this.#leadership === alwaysLeading || this.#leading !== undefined,
      unpublishedSince: this.#leading?.term.unpublishedSince,
      publishedAt: this.#publishedAt,
      heldSince: this.#leading?.term.heldSince,
      isEnding: this.#ending.aborted,
      loopAt: (this.#leading?.pulse ?? this.#standbyPulse).at,
      waitingChanges: this.#observer.changeCount,
    };
  }
}

/** Resolves when the signal has aborted; never after `over` has. */
function aborted(signal: AbortSignal, over: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(undefined), { once: true, signal: over });
  });
}
