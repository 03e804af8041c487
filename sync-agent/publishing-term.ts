/**
 * One term in which this agent publishes, from what is stored at the edge to the end of its signal. Each term is a new
 * writer: of what is stored it knows only what the edge says.
 *
 *     window ──▶ compute ──▶ would too much vanish? ──▶ is it published? ──▶ publish
 *                                  └─▶ hold back              └─▶ only to tell that the watches are alive
 */
import { namesByGroup } from '../zone/image/count.ts';
import type { Manifest } from '../zone/manifest.ts';
import type { Tell } from './agent-events.ts';
import type { ComputedSnapshot } from './computed-snapshot.ts';
import { DeletionGuard, type DeletionGuardOptions } from './guard/deletion-guard.ts';
import { heldText, refusedText, releasedText } from './guard/deletion-text.ts';
import type { ClusterObserver } from './kube/observer.ts';
import { ProgrammingTimes } from './programming-times.ts';
import { findDrift } from './publish/drift.ts';
import type { Edge } from './publish/edge.ts';
import type { PublishWindow, WindowReason } from './publish/publish-window.ts';
import { type Publishable, type Published, Publisher, type PublisherOptions } from './publish/publisher.ts';
import type { VisibilityProbe } from './publish/visibility-probe.ts';
import { type StoredAtEdge, storedAtEdge } from './stored-at-edge.ts';

export interface TermOptions extends Omit<PublisherOptions, 'after' | 'edge' | 'tell' | 'givesUpWhenRefused'> {
  readonly edge: Edge;
  readonly observer: ClusterObserver;
  readonly snapshot: ComputedSnapshot;
  readonly window: PublishWindow;
  readonly guard: DeletionGuardOptions;
  readonly probe: VisibilityProbe;
  /** Ends the term when something is stored; what is held back or refused is an error then. */
  readonly once: boolean;
  readonly tell: Tell;
  readonly onPublished: (published: Published) => void;
}

/** A snapshot as it is now. */
interface Candidate extends Publishable {
  /** By the steady clock: `generatedAt` is by one that people set. */
  readonly aliveAt: number;
}

/** Nobody waits for the names to come back. */
export class DeletionHeldError extends Error {
  readonly code = 'DELETION_HELD';

  constructor(message: string) {
    super(message);
    this.name = 'DeletionHeldError';
  }
}

const noNames: ReadonlyMap<string, number> = new Map();

export class PublishingTerm {
  readonly #options: TermOptions;
  readonly #guard: DeletionGuard;
  readonly #times: ProgrammingTimes;
  /** Undefined when that is not known: before the first publish, and after one that was given up. */
  #published: (Candidate & Published) | undefined;
  #unpublishedSince: number | undefined;

  constructor(options: TermOptions) {
    const { guard, clock, tell } = options;
    this.#options = options;
    this.#guard = new DeletionGuard(guard);
    this.#times = new ProgrammingTimes(clock, tell);
    this.#unpublishedSince = clock.steadyNow();
  }

  /** As in AgentStatus. */
  get unpublishedSince(): number | undefined {
    return this.#unpublishedSince ?? this.#options.snapshot.notedAt;
  }

  /** As in AgentStatus. */
  get heldSince(): number | undefined {
    return this.#guard.heldSince;
  }

  /**
   * Resolves when the signal has aborted, or after one publish. Begins nothing after that; `sending` ends a write that is
   * under way.
   */
  async run(signal: AbortSignal, sending: AbortSignal): Promise<void> {
    const { observer, window, probe, once, log } = this.#options;
    // The edge is asked while lists are still on their way.
    const stored = this.#guard.isOn
      ? storedAtEdge({ ...this.#options, givesUpWhenRefused: once }, signal)
      : Promise.resolve(undefined);
    stored.catch(() => {});
    let publisher: Publisher | undefined;
    window.noteChange();
    try {
      while (!signal.aborted) {
        const reason = await window.next(signal);
        if (signal.aborted || !observer.synced) continue;
        if (publisher === undefined) {
          const found = await stored;
          this.#compareWith(found);
          publisher = new Publisher({ ...this.#options, after: found?.manifest, givesUpWhenRefused: once });
        }
        await this.#publishWhatIsNew(publisher, reason, signal, sending);
        if (once && this.#published !== undefined) return;
      }
    } catch (error) {
      if (!signal.aborted) throw error;
      if (error !== signal.reason) log.error(`while ending: ${error instanceof Error ? error.message : error}`);
    } finally {
      await probe.settled();
    }
  }

  /** What is stored is what would vanish. */
  #compareWith(stored: StoredAtEdge | undefined): void {
    const { snapshot } = this.#options;
    const names = stored?.names ?? noNames;
    snapshot.update();
    snapshot.balance.notePublishedOther(names, names.size === 0 ? noNames : namesByGroup(snapshot.image()));
  }

  async #publishWhatIsNew(
    publisher: Publisher,
    reason: WindowReason,
    signal: AbortSignal,
    sending: AbortSignal,
  ): Promise<void> {
    const { clock } = this.#options;
    const candidate = this.#compute();
    if (!this.#isAllowed()) return;
    const published = this.#isPublished(candidate) ? this.#published : undefined;
    if (published !== undefined) {
      this.#times.drop();
      const hasAdvanced = candidate.aliveAt > published.aliveAt;
      if (reason !== 'heartbeat' || !hasAdvanced) return;
      await this.#tellDrift(published.manifest, signal);
    }
    const startedAt = clock.steadyNow();
    const stored = await publisher.publish(candidate, () => this.#latest(), signal, sending);
    this.#published = stored;
    if (stored === undefined) return;
    const seconds = (clock.steadyNow() - startedAt) / 1000;
    this.#notePublished(stored, published === undefined ? 'change' : 'heartbeat', seconds, signal);
  }

  #compute(): Candidate {
    const { clock, observer, snapshot, tell } = this.#options;
    const startedAt = clock.steadyNow();
    const { changes, notedAt = startedAt, triggers } = snapshot.update();
    this.#times.note(triggers, observer.cluster.services, snapshot.firstUpdateAt!);
    const candidate = {
      image: snapshot.image(),
      generatedAt: observer.aliveAtMilliseconds!,
      aliveAt: observer.aliveAtSteadyMilliseconds!,
    };
    const isPublished = this.#isPublished(candidate);
    this.#unpublishedSince = isPublished ? undefined : (this.#unpublishedSince ?? notedAt);
    tell({
      kind: 'computed',
      changes,
      waitedSeconds: (startedAt - notedAt) / 1000,
      seconds: (clock.steadyNow() - startedAt) / 1000,
      result: isPublished ? 'unchanged' : 'changed',
    });
    return candidate;
  }

  /** What to publish instead after an attempt that failed; undefined where that is held back. */
  #latest(): Candidate | undefined {
    const candidate = this.#compute();
    return this.#isAllowed() ? candidate : undefined;
  }

  /** What an attempt without an answer has left at the edge is not known: then nothing is published yet. */
  #isPublished({ image }: Candidate): boolean {
    return this.#published !== undefined && isEqual(this.#published.image, image);
  }

  /** Whether the deletion guard lets it pass. */
  #isAllowed(): boolean {
    const { clock, log, snapshot, tell, window, once } = this.#options;
    const now = clock.steadyNow();
    const deletion = { names: snapshot.balance.vanishing, of: snapshot.balance.publishedNames };
    const verdict = this.#guard.judge(deletion, now);
    if (verdict.kind === 'pass') {
      const { released } = verdict;
      if (released === undefined) return true;
      log.warn(releasedText(deletion, released), { ...deletion });
      tell({ kind: 'released', by: released });
      return true;
    }
    if (verdict.news !== undefined) tell({ kind: 'held-back', ...deletion });
    if (once) throw new DeletionHeldError(refusedText(deletion));
    if (verdict.news === 'first') log.warn(heldText(deletion, verdict.until, now), { ...deletion });
    window.openAt(verdict.until);
    return false;
  }

  /** The publish that follows mends it. */
  async #tellDrift(published: Manifest, signal: AbortSignal): Promise<void> {
    const { edge, clock, log, tell } = this.#options;
    const drift = await findDrift(edge, published, clock, signal);
    if (drift.kind !== 'drifted') return;
    const served = drift.served === undefined ? 'nothing' : versionText(drift.served);
    const { epoch, serial } = published;
    log.warn(`the edge answers from ${served}, and not from ${versionText(published)}: it is published again`, {
      epoch,
      serial,
    });
    tell({ kind: 'drifted' });
  }

  #notePublished(
    stored: Candidate & Published,
    why: 'change' | 'heartbeat',
    seconds: number,
    signal: AbortSignal,
  ): void {
    const { snapshot, window, probe, tell, once, onPublished } = this.#options;
    const { manifest, image } = stored;
    this.#unpublishedSince = undefined;
    this.#guard.notePublished();
    snapshot.balance.notePublished();
    window.notePublished();
    tell({ kind: 'published', why, manifest, imageOctets: image.length, seconds });
    const tellVisible = this.#times.notePublished();
    if (tellVisible !== undefined && !once) probe.begin(manifest, tellVisible, signal);
    onPublished(stored);
  }
}

function versionText({ epoch, serial }: Manifest): string {
  return `epoch ${epoch}, serial ${serial}`;
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && Buffer.compare(a, b) === 0;
}
