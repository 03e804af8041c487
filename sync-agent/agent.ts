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
import type { Manifest } from '../zone/manifest.ts';
import type { AgentEvent, Tell } from './agent-events.ts';
import type { AgentStatus } from './agent-status.ts';
import type { Problem } from './cluster.ts';
import { ComputedSnapshot } from './computed-snapshot.ts';
import { type DeletionGuardOptions, defaultDeletionGuard } from './guard/deletion-guard.ts';
import { PublishGuard } from './guard/publish-guard.ts';
import { type Clock, systemClock } from './kube/clock.ts';
import type { KubeApi } from './kube/connection.ts';
import { ClusterIdentity } from './kube/identity.ts';
import type { ClusterObserver } from './kube/observer.ts';
import { alwaysLeading, type Leadership, type TermEnd } from './leader/leadership.ts';
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
import type { SupplementPublisher } from './supplements/supplement-publisher.ts';
import type { SupplementTerm } from './supplements/supplement-term.ts';
import { isViewAlive, untilFrozen } from './view-liveness.ts';
import { writeSignal } from './write-signal.ts';

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
  /** Values that are published beside the snapshot; nothing is kept for them where there are none. */
  readonly supplements?: readonly SupplementPublisher[];
  /** Without it this agent always leads. */
  readonly leadership?: Leadership | undefined;
  readonly log: Log;
  readonly tell?: Tell;
  /** Called once, at the start, with what tells at any time how the agent stands. Not called if it is over at once. */
  readonly onStatus?: (status: () => AgentStatus) => void;
  /** All that cannot become records, after each time that it was computed, while this agent leads: until `term` aborts. */
  readonly onProblems?: (problems: readonly Problem[], term: AbortSignal) => void;
  /**
   * After each snapshot that the edge has stored, with the counts of what could not become records for it. The image holds
   * until the next call.
   */
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

/**
 * Resolves when the signal aborts and nothing of it goes on. Rejects with KubeError when the agent cannot start and
 * trying on is no use; with `once`, also with PublishRefusedError, DeletionHeldError or LeaseHeldError.
 */
export async function runAgent(options: AgentOptions, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Agent(options, signal).run();
}

interface Leading {
  readonly term: PublishingTerm;
  readonly signal: AbortSignal;
  readonly pulse: Pulse;
  readonly supplements: readonly SupplementTerm[];
}

class Agent {
  readonly #options: AgentOptions & Required<Pick<AgentOptions, 'clock' | 'random' | 'tell'>>;
  readonly #leadership: Leadership;
  readonly #observer: ClusterObserver;
  readonly #snapshot: ComputedSnapshot;
  /** Of all terms: a deletion that is held back is not held back for longer because another term has begun. */
  readonly #guard: PublishGuard;
  readonly #problems: ProblemLog;
  readonly #probe: VisibilityProbe;
  readonly #identity: ClusterIdentity;
  /** Aborts when it is told to end, has failed, or has nothing more to do. */
  readonly #ending: AbortSignal;
  readonly #over = new AbortController();
  readonly #standbyPulse: Pulse;
  readonly #firstPublish = Promise.withResolvers<void>();
  /** Of the term and of standing by, each with its own pace. */
  readonly #windows = new Set<PublishWindow>();
  #leading: Leading | undefined;
  #observing: Promise<void> | undefined;
  #isSynced = false;
  #publishedAt: number | undefined;
  #failure: unknown;

  constructor(options: AgentOptions, signal: AbortSignal) {
    const { clock = systemClock, random = Math.random, tell = () => {}, leadership = alwaysLeading } = options;
    const { cluster, edge, selection, names, log, failFast = false, visibilityProbeMilliseconds } = options;
    this.#options = { ...options, clock, random, tell: (event) => this.#note(event, tell) };
    this.#leadership = leadership;
    this.#ending = AbortSignal.any([signal, this.#over.signal]);
    this.#standbyPulse = new Pulse(clock);
    this.#problems = new ProblemLog(log, clock);
    this.#probe = new VisibilityProbe({ cluster, edge, clock, intervalMilliseconds: visibilityProbeMilliseconds });
    this.#identity = new ClusterIdentity(this.#options);
    this.#observer = observerOf({
      ...this.#options,
      failFast,
      keepsFacts: (options.supplements ?? []).length > 0,
      onChange: () => this.#noteChange(),
      onFacts: () => this.#noteSupplements(),
      onFailed: (error) => this.#fail(error),
    });
    this.#snapshot = new ComputedSnapshot({
      observer: this.#observer,
      names: snapshotOptionsOf(selection, names),
      clock,
      onProblems: (problems) => this.#noteProblems(problems),
    });
    const { guard = defaultDeletionGuard, once = false } = options;
    this.#guard = new PublishGuard({ ...this.#options, guard, once, balance: this.#snapshot.balance });
  }

  async run(): Promise<void> {
    const { onStatus } = this.#options;
    onStatus?.(() => this.#status());
    this.#observing = this.#observer.run(this.#ending);
    const parts = [this.#observing, this.#campaign(), this.#standBy(), this.#tellReady()];
    // The first to fail ends the others.
    for (const part of parts) part.catch((error: unknown) => this.#fail(error));
    await Promise.allSettled(parts);
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** An agent that does not see the cluster leaves the Lease to those that do. */
  async #campaign(): Promise<void> {
    const { clock } = this.#options;
    const isFit = (): boolean => isViewAlive(this.#observer, clock.steadyNow());
    await this.#leadership.run((term) => this.#lead(term), this.#ending, isFit);
    this.#over.abort();
  }

  /** What comes while it ends is not why it ends. */
  #fail(error: unknown): void {
    if (this.#ending.aborted) return;
    this.#failure = error;
    this.#over.abort();
  }

  #note(event: AgentEvent, tell: Tell): void {
    if (mayHaveMoved(event)) this.#identity.doubt();
    if (event.kind === 'found-stored') this.#noteStored(event.manifest);
    tell(event);
  }

  #noteChange(): void {
    const { clock, tell } = this.#options;
    this.#snapshot.noteChange();
    for (const window of this.#windows) window.noteChange();
    this.#noteSupplements();
    tell({ kind: 'change-noted' });
    if (this.#isSynced || !this.#observer.synced) return;
    this.#isSynced = true;
    // Lists that have all come whole are no group of changes of which more may follow.
    for (const window of this.#windows) window.openAt(clock.steadyNow());
  }

  #noteSupplements(): void {
    for (const supplement of this.#leading?.supplements ?? []) supplement.noteChange();
  }

  #noteProblems(problems: readonly Problem[]): void {
    this.#problems.report(problems);
    if (this.#leading !== undefined) this.#options.onProblems?.(problems, this.#leading.signal);
  }

  /** One term. Watches are closed before it resolves at the end, so that they are before the Lease is given back. */
  async #lead(holding: AbortSignal): Promise<TermEnd> {
    const { clock, once = false } = this.#options;
    const over = new AbortController();
    const frozen = new AbortController();
    const pulse = new Pulse(clock);
    const window = this.#openWindow(pulse);
    this.#identity.doubt();
    const supplements = this.#supplementTerms(window);
    let supplementing: Promise<unknown> | undefined;
    try {
      const term = AbortSignal.any([holding, frozen.signal]);
      const publishing = this.#term(pulse, window, supplements);
      this.#leading = { term: publishing, signal: term, pulse, supplements };
      if (this.#leadership.isElected) void this.#endWhenFrozen(frozen, AbortSignal.any([holding, over.signal]));
      const writing = { term, ending: this.#ending, over: over.signal, leadership: this.#leadership, clock };
      const either = AbortSignal.any([term, over.signal]);
      if (!once) supplementing = Promise.all(supplements.map((supplement) => supplement.run(either)));
      await publishing.run(term, writeSignal(writing));
      if (once && !term.aborted) await Promise.all(supplements.map((supplement) => supplement.publish(term)));
      return frozen.signal.aborted ? 'given-up' : 'done';
    } finally {
      over.abort();
      this.#windows.delete(window);
      this.#leading = undefined;
      await supplementing;
      if (this.#ending.aborted) await this.#observing?.catch(() => {});
    }
  }

  /** Another agent may see what this one does not see any more. */
  async #endWhenFrozen(frozen: AbortController, over: AbortSignal): Promise<void> {
    const { clock, log } = this.#options;
    if (!(await untilFrozen(this.#observer, clock, over))) return;
    log.warn('what this agent sees of the cluster has stood still for too long: it lets another one lead');
    frozen.abort();
  }

  #term(clock: Clock, window: PublishWindow, supplements: readonly SupplementTerm[]): PublishingTerm {
    const { once = false } = this.#options;
    return new PublishingTerm({
      ...this.#options,
      findIdentity: (signal) => this.#identity.find(clock, signal),
      onWrongIdentity: () => this.#identity.doubt(),
      observer: this.#observer,
      snapshot: this.#snapshot,
      probe: this.#probe,
      guard: this.#guard,
      once,
      clock,
      window,
      mayWrite: () => this.#leadership.isLeading,
      onPassed: (view) => {
        const isReleased = this.#guard.isReleased;
        for (const supplement of supplements) supplement.notePassed({ ...view, isReleased });
      },
      onStored: () => {
        for (const supplement of supplements) supplement.noteStored();
      },
      onPublished: (published) => this.#notePublished(published),
    });
  }

  #supplementTerms(window: PublishWindow): readonly SupplementTerm[] {
    const { cluster, supplements = [], selection, names, clock, log } = this.#options;
    const { guard: deletions = defaultDeletionGuard } = this.#options;
    const { cluster: observed, facts } = this.#observer;
    if (facts === undefined) return [];
    return supplements.map((supplement) =>
      supplement.term({
        cluster,
        view: { cluster: observed, facts },
        names: snapshotOptionsOf(selection, names),
        deletions,
        askForSnapshot: () => window.noteChange(),
        mayWrite: () => this.#leadership.isLeading,
        clock,
        log,
      }),
    );
  }

  /** Keeps the snapshot computed while another leads, so that a term can begin with it. */
  async #standBy(): Promise<void> {
    const { tell, clock } = this.#options;
    if (!this.#leadership.isElected) return;
    // What it is later compared with.
    void this.#identity.find(clock, this.#ending);
    const window = this.#openWindow(this.#standbyPulse);
    while (!this.#ending.aborted) {
      await window.next(this.#ending);
      if (this.#ending.aborted || this.#leading !== undefined || !this.#observer.synced) continue;
      const startedAt = clock.steadyNow();
      const { changes, notedAt = startedAt } = this.#snapshot.update();
      this.#guard.noteStandingBy();
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

  /** Readers were answered from it: how old that is counts, whoever has published it. */
  #noteStored(manifest: Manifest): void {
    const { clock } = this.#options;
    const storedAt = clock.steadyNow() - Math.max(0, clock.now() - manifest.generatedAt);
    this.#publishedAt = Math.max(this.#publishedAt ?? storedAt, storedAt);
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
      isLeading: this.#leadership.isLeading,
      leaderSeenAt: this.#leadership.leaderSeenAt,
      unpublishedSince: this.#leading?.term.unpublishedSince,
      publishedAt: this.#publishedAt,
      heldSince: this.#leading?.term.heldSince,
      held: this.#leading && this.#guard.held,
      isEnding: this.#ending.aborted,
      isAnotherCluster: this.#identity.isAnother,
      loopAt: (this.#leading?.pulse ?? this.#standbyPulse).at,
      waitingChanges: this.#observer.changeCount,
    };
  }
}

/** Whether what comes next may come from another cluster behind the same address. */
function mayHaveMoved(event: AgentEvent): boolean {
  return event.kind === 'listed' || (event.kind === 'watch-restarted' && event.reason !== 'ended');
}
