/**
 * How long it takes from the change of a Service's endpoints until it is published, as CoreDNS tells how long it takes
 * until it is known there: from the moment that the EndpointSlice controller writes on the slices.
 */
import type { ServiceKindLabel, Tell } from './agent-events.ts';
import type { Service } from './cluster.ts';
import type { ChangeTrigger } from './kube/change-trigger.ts';
import type { Clock } from './kube/clock.ts';

interface Waiting {
  readonly service: ServiceKindLabel;
  /** Unix milliseconds. */
  readonly at: number;
}

/** While nothing can be published they would only pile up. */
const maxWaiting = 10_000;

export class ProgrammingTimes {
  readonly #clock: Clock;
  readonly #tell: Tell;
  #waiting: Waiting[] = [];

  constructor(clock: Clock, tell: Tell) {
    this.#clock = clock;
    this.#tell = tell;
  }

  /**
   * Takes what triggered the changes that are about to be published. What happened before `since`, in Unix milliseconds,
   * was seen late because nobody looked.
   */
  note(triggers: readonly ChangeTrigger[], services: ReadonlyMap<string, Service>, since: number): void {
    const now = this.#clock.now();
    for (const { service: key, at } of triggers) {
      const service = labelOf(services.get(key));
      // A clock that goes ahead of ours would make the time negative, or much too short.
      const isCounted = at >= since && at <= now && this.#waiting.length < maxWaiting;
      if (isCounted && service !== undefined) this.#waiting.push({ service, at });
    }
  }

  /** They changed nothing that is published. */
  drop(): void {
    this.#waiting = [];
  }

  /** They are published. Returns what tells that they are visible; undefined when there is nothing to tell. */
  notePublished(): (() => void) | undefined {
    const published = this.#waiting;
    this.#waiting = [];
    this.#tellAll('published', published);
    return published.length === 0 ? undefined : () => this.#tellAll('visible', published);
  }

  #tellAll(stage: 'published' | 'visible', all: readonly Waiting[]): void {
    const now = this.#clock.now();
    for (const { service, at } of all) {
      this.#tell({ kind: 'programmed', stage, service, seconds: Math.max(0, now - at) / 1000 });
    }
  }
}

/** Undefined for what has no endpoints in DNS. Whether a Service has a selector is not kept. */
function labelOf(service: Service | undefined): ServiceKindLabel | undefined {
  switch (service?.kind.type) {
    case 'clusterIP':
      return 'cluster_ip';
    case 'headless':
      return 'headless_with_selector';
    case 'externalName':
    case undefined:
      return undefined;
  }
}
