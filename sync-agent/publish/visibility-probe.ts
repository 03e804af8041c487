/**
 * Asks the edge for when a snapshot is answered from there: what is stored is seen a moment later, and elsewhere later
 * still. One question after the other, less and less often; and not for every snapshot.
 */
import type { ClusterId } from '../../zone/cluster-id.ts';
import { isNewer, type Version } from '../../zone/manifest.ts';
import type { Clock } from '../kube/clock.ts';
import type { Edge } from './edge.ts';

export interface VisibilityProbeOptions {
  readonly cluster: ClusterId;
  readonly edge: Pick<Edge, 'served'>;
  readonly clock: Clock;
  /** The shortest time from the beginning of one probe to that of the next; undefined for none at all. */
  readonly intervalMilliseconds: number | undefined;
}

const firstWaitMilliseconds = 1000;
const maxWaitMilliseconds = 5000;
const maxProbeMilliseconds = 120_000;
/** An edge that cannot tell is asked again after this time: by then there may be a newer one. */
const unsupportedMilliseconds = 60 * 60 * 1000;

export class VisibilityProbe {
  readonly #options: VisibilityProbeOptions;
  #nextAt = Number.NEGATIVE_INFINITY;
  /** The one that goes on. */
  #probe: Promise<void> | undefined;

  constructor(options: VisibilityProbeOptions) {
    this.#options = options;
  }

  /** Calls `onVisible` when the version, or a newer one, is answered from; or never. Ends with the signal. */
  begin(version: Version, onVisible: () => void, signal: AbortSignal): void {
    const { clock, intervalMilliseconds } = this.#options;
    const now = clock.steadyNow();
    if (intervalMilliseconds === undefined) return;
    if (this.#probe !== undefined || now < this.#nextAt) return;
    this.#nextAt = now + intervalMilliseconds;
    this.#probe = this.#askUntilServed(version, signal)
      .then((isServed) => {
        if (isServed) onVisible();
      })
      .finally(() => {
        this.#probe = undefined;
      });
    // It is waited for in `settled`, where a failure shows.
    this.#probe.catch(() => {});
  }

  /** Resolves when none goes on. Rejects with what `onVisible` throws. */
  async settled(): Promise<void> {
    await this.#probe;
  }

  async #askUntilServed(version: Version, signal: AbortSignal): Promise<boolean> {
    const { cluster, edge, clock } = this.#options;
    const endsAt = clock.steadyNow() + maxProbeMilliseconds;
    for (
      let wait = firstWaitMilliseconds;
      clock.steadyNow() < endsAt;
      wait = Math.min(wait + 1000, maxWaitMilliseconds)
    ) {
      await clock.sleep(wait, signal);
      if (signal.aborted) return false;
      const answer = await edge.served(cluster, signal).catch(() => undefined);
      if (answer?.kind === 'unsupported') this.#nextAt = clock.steadyNow() + unsupportedMilliseconds;
      if (answer === undefined || answer.kind === 'unsupported') return false;
      if (answer.kind === 'served' && !isNewer(version, answer.manifest)) return true;
    }
    return false;
  }
}
