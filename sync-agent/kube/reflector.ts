/**
 * Keeps a sink equal to one resource of the API: a list, then a watch from there on, again and again, whatever breaks.
 *
 *     list ──▶ watch ──▶ ended by the server ──▶ watch from the last version seen
 *      ▲         ├─────▶ failed ──▶ back off ──▶ watch from the last version seen
 *      └─────────┴─ the version is gone, the server may be another one, or attempts to go on keep failing
 *
 * Only the signal ends it. A failure is told to `onError` and stays in `status` until a watch is accepted again.
 */
import { retryMilliseconds } from './backoff.ts';
import type { Clock } from './clock.ts';
import type { KubeApi } from './connection.ts';
import { KubeError } from './error.ts';
import { type ListStrategy, pagedList } from './list.ts';
import type { Resource } from './resource.ts';
import { readWatchEvent, type WatchEvent, watchPath } from './watch.ts';

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
  readonly clock: Clock;
  /** In [0, 1), as Math.random. */
  readonly random: () => number;
  readonly list?: ListStrategy;
  /** Bookmarks come about once a minute; a link that is silent for this long is taken for dead. */
  readonly inactivityMilliseconds?: number;
}

interface Position {
  readonly resourceVersion: string;
  /** Grows with each attempt to go on from here that fails for a reason that may lie in the position. */
  readonly doubts: number;
}

const maxDoubts = 5;
const defaultInactivityMilliseconds = 150_000;
const minWatchSeconds = 240;
const maxWatchSeconds = 480;
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
  #aliveAtMilliseconds: number | undefined;

  constructor(options: ReflectorOptions<T>) {
    this.#options = options;
    this.#list = options.list ?? pagedList;
    this.#inactivityMilliseconds = options.inactivityMilliseconds ?? defaultInactivityMilliseconds;
  }

  get status(): ReflectorStatus {
    return this.#status;
  }

  /**
   * The moment up to which the watch is known to have been alive, in milliseconds since the Unix epoch; undefined before
   * the first whole list. It is the start of a list, or the arrival of an event or bookmark; that a connection is open
   * proves nothing. Alive is less than current: after a break the server sends what was missed, and its first event
   * counts while the rest is still to come.
   */
  get aliveAtMilliseconds(): number | undefined {
    return this.#aliveAtMilliseconds;
  }

  /** Resolves when the signal has aborted and the connection is closed. Rejects only with what `sink` or `read` throw. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        this.#position ??= await this.#listAll(signal);
        await this.#watch(this.#position.resourceVersion, signal);
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof KubeError)) throw error;
        await this.#recover(error, signal);
      }
    }
  }

  async #listAll(signal: AbortSignal): Promise<Position> {
    const { api, resource, read, sink, clock } = this.#options;
    const startedAt = clock.now();
    const { items, resourceVersion } = await this.#list(api, resource, read, signal);
    // Before the sink is told, so that whoever listens to it finds the list counted.
    this.#aliveAtMilliseconds = startedAt;
    sink.replace(items);
    return { resourceVersion, doubts: 0 };
  }

  /** Returns when the server has ended the watch in good order. */
  async #watch(resourceVersion: string, signal: AbortSignal): Promise<void> {
    const { api, resource, onWell, onAccepted, clock, random } = this.#options;
    const timeoutSeconds = minWatchSeconds + Math.floor(random() * (maxWatchSeconds - minWatchSeconds + 1));
    const path = watchPath(resource, resourceVersion, timeoutSeconds);
    const openedAt = clock.steadyNow();
    const values = await api.stream(path, { signal, inactivityMilliseconds: this.#inactivityMilliseconds });
    this.#accepted = true;
    this.#status = { state: 'watching' };
    onAccepted?.(resource);
    const isShort = (): boolean => clock.steadyNow() - openedAt < shortestWatchMilliseconds;
    try {
      for await (const value of values) this.#apply(readWatchEvent(value, path));
    } finally {
      if (!isShort()) this.#settle();
    }
    if (isShort()) {
      throw new KubeError('DISCONNECTED', `the API server ended the watch of ${resource.path} early`);
    }
    onWell(resource);
  }

  #apply(event: WatchEvent): void {
    const { resource, read, sink, onWell, clock } = this.#options;
    this.#position = { resourceVersion: event.resourceVersion, doubts: 0 };
    this.#settle();
    this.#aliveAtMilliseconds = clock.now();
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

/**
 * Where to go on after a failure; undefined to list again. An API server that was restored from a backup, or newly made,
 * accepts a watch from a version that it has not reached yet, and then says nothing, not even bookmarks. So a position is
 * given up when the server may be another one than before, and when nothing has come from it for long.
 */
function positionAfter(error: KubeError, position: Position | undefined): Position | undefined {
  if (position === undefined) return undefined;
  switch (error.code) {
    case 'GONE':
    case 'UNREACHABLE':
    case 'UNTRUSTED':
      return undefined;
    case 'TIMEOUT':
      return doubted(position, 3);
    case 'FORBIDDEN':
    case 'NOT_FOUND':
    case 'SERVER_ERROR':
    case 'BAD_RESPONSE':
    case 'DISCONNECTED':
      return doubted(position, 1);
    case 'UNAUTHORIZED':
    case 'TOO_MANY_REQUESTS':
    case 'CREDENTIALS_UNAVAILABLE':
    case 'KUBECONFIG_MISSING':
    case 'KUBECONFIG_UNREADABLE':
    case 'KUBECONFIG_INVALID':
      // Nobody has looked at the position.
      return position;
  }
}

function doubted(position: Position, more: number): Position | undefined {
  const doubts = position.doubts + more;
  return doubts < maxDoubts ? { ...position, doubts } : undefined;
}
