/** What keeps one live view of what is observed of a cluster. */
import type { Tell } from '../agent-events.ts';
import type { WatchStatus } from '../agent-status.ts';
import type { Problem } from '../cluster.ts';
import type { ObservedFacts } from '../facts.ts';
import type { ChangeTrigger } from './change-trigger.ts';
import { type Clock, systemClock } from './clock.ts';
import type { KubeApi } from './connection.ts';
import type { KubeError } from './error.ts';
import { FactState } from './fact-state.ts';
import type { NamespaceStanding } from './listed-namespace.ts';
import { ListedNamespaces } from './listed-namespaces.ts';
import { type Changes, ClusterState, type ObservedCluster } from './observed-cluster.ts';
import type { Failure, ReflectorStatus, Sink } from './reflector.ts';
import type { Observation } from './reflector-group.ts';
import {
  type ClusterSinks,
  clusterReflectors,
  namespaceReflectors,
  partOf,
  type ReflectingOptions,
  type ReflectorEvents,
  wholeOf,
} from './reflectors.ts';
import type { Resource } from './resource.ts';
import type { ObservationScope } from './scope.ts';

export interface ObserverOptions {
  readonly api: KubeApi;
  readonly scope: ObservationScope;
  /** After every whole list, and after every event that changed something. Must not throw. */
  readonly onChange: () => void;
  /** For every object of which `facts` are not what they were. Must not throw. */
  readonly onFacts?: () => void;
  /** Of any of the reflectors; of refusals in listed namespaces only where all of them are refused. Must not throw. */
  readonly onError: (failure: Failure) => void;
  /** As in ReflectorOptions, of each of them. Must not throw. */
  readonly onWell: (resource: Resource) => void;
  /** As in OptionalReflectorOptions, of ServiceImports. Must not throw. */
  readonly onAbsent: (resource: Resource) => void;
  readonly onPresent: (resource: Resource) => void;
  /** Of listed namespaces, when that changes. Must not throw. */
  readonly onStanding: (namespace: string, standing: NamespaceStanding) => void;
  /** Once for each listed namespace that may not be watched, and is asked for every five seconds. Must not throw. */
  readonly onAsked?: (namespace: string, error: KubeError) => void;
  readonly tell?: Tell;
  readonly clock?: Clock;
  /** In [0, 1), as Math.random. */
  readonly random?: () => number;
  readonly inactivityMilliseconds?: number;
}

export class ClusterObserver {
  readonly #state = new ClusterState();
  /** Empty where none are kept. */
  readonly #facts: FactState;
  readonly #keepsFacts: boolean;
  readonly #observation: Observation;
  readonly #onChange: () => void;
  readonly #clock: Clock;

  constructor(options: ObserverOptions) {
    this.#onChange = options.onChange;
    this.#clock = options.clock ?? systemClock;
    this.#facts = new FactState(options.onFacts ?? (() => {}));
    this.#keepsFacts = options.scope.keepsFacts === true;
    this.#observation = this.#observe(options);
  }

  get cluster(): ObservedCluster {
    return this.#state;
  }

  /** Undefined where none are kept. */
  get facts(): ObservedFacts | undefined {
    return this.#keepsFacts ? this.#facts : undefined;
  }

  /** Whether everything has been listed whole at least once. Before that `cluster` is incomplete. */
  get synced(): boolean {
    return this.aliveAtSteadyMilliseconds !== undefined;
  }

  /**
   * The moment up to which all watches are known to have been alive (reflector.ts), by Clock.steadyNow; undefined until
   * `synced`. Whatever is decided is decided by it: it only goes on, however the time of day is set.
   */
  get aliveAtSteadyMilliseconds(): number | undefined {
    return this.#observation.aliveAtSteadyMilliseconds;
  }

  /** The same moment in milliseconds since the Unix epoch, by the time of day as it is set now; to be told, not compared. */
  get aliveAtMilliseconds(): number | undefined {
    const aliveAt = this.aliveAtSteadyMilliseconds;
    return aliveAt === undefined ? undefined : Math.floor(this.#clock.now() - (this.#clock.steadyNow() - aliveAt));
  }

  /** By title, as `status`. */
  get watches(): ReadonlyMap<string, WatchStatus> {
    return this.#observation.watches;
  }

  /** By title (resource.ts): `Namespace`, `Service`, `EndpointSlice`, or `Service in cache`. */
  get status(): ReadonlyMap<string, ReflectorStatus> {
    return this.#observation.status;
  }

  /** Whether every watch is open, so that no permission is missing but where a namespace counts as not there. */
  get isWatching(): boolean {
    return this.#observation.isWatching;
  }

  /** How many objects `takeChanges` would name. */
  get changeCount(): number {
    return this.#state.changeCount;
  }

  /** What has changed in `cluster` since the last call. */
  takeChanges(): Changes {
    return this.#state.takeChanges();
  }

  /** Of the changes of slices that watches brought since the last call, what the controller says about them. */
  takeTriggers(): readonly ChangeTrigger[] {
    return this.#state.takeTriggers();
  }

  /** All that cannot become records at present. */
  problems(): Problem[] {
    return [...this.#state.problems()];
  }

  /** Resolves when the signal has aborted. */
  run(signal: AbortSignal): Promise<void> {
    return this.#observation.run(signal);
  }

  #observe({ api, scope, tell, random = Math.random, ...options }: ObserverOptions): Observation {
    const { onError, onWell, onAbsent, onPresent, onStanding, inactivityMilliseconds } = options;
    const clock = this.#clock;
    const onAsked = onceForEach(options.onAsked ?? (() => undefined));
    const reflecting: ReflectingOptions = { api, scope, clock, random, inactivityMilliseconds, tell, onAsked };
    const events: ReflectorEvents = { onError, onWell, onAbsent, onPresent };
    if (scope.namespaces.type !== 'listed') {
      return clusterReflectors(this.#notifying(wholeOf(this.#state, this.#facts)), events, reflecting);
    }
    const namespaces = scope.namespaces.names.map((name) => ({
      name,
      sinks: this.#notifying(partOf(this.#state, this.#facts)),
      reflect: (sinks: ClusterSinks, inner: ReflectorEvents) => namespaceReflectors(name, sinks, inner, reflecting),
    }));
    return new ListedNamespaces({ namespaces, events, onStanding, clock, random });
  }

  #notifying(sinks: ClusterSinks): ClusterSinks {
    return {
      namespaces: this.#notifyingSink(sinks.namespaces),
      services: this.#notifyingSink(sinks.services),
      slices: this.#notifyingSink(sinks.slices),
      pods: this.#notifyingSink(sinks.pods),
      imports: this.#notifyingSink(sinks.imports),
      serviceFacts: sinks.serviceFacts,
      sliceFacts: sinks.sliceFacts,
    };
  }

  #notifyingSink<T>(sink: Sink<T>): Sink<T> {
    const notifying = (change: () => void): void => {
      const before = this.#state.differences;
      change();
      if (this.#state.differences > before) this.#onChange();
    };
    return {
      replace: (items) => {
        sink.replace(items);
        this.#onChange();
      },
      upsert: (item) => notifying(() => sink.upsert(item)),
      remove: (item) => notifying(() => sink.remove(item)),
    };
  }
}

function onceForEach<T>(tell: (name: string, what: T) => void): (name: string, what: T) => void {
  const told = new Set<string>();
  return (name, what) => {
    if (!told.has(name)) tell(name, what);
    told.add(name);
  };
}
