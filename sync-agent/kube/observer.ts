/** Three reflectors that keep one live view of the cluster. */
import type { Problem } from '../cluster.ts';
import { type Clock, systemClock } from './clock.ts';
import type { KubeApi } from './connection.ts';
import { type Changes, ClusterState, type ObservedCluster } from './observed-cluster.ts';
import { type Failure, Reflector, type ReflectorStatus, type Sink } from './reflector.ts';
import { endpointSlices, namespaces, type Resource, services } from './resource.ts';
import type { Store } from './store.ts';
import { trimEndpointSlice, trimNamespace, trimService } from './trim.ts';
import type { Trimmed } from './trimmed.ts';

export interface ObserverOptions {
  readonly api: KubeApi;
  /** After every whole list, and after every event while there are changes to take. Must not throw. */
  readonly onChange: () => void;
  /** Of any of the three. Must not throw. */
  readonly onError: (failure: Failure) => void;
  /** As in ReflectorOptions, of each of the three. Must not throw. */
  readonly onWell: (resource: Resource) => void;
  readonly clock?: Clock;
  /** In [0, 1), as Math.random. */
  readonly random?: () => number;
  readonly inactivityMilliseconds?: number;
}

/** What `ClusterObserver` uses of a Reflector, whatever it reflects. */
type AnyReflector = Pick<Reflector<unknown>, 'run' | 'status' | 'aliveAtMilliseconds'>;

export class ClusterObserver {
  readonly #options: ObserverOptions;
  readonly #state = new ClusterState();
  readonly #reflectors: ReadonlyMap<string, AnyReflector>;

  constructor(options: ObserverOptions) {
    this.#options = options;
    this.#reflectors = new Map([
      [namespaces.kind, this.#reflector(namespaces, trimNamespace, this.#state.namespaceStore)],
      [services.kind, this.#reflector(services, trimService, this.#state.serviceStore)],
      [endpointSlices.kind, this.#reflector(endpointSlices, trimEndpointSlice, this.#state.sliceStore)],
    ]);
  }

  get cluster(): ObservedCluster {
    return this.#state;
  }

  /** Whether each of the three has been listed whole at least once. Before that `cluster` is incomplete. */
  get synced(): boolean {
    return this.aliveAtMilliseconds !== undefined;
  }

  /** The moment up to which all three watches are known to have been alive (reflector.ts); undefined until `synced`. */
  get aliveAtMilliseconds(): number | undefined {
    let earliest = Number.POSITIVE_INFINITY;
    for (const { aliveAtMilliseconds } of this.#reflectors.values()) {
      if (aliveAtMilliseconds === undefined) return undefined;
      earliest = Math.min(earliest, aliveAtMilliseconds);
    }
    return earliest;
  }

  /** By kind: `Namespace`, `Service`, `EndpointSlice`. */
  get status(): ReadonlyMap<string, ReflectorStatus> {
    return new Map([...this.#reflectors].map(([kind, reflector]) => [kind, reflector.status]));
  }

  /** What has changed in `cluster` since the last call. */
  takeChanges(): Changes {
    return this.#state.takeChanges();
  }

  /** All that cannot become records at present. */
  problems(): Problem[] {
    return [...this.#state.problems()];
  }

  /** Resolves when the signal has aborted. */
  async run(signal: AbortSignal): Promise<void> {
    const stop = new AbortController();
    const either = AbortSignal.any([signal, stop.signal]);
    try {
      await Promise.all([...this.#reflectors.values()].map((reflector) => reflector.run(either)));
    } finally {
      stop.abort();
    }
  }

  #reflector<T>(resource: Resource, read: (object: unknown) => Trimmed<T>, store: Store<T>): Reflector<Trimmed<T>> {
    const { clock = systemClock, random = Math.random, ...rest } = this.#options;
    return new Reflector({ ...rest, clock, random, resource, read, sink: this.#notifying(store) });
  }

  #notifying<T>(store: Store<T>): Sink<Trimmed<T>> {
    const notify = (): void => {
      if (this.#state.hasChanges) this.#options.onChange();
    };
    return {
      replace: (items) => {
        store.replace(items);
        this.#options.onChange();
      },
      upsert: (item) => {
        store.upsert(item);
        notify();
      },
      remove: (item) => {
        store.remove(item);
        notify();
      },
    };
  }
}
