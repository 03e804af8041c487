/**
 * One term in which this agent publishes, from what is stored at the edge to the end of its signal. Each term is a new
 * writer: of what is stored it knows only what the edge says.
 *
 *     window ──▶ compute ──▶ may it be published? ──▶ is it published? ──▶ publish
 *                                  └─▶ hold back            └─▶ only to tell that the watches are alive
 */
import type { Manifest } from '../zone/manifest.ts';
import type { Tell } from './agent-events.ts';
import type { ComputedSnapshot } from './computed-snapshot.ts';
import type { PublishGuard, View } from './guard/publish-guard.ts';
import type { ClusterObserver } from './kube/observer.ts';
import { ProgrammingTimes } from './programming-times.ts';
import { driftText, findDrift } from './publish/drift.ts';
import type { Edge } from './publish/edge.ts';
import type { PublishWindow, WindowReason } from './publish/publish-window.ts';
import { type Publishable, type Published, Publisher, type PublisherOptions } from './publish/publisher.ts';
import type { VisibilityProbe } from './publish/visibility-probe.ts';
import { storedAtEdge } from './stored-at-edge.ts';

export interface TermOptions extends Omit<PublisherOptions, 'after' | 'edge' | 'tell' | 'givesUpWhenRefused'> {
  readonly edge: Edge;
  readonly observer: ClusterObserver;
  readonly snapshot: ComputedSnapshot;
  readonly window: PublishWindow;
  readonly guard: PublishGuard;
  readonly probe: VisibilityProbe;
  /** Ends the term when something is stored; what is held back or refused is an error then. */
  readonly once: boolean;
  readonly tell: Tell;
  /** What is seen at this moment may be published. Must not throw. */
  readonly onPassed: (view: View) => void;
  /** The edge has what passed last. Must not throw. */
  readonly onStored: () => void;
  readonly onPublished: (published: Published) => void;
}

/** A snapshot as it is now. By `aliveAt` it is decided: `generatedAt` is by a clock that people set. */
interface Candidate extends Publishable, View {}

export class PublishingTerm {
  readonly #options: TermOptions;
  readonly #times: ProgrammingTimes;
  /** Undefined when that is not known: before the first publish, and after one that was given up. */
  #published: (Candidate & Published) | undefined;
  /** An image that nobody needs any more. Images have megabytes and come every few seconds, so two of them take turns. */
  #spareImage: Uint8Array | undefined;
  #unpublishedSince: number | undefined;

  constructor(options: TermOptions) {
    const { clock, tell } = options;
    this.#options = options;
    this.#times = new ProgrammingTimes(clock, tell);
    this.#unpublishedSince = clock.steadyNow();
  }

  /** As in AgentStatus. */
  get unpublishedSince(): number | undefined {
    return this.#unpublishedSince ?? this.#options.snapshot.notedAt;
  }

  /** As in AgentStatus. */
  get heldSince(): number | undefined {
    return this.#options.guard.heldSince;
  }

  /**
   * Resolves when the signal has aborted, or after one publish. Begins nothing after that; `sending` ends a write that is
   * under way.
   */
  async run(signal: AbortSignal, sending: AbortSignal): Promise<void> {
    const { observer, window, guard, probe, once, log } = this.#options;
    // The edge is asked while lists are still on their way.
    const stored = storedAtEdge({ ...this.#options, givesUpWhenRefused: once }, signal);
    stored.catch(() => {});
    let publisher: Publisher | undefined;
    window.noteChange();
    try {
      while (!signal.aborted) {
        const reason = await window.next(signal);
        if (signal.aborted || !observer.synced) continue;
        const found = await stored;
        const candidate = this.#compute();
        if (publisher === undefined) {
          guard.begin(found, candidate.image);
          publisher = new Publisher({ ...this.#options, after: found.manifest, givesUpWhenRefused: once });
        }
        await this.#publishWhatIsNew(publisher, candidate, reason, signal, sending);
        if (once && this.#published !== undefined) return;
      }
    } catch (error) {
      if (!signal.aborted) throw error;
      if (error !== signal.reason) log.error(`while ending: ${error instanceof Error ? error.message : error}`);
    } finally {
      await probe.settled();
    }
  }

  async #publishWhatIsNew(
    publisher: Publisher,
    candidate: Candidate,
    reason: WindowReason,
    signal: AbortSignal,
    sending: AbortSignal,
  ): Promise<void> {
    const { clock, onStored } = this.#options;
    if (!this.#isAllowed(candidate)) return this.#drop(candidate);
    const published = this.#isPublished(candidate) ? this.#published : undefined;
    if (published !== undefined) {
      this.#times.drop();
      onStored();
      const hasAdvanced = candidate.aliveAt > published.aliveAt;
      if (reason !== 'heartbeat' || !hasAdvanced) return this.#drop(candidate);
      await this.#tellDrift(published.manifest, signal);
    }
    const startedAt = clock.steadyNow();
    const before = this.#published;
    const stored = await publisher.publish(candidate, () => this.#latest(), signal, sending);
    this.#published = stored;
    if (before !== undefined) this.#drop(before);
    if (stored === undefined) return;
    onStored();
    const seconds = (clock.steadyNow() - startedAt) / 1000;
    this.#notePublished(stored, published === undefined ? 'change' : 'heartbeat', seconds, signal);
  }

  #compute(): Candidate {
    const { clock, observer, snapshot, tell } = this.#options;
    const startedAt = clock.steadyNow();
    const { changes, notedAt = startedAt, triggers } = snapshot.update();
    this.#times.note(triggers, observer.cluster.services, snapshot.firstUpdateAt!);
    const candidate = {
      image: snapshot.image(this.#spareImage),
      generatedAt: observer.aliveAtMilliseconds!,
      aliveAt: observer.aliveAtSteadyMilliseconds!,
      watches: observer.watches,
    };
    this.#spareImage = undefined;
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

  #drop({ image }: Candidate): void {
    this.#spareImage = image;
  }

  /** What to publish instead after an attempt that failed; undefined where that is held back. */
  #latest(): Candidate | undefined {
    const candidate = this.#compute();
    return this.#isAllowed(candidate) ? candidate : undefined;
  }

  /** What an attempt without an answer has left at the edge is not known: then nothing is published yet. */
  #isPublished({ image }: Candidate): boolean {
    return this.#published !== undefined && isEqual(this.#published.image, image);
  }

  /** Whether the guard lets it pass; if not, it is asked again when that may have changed. */
  #isAllowed(candidate: Candidate): boolean {
    const { guard, window, onPassed } = this.#options;
    const until = guard.heldUntil(candidate);
    if (until === undefined) onPassed(candidate);
    else window.openAt(until);
    return until === undefined;
  }

  /** The publish that follows mends it. */
  async #tellDrift(published: Manifest, signal: AbortSignal): Promise<void> {
    const { edge, clock, log, tell } = this.#options;
    const drift = await findDrift(edge, published, clock, signal);
    if (drift.kind !== 'drifted') return;
    const { epoch, serial } = published;
    log.warn(driftText(drift.served, published), { epoch, serial });
    tell({ kind: 'drifted' });
  }

  #notePublished(
    stored: Candidate & Published,
    why: 'change' | 'heartbeat',
    seconds: number,
    signal: AbortSignal,
  ): void {
    const { guard, window, probe, tell, once, onPublished } = this.#options;
    const { manifest, image } = stored;
    this.#unpublishedSince = undefined;
    guard.notePublished(manifest);
    window.notePublished();
    tell({ kind: 'published', why, manifest, imageOctets: image.length, seconds });
    const tellVisible = this.#times.notePublished();
    if (tellVisible !== undefined && !once) probe.begin(manifest, tellVisible, signal);
    onPublished(stored);
  }
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && Buffer.compare(a, b) === 0;
}
