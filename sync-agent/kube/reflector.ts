/**
 * Keeps a sink equal to one resource of the API: a list, then a watch from there on, again and again, whatever breaks.
 * Where the server can, list and watch are one stream (streaming-list.ts).
 *
 *     list ──▶ watch ──▶ ended by the server ──▶ watch from the last version seen
 *      ▲         ├─────▶ failed ──▶ back off ──▶ watch from the last version seen
 *      └─────────┴─ the version is gone, the server may be another one, or attempts to go on keep failing
 *
 * Only the signal ends it. A failure is told to `onError` and stays in `status` until a watch is accepted again.
 */
import type { Tell } from '../agent-events.ts';
import { retryMilliseconds } from './backoff.ts';
import type { Clock } from './clock.ts';
import type { KubeApi } from './connection.ts';
import { KubeError } from './error.ts';
import type { ListStrategy } from './list.ts';
import { type Position, positionAfter, resumed } from './position.ts';
import type { Resource } from './resource.ts';
import { streamingList } from './streaming-list.ts';
import { type OpenWatch, readWatchEvent, type WatchEvent, watchPath } from './watch.ts';

/** Where changes go. Calls come one at a time and must not throw. */
export interface Sink<T> {
  /** The whole state: what is not in it does not exist (any more). */
  replace(items: readonly T[]): void;
  upsert(item: T): void;
  /** `item` is the last state before the deletion. */
  remove(item: T): void;
}

export type ReflectorStatus =
  | { readonly state: 'starting' }
  | { readonly state: 'watching' }
  /** The API does not have the resource, and need not have it. */
  | { readonly state: 'absent' }
  /** `failures` in a row. */
  | { readonly state: 'failing'; readonly error: KubeError; readonly failures: number };

export interface Failure {
  readonly resource: Resource;
  readonly error: KubeError;
  /** Whether no watch has been accepted yet: a program that starts may give up, one that runs goes on. */
  readonly starting: boolean;
}

export interface ReflectorOptions<T> {
  readonly api: KubeApi;
  readonly resource: Resource;
  /** What is kept of an object. Must not throw. */
  readonly read: (object: unknown) => T;
  readonly sink: Sink<T>;
  readonly onError: (failure: Failure) => void;
  /** After each sign that the watch works: an event, a bookmark, an end in good order. Must not throw. */
  readonly onWell: (resource: Resource) => void;
  /** After each watch that the server accepts. Must not throw. */
  readonly onAccepted?: (resource: Resource) => void;
  /** Told of lists and of watches that end. */
  readonly tell?: Tell | undefined;
  readonly clock: Clock;
  /** In [0, 1), as Math.random. */
  readonly random: () => number;
  readonly list?: ListStrategy;
  /** Bookmarks come about once a minute; a link that is silent for this long is taken for dead. */
  readonly inactivityMilliseconds?: number;
}

const defaultInactivityMilliseconds = 150_000;
/** So that watches that began together do not end together; as client-go has it. */
const leastWatchSeconds = 300;
const watchSecondsSpread = 300;
/** Server and connection are well when a watch lasts this long; one that ends sooner counts as a failure. */
const shortestWatchMilliseconds = 10_000;

export class Reflector<T> {
  readonly #options: ReflectorOptions<T>;
  readonly #list: ListStrategy;
  readonly #inactivityMilliseconds: number;
  #position: Position | undefined;
  #status: ReflectorStatus = { state: 'starting' };
  #failures = 0;
  #accepted = false;
  /** Whether the last list was made because a version was gone, and nothing has come since. */
  #relisted = false;
  #aliveAtSteadyMilliseconds: number | undefined;

  constructor(options: ReflectorOptions<T>) {
    this.#options = options;
    this.#list = options.list ?? streamingList(options.clock);
    this.#inactivityMilliseconds = options.inactivityMilliseconds ?? defaultInactivityMilliseconds;
  }

  get status(): ReflectorStatus {
    return this.#status;
  }

  /**
   * The moment up to which the watch is known to have been alive, by Clock.steadyNow; undefined before the first whole
   * list. It is the start of a list, or the arrival of an event or bookmark; that a connection is open proves nothing.
   * Alive is less than current: after a break the server sends what was missed, and its first event counts while the rest
   * is still to come.
   */
  get aliveAtSteadyMilliseconds(): number | undefined {
    return this.#aliveAtSteadyMilliseconds;
  }

  /** Resolves when the signal has aborted and the connection is closed. Rejects only with what `sink` or `read` throw. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        const goingOn = this.#position === undefined ? await this.#listAll(signal) : undefined;
        await this.#follow(goingOn ?? (await this.#open(signal)));
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof KubeError)) throw error;
        await this.#recover(error, signal);
      }
    }
  }

  /** The watch that the list goes on as, if it does. */
  async #listAll(signal: AbortSignal): Promise<OpenWatch | undefined> {
    const { api, resource, read, sink, onWell, clock, tell } = this.#options;
    const inactivityMilliseconds = this.#inactivityMilliseconds;
    const startedAt = clock.steadyNow();
    const listing = { api, resource, read, signal, watchSeconds: this.#watchSeconds(), inactivityMilliseconds };
    const { items, resourceVersion, watch } = await this.#list(listing);
    // Before the sink is told, so that whoever listens to it finds the list counted.
    this.#aliveAtSteadyMilliseconds = startedAt;
    this.#position = { resourceVersion, doubts: 0 };
    sink.replace(items);
    const seconds = (clock.steadyNow() - startedAt) / 1000;
    tell?.({ kind: 'listed', resource: resource.kind, objects: items.length, seconds });
    if (watch !== undefined) onWell(resource);
    return watch;
  }

  /** From the position on. */
  async #open(signal: AbortSignal): Promise<OpenWatch> {
    const { api, resource, clock } = this.#options;
    const position = this.#position!;
    const path = watchPath(resource, position.resourceVersion, this.#watchSeconds());
    const openedAtMilliseconds = clock.steadyNow();
    const values = await api.stream(path, { signal, inactivityMilliseconds: this.#inactivityMilliseconds });
    this.#position = resumed(position);
    return { path, values, openedAtMilliseconds };
  }

  #watchSeconds(): number {
    return leastWatchSeconds + Math.floor(this.#options.random() * watchSecondsSpread);
  }

  /** Returns when the server has ended the watch in good order. */
  async #follow({ path, values, openedAtMilliseconds }: OpenWatch): Promise<void> {
    const { resource, onWell, onAccepted, tell, clock } = this.#options;
    this.#accepted = true;
    this.#status = { state: 'watching' };
    onAccepted?.(resource);
    const isShort = (): boolean => clock.steadyNow() - openedAtMilliseconds < shortestWatchMilliseconds;
    try {
      for await (const value of values) this.#apply(readWatchEvent(value, path));
      if (isShort()) {
        throw new KubeError('DISCONNECTED', `the API server ended the watch of ${resource.path} early`);
      }
    } catch (error) {
      if (error instanceof KubeError) tell?.({ kind: 'watch-restarted', resource: resource.kind, reason: error.code });
      throw error;
    } finally {
      if (!isShort()) this.#settle();
    }
    tell?.({ kind: 'watch-restarted', resource: resource.kind, reason: 'ended' });
    onWell(resource);
  }

  #apply(event: WatchEvent): void {
    const { resource, read, sink, onWell, clock } = this.#options;
    this.#position = { resourceVersion: event.resourceVersion, doubts: 0 };
    this.#settle();
    this.#aliveAtSteadyMilliseconds = clock.steadyNow();
    onWell(resource);
    if (event.type === 'upsert') sink.upsert(read(event.object));
    if (event.type === 'remove') sink.remove(read(event.object));
  }

  #settle(): void {
    this.#failures = 0;
    this.#relisted = false;
  }

  async #recover(error: KubeError, signal: AbortSignal): Promise<void> {
    const { resource, onError, clock, random } = this.#options;
    this.#position = positionAfter(error, this.#position);
    this.#failures += 1;
    this.#status = { state: 'failing', error, failures: this.#failures };
    // The server is well and wants a new list; twice in a row it is not so well.
    const isListedAtOnce = error.code === 'GONE' && !this.#relisted;
    this.#relisted ||= isListedAtOnce;
    const wait = isListedAtOnce ? 0 : retryMilliseconds(this.#failures, random(), error.retryAfterSeconds);
    onError({ resource, error, starting: !this.#accepted });
    if (wait > 0) await clock.sleep(wait, signal);
  }
}
