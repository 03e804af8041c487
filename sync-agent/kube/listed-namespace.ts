/**
 * One namespace that is observed by itself. A Role in it suffices, and so it can be refused: a Role and its RoleBinding
 * are deleted with their namespace, and are not there before it is. A Role can be lost by mistake, too: what was seen of a
 * namespace stays for a while, as long as nothing shows that it is gone.
 *
 *     reflects ──▶ 403, again and again ──▶ kept ──▶ 10 minutes ──▶ refused: counts as not there ──▶ 30 s ──▶ reflects
 *        ▲                   │               │                         ▲      │
 *        │                   └───────────────┴─ there is nothing in it ┘      │
 *        └── all of it is listed and watched ◀────────────────────────────────┘
 *
 * Its Namespace, without which nothing in it is published, goes on to the view only when everything else of it is there.
 */
import type { WatchStatus } from '../agent-status.ts';
import type { Namespace } from '../cluster.ts';
import type { Clock } from './clock.ts';
import { CountedSink } from './counted-sink.ts';
import type { KubeError } from './error.ts';
import type { Failure, ReflectorStatus, Sink } from './reflector.ts';
import type { Observation, ReflectorGroup } from './reflector-group.ts';
import type { ClusterSinks, ReflectorEvents } from './reflectors.ts';
import { type Resource, titleOf } from './resource.ts';
import type { Trimmed } from './trimmed.ts';

export type NamespaceStanding =
  | { readonly state: 'present' }
  /** There is no such Namespace. */
  | { readonly state: 'missing' }
  /** It stays as it was seen last, or counts as not there. `error` says what is missing for the first of `kinds`, which are all that are refused. */
  | { readonly state: 'kept' | 'refused'; readonly error: KubeError; readonly kinds: readonly string[] };

export interface ListedNamespaceOptions {
  readonly name: string;
  /** Its own part of the view. */
  readonly sinks: ClusterSinks;
  /** Makes the reflectors of all that is in it. */
  readonly reflect: (sinks: ClusterSinks, events: ReflectorEvents) => ReflectorGroup;
  /** All but refusals. */
  readonly events: ReflectorEvents;
  /** A permission is refused, and it does not yet count as refused. */
  readonly onRefusal: (failure: Failure) => void;
  /** All of it is listed and watched. */
  readonly onWhole: () => void;
  /** When that changes. */
  readonly onStanding: (name: string, standing: NamespaceStanding) => void;
  readonly clock: Clock;
  readonly random: () => number;
}

/** So that what many namespaces are asked for spreads. */
const leastPauseMilliseconds = 27_000;
const spreadMilliseconds = 6000;
/** A server that starts, or was just told of a Role, may refuse for a moment what it grants. */
const refusalsToBelieve = 3;
const keptMilliseconds = 10 * 60 * 1000;

export class ListedNamespace implements Observation {
  readonly #options: ListedNamespaceOptions;
  #attempt = new AbortController();
  #group: ReflectorGroup;
  /** Whether this attempt has seen all of it. */
  #isWhole = false;
  #hasBeenWhole = false;
  /** As it was seen last. */
  #namespace: Trimmed<Namespace> | undefined;
  /** The last refusal of each reflector that is refused, and how many there were in a row, by title. */
  readonly #refusals = new Map<string, { readonly failure: Failure; readonly count: number }>();
  #refusedAtMilliseconds: number | undefined;
  /** Since when it is kept as it was. */
  #keptSinceMilliseconds: number | undefined;
  readonly #sinks: ClusterSinks;
  /** Those of objects that have names: without any, there is nothing to keep. */
  readonly #named: readonly Pick<CountedSink<never>, 'size'>[];
  #toldState: NamespaceStanding['state'] | undefined;

  constructor(options: ListedNamespaceOptions) {
    const { sinks } = options;
    this.#options = options;
    const onRemoved = (): void => this.giveUpIfRefused();
    const services = new CountedSink(sinks.services, onRemoved);
    const pods = new CountedSink(sinks.pods, onRemoved);
    const imports = new CountedSink(sinks.imports, onRemoved);
    this.#sinks = { ...sinks, services, pods, imports };
    this.#named = [services, pods, imports];
    this.#group = this.#reflect();
  }

  get status(): ReadonlyMap<string, ReflectorStatus> {
    return this.#group.status;
  }

  /** Those of a namespace that counts as not there stand as what is known to be missing. */
  get watches(): ReadonlyMap<string, WatchStatus> {
    const refusedAt = this.#refusedAtMilliseconds;
    if (refusedAt === undefined) return this.#group.watches;
    const absent: WatchStatus = { state: 'absent', aliveAt: refusedAt, failures: 0 };
    return new Map([...this.#group.status.keys()].map((title) => [title, absent]));
  }

  get aliveAtSteadyMilliseconds(): number | undefined {
    return this.#isWhole ? this.#group.aliveAtSteadyMilliseconds : undefined;
  }

  get isWatching(): boolean {
    return this.#isWhole && this.#group.isWatching;
  }

  get hasBeenWhole(): boolean {
    return this.#hasBeenWhole;
  }

  /** Whether the last answer to one of its reflectors was a refusal. */
  get isBeingRefused(): boolean {
    return this.#refusals.size > 0;
  }

  /** When it was last found refused, by Clock.steadyNow; undefined while it does not count as refused. */
  get refusedAtMilliseconds(): number | undefined {
    return this.#refusedAtMilliseconds;
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock, random } = this.#options;
    while (!signal.aborted) {
      await this.#group.run(AbortSignal.any([signal, this.#attempt.signal]));
      if (signal.aborted) return;
      this.#drop();
      await clock.sleep(leastPauseMilliseconds + random() * spreadMilliseconds, signal);
      this.#attempt = new AbortController();
      this.#group = this.#reflect();
    }
  }

  /** Makes it count as refused, if it was refused often enough and nothing of it is to be kept (any more). */
  giveUpIfRefused(): void {
    const { clock } = this.#options;
    const isBelieved = [...this.#refusals.values()].some(({ count }) => count >= refusalsToBelieve);
    if (!isBelieved || this.#refusedAtMilliseconds !== undefined) return;
    const now = clock.steadyNow();
    const isThere = this.#isWhole && this.#namespace !== undefined && this.#named.some(({ size }) => size > 0);
    const keptSince = this.#keptSinceMilliseconds ?? now;
    if (isThere && now - keptSince < keptMilliseconds) this.#keep(keptSince);
    else this.#giveUp(now);
  }

  #keep(since: number): void {
    this.#keptSinceMilliseconds = since;
    this.#tell({ state: 'kept', ...this.#refusal() });
  }

  #giveUp(now: number): void {
    this.#refusedAtMilliseconds = now;
    this.#keptSinceMilliseconds = undefined;
    this.#isWhole = false;
    this.#attempt.abort();
    this.#tell({ state: 'refused', ...this.#refusal() });
    this.#refusals.clear();
  }

  /** There is one. */
  #refusal(): { readonly error: KubeError; readonly kinds: readonly string[] } {
    const refused = [...this.#group.status.keys()].flatMap((title) => this.#refusals.get(title)?.failure ?? []);
    const [{ error }] = refused as [Failure, ...Failure[]];
    return { error, kinds: refused.map(({ resource: { kind } }) => kind) };
  }

  /** What it knew does not count any more. */
  #drop(): void {
    for (const sink of Object.values(this.#sinks) as readonly Sink<never>[]) sink.replace([]);
  }

  #reflect(): ReflectorGroup {
    const { reflect, events } = this.#options;
    return reflect(
      {
        ...this.#sinks,
        namespaces: {
          replace: ([namespace]) => this.#takeNamespace(namespace),
          upsert: (namespace) => this.#takeNamespace(namespace),
          remove: () => this.#takeNamespace(undefined),
        },
      },
      {
        onError: (failure) => this.#noteFailure(failure),
        onAccepted: (resource) => this.#noteGranted(resource),
        onWell: (resource) => {
          events.onWell(resource);
          this.#noteGranted(resource);
        },
        onAbsent: (resource) => {
          events.onAbsent(resource);
          this.#openIfWhole();
        },
        onPresent: events.onPresent,
      },
    );
  }

  #noteGranted(resource: Resource): void {
    this.#refusals.delete(titleOf(resource));
    this.#openIfWhole();
  }

  #takeNamespace(namespace: Trimmed<Namespace> | undefined): void {
    const { namespaces } = this.#options.sinks;
    const before = this.#namespace;
    this.#namespace = namespace;
    if (!this.#isWhole) return;
    if (namespace !== undefined) namespaces.upsert(namespace);
    else if (before !== undefined) namespaces.remove(before);
    this.#tellPresence();
  }

  #openIfWhole(): void {
    if (!this.#group.isWatching || this.#group.aliveAtSteadyMilliseconds === undefined) return;
    if (this.#isWhole) this.#keepNoMore();
    else this.#open();
  }

  #open(): void {
    this.#isWhole = true;
    this.#hasBeenWhole = true;
    this.#refusedAtMilliseconds = undefined;
    this.#options.sinks.namespaces.replace(this.#namespace === undefined ? [] : [this.#namespace]);
    this.#tellPresence();
    this.#options.onWhole();
  }

  #keepNoMore(): void {
    if (this.#keptSinceMilliseconds === undefined) return;
    this.#keptSinceMilliseconds = undefined;
    this.#tellPresence();
  }

  #noteFailure(failure: Failure): void {
    const { events, clock, onRefusal } = this.#options;
    const title = titleOf(failure.resource);
    if (failure.error.code !== 'FORBIDDEN') {
      this.#refusals.delete(title);
      events.onError(failure);
    } else if (this.#refusedAtMilliseconds !== undefined) {
      this.#refusedAtMilliseconds = clock.steadyNow();
      this.#attempt.abort();
    } else {
      this.#refusals.set(title, { failure, count: 1 + (this.#refusals.get(title)?.count ?? 0) });
      onRefusal(failure);
    }
  }

  #tellPresence(): void {
    if (this.#namespace !== undefined && this.#keptSinceMilliseconds !== undefined) return;
    this.#tell({ state: this.#namespace === undefined ? 'missing' : 'present' });
  }

  #tell(standing: NamespaceStanding): void {
    if (standing.state === this.#toldState) return;
    this.#toldState = standing.state;
    this.#options.onStanding(this.#options.name, standing);
  }
}
