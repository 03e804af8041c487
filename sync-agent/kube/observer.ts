/** The reflectors that keep one live view of what is observed of a cluster. */
import type { Problem } from '../cluster.ts';
import { type Clock, systemClock } from './clock.ts';
import type { KubeApi } from './connection.ts';
import { NamespaceProbe } from './namespace-probe.ts';
import { type Changes, ClusterState, type ObservedCluster } from './observed-cluster.ts';
import { OptionalReflector } from './optional-reflector.ts';
import { type Failure, Reflector, type ReflectorOptions, type ReflectorStatus, type Sink } from './reflector.ts';
import {
  endpointSlices,
  namespaceNamed,
  namespaces,
  pods,
  type Resource,
  serviceImports,
  services,
  titleOf,
} from './resource.ts';
import type { ObservationScope } from './scope.ts';
import type { Store } from './store.ts';
import { trimEndpointSlice, trimNamespace, trimPod, trimService, trimServiceImport } from './trim.ts';
import type { Trimmed } from './trimmed.ts';

export interface ObserverOptions {
  readonly api: KubeApi;
  readonly scope: ObservationScope;
  /** After every whole list, and after every event while there are changes to take. Must not throw. */
  readonly onChange: () => void;
  /** Of any of the reflectors. Must not throw. */
  readonly onError: (failure: Failure) => void;
  /** As in ReflectorOptions, of each of them. Must not throw. */
  readonly onWell: (resource: Resource) => void;
  /** As in OptionalReflectorOptions, of ServiceImports. Must not throw. */
  readonly onAbsent: (resource: Resource) => void;
  readonly onPresent: (resource: Resource) => void;
  readonly clock?: Clock;
  /** In [0, 1), as Math.random. */
  readonly random?: () => number;
  readonly inactivityMilliseconds?: number;
}

/** What `ClusterObserver` uses of a Reflector, whatever it reflects. */
type AnyReflector = Pick<Reflector<unknown>, 'run' | 'status' | 'aliveAtMilliseconds'>;

/** By its title. */
type Entry = readonly [string, AnyReflector];

export class ClusterObserver {
  readonly #options: ObserverOptions;
  readonly #state = new ClusterState();
  readonly #reflectors: ReadonlyMap<string, AnyReflector>;

  constructor(options: ObserverOptions) {
    this.#options = options;
    this.#reflectors = new Map([...this.#namespaceReflectors(), ...this.#objectReflectors()]);
  }

  get cluster(): ObservedCluster {
    return this.#state;
  }

  /** Whether everything has been listed whole at least once. Before that `cluster` is incomplete. */
  get synced(): boolean {
    return this.aliveAtMilliseconds !== undefined;
  }

  /** The moment up to which all watches are known to have been alive (reflector.ts); undefined until `synced`. */
  get aliveAtMilliseconds(): number | undefined {
    let earliest = Number.POSITIVE_INFINITY;
    for (const { aliveAtMilliseconds } of this.#reflectors.values()) {
      if (aliveAtMilliseconds === undefined) return undefined;
      earliest = Math.min(earliest, aliveAtMilliseconds);
    }
    return earliest;
  }

  /** By title (resource.ts): `Namespace`, `Service`, `EndpointSlice`, or `Service in cache`. */
  get status(): ReadonlyMap<string, ReflectorStatus> {
    return new Map([...this.#reflectors].map(([title, reflector]) => [title, reflector.status]));
  }

  /** Whether every watch is open, so that no permission is missing. */
  get isWatching(): boolean {
    return [...this.#reflectors.values()].every(({ status: { state } }) => state === 'watching' || state === 'absent');
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

  *#namespaceReflectors(): Generator<Entry, void, undefined> {
    const { namespaces: wanted } = this.#options.scope;
    const { namespaceStore } = this.#state;
    if (wanted.type !== 'listed') {
      const resource = namespaces(wanted.type === 'labelled' ? wanted.selector : undefined);
      yield [titleOf(resource), new Reflector(this.#reflecting(resource, trimNamespace, namespaceStore))];
      return;
    }
    for (const name of wanted.names) {
      const resource = namespaceNamed(name);
      const options = this.#reflecting(resource, trimNamespace, namespaceStore.part());
      yield [titleOf(resource), new NamespaceProbe(options)];
    }
  }

  *#objectReflectors(): Generator<Entry, void, undefined> {
    const { scope } = this.#options;
    const { type } = scope.namespaces;
    for (const namespace of type === 'listed' ? scope.namespaces.names : [undefined]) {
      yield* this.#objectReflectorsOf(namespace);
    }
  }

  /** Those of one namespace; of the whole cluster without one. */
  *#objectReflectorsOf(namespace: string | undefined): Generator<Entry, void, undefined> {
    const { scope, onAbsent, onPresent } = this.#options;
    const { serviceStore, sliceStore, podStore, importStore } = this.#state;
    const optionsOf = <T>(resource: Resource, read: (object: unknown) => Trimmed<T>, store: Store<T>) =>
      this.#reflecting(resource, read, namespace === undefined ? store : store.part());
    const reflector = <T>(...of: Parameters<typeof optionsOf<T>>): Entry => [
      titleOf(of[0]),
      new Reflector(optionsOf(...of)),
    ];

    const trimming = { keepsImports: scope.observesServiceImports, keepsPodNames: scope.keepsPodNames };
    const readSlice = (object: unknown) => trimEndpointSlice(object, trimming);
    yield reflector(services(namespace, scope), trimService, serviceStore);
    yield reflector(endpointSlices(namespace, scope), readSlice, sliceStore);
    if (scope.observesPods) yield reflector(pods(namespace, scope), trimPod, podStore);
    if (scope.observesServiceImports) {
      const options = optionsOf(serviceImports(namespace, scope), trimServiceImport, importStore);
      yield [titleOf(options.resource), new OptionalReflector({ ...options, onAbsent, onPresent })];
    }
  }

  #reflecting<T>(
    resource: Resource,
    read: (object: unknown) => Trimmed<T>,
    sink: Sink<Trimmed<T>>,
  ): ReflectorOptions<Trimmed<T>> {
    const { api, onError, onWell, clock = systemClock, random = Math.random, inactivityMilliseconds } = this.#options;
    return {
      ...{ api, resource, read, sink: this.#notifying(sink), onError, onWell, clock, random },
      ...(inactivityMilliseconds === undefined ? {} : { inactivityMilliseconds }),
    };
  }

  #notifying<T>(sink: Sink<Trimmed<T>>): Sink<Trimmed<T>> {
    const notify = (): void => {
      if (this.#state.hasChanges) this.#options.onChange();
    };
    return {
      replace: (items) => {
        sink.replace(items);
        this.#options.onChange();
      },
      upsert: (item) => {
        sink.upsert(item);
        notify();
      },
      remove: (item) => {
        sink.remove(item);
        notify();
      },
    };
  }
}
