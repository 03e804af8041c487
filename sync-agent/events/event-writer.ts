/**
 * Tells the owners of objects that cannot become records, by Kubernetes Events: once for each object as long as its
 * reasons stay the same, and at most every ten minutes where somebody keeps changing it. It helps people and nothing depends on it: it is slow rather than a burden, and gives up easily.
 */
import type { Tell } from '../agent-events.ts';
import type { Problem } from '../cluster.ts';
import { retryMilliseconds } from '../kube/backoff.ts';
import type { Clock } from '../kube/clock.ts';
import type { KubeApi } from '../kube/connection.ts';
import { KubeError, type KubeErrorCode, messageOf } from '../kube/error.ts';
import type { Log } from '../log.ts';
import { eventOf, type Notice, namespaceOf, noticesOf } from './notice.ts';
import { TokenBucket } from './token-bucket.ts';

export interface EventWriterOptions {
  readonly api: KubeApi;
  readonly clock: Clock;
  /** In [0, 1), as Math.random. */
  readonly random: () => number;
  readonly log: Log;
  readonly tell: Tell;
  /** Of this process, at most 128 characters. */
  readonly identity: string;
}

/** As client-go's, which sends no more of one source. */
const burst = 25;
const refillMilliseconds = 10_000;
const maxInFlight = 2;
const timeoutMilliseconds = 10_000;
/** Until a namespace is tried again in which Events are not allowed. */
const refusedMilliseconds = 10 * 60 * 1000;
/** Of which it knows what was told. Nobody reads more. */
const maxObjects = 5000;
/** How long nothing new is told of an object after something was. */
const silentMilliseconds = 10 * 60 * 1000;

interface Told {
  /** Undefined when the object was well since. */
  readonly message: string | undefined;
  /** On the steady clock. */
  readonly at: number;
}

/** The server is in trouble, or this agent is: the same may succeed later. */
const passing: ReadonlySet<KubeErrorCode> = new Set<KubeErrorCode>([
  'UNREACHABLE',
  'UNTRUSTED',
  'UNAUTHORIZED',
  'CREDENTIALS_UNAVAILABLE',
  'TOO_MANY_REQUESTS',
  'SERVER_ERROR',
  'TIMEOUT',
  'DISCONNECTED',
]);

export class EventWriter {
  readonly #options: EventWriterOptions;
  readonly #bucket: TokenBucket;
  /** By object, as long as it holds or is not long ago; what is being sent as well. */
  readonly #told = new Map<string, Told>();
  /** By object, in the order in which they are told. */
  #waiting = new Map<string, Notice>();
  readonly #inFlight = new Set<Promise<void>>();
  /** By namespace, until when it is not tried. */
  readonly #refused = new Map<string, number>();
  #failures = 0;
  #pausedUntil = Number.NEGATIVE_INFINITY;
  readonly #loggedCodes = new Set<KubeErrorCode>();
  #signal = AbortSignal.abort();
  #isRunning = false;

  constructor(options: EventWriterOptions) {
    const { clock } = options;
    this.#options = options;
    this.#bucket = new TokenBucket({ burst, refillMilliseconds, now: () => clock.steadyNow() });
  }

  /**
   * Takes all problems that there are now, and returns at once. Nothing is sent once the signal has aborted; a later
   * report goes on.
   */
  report(problems: readonly Problem[], signal: AbortSignal): void {
    if (signal.aborted) return;
    const notices = noticesOf(problems);
    const silentFrom = this.#options.clock.steadyNow() - silentMilliseconds;
    for (const [object, { at }] of this.#told) {
      if (notices.has(object)) continue;
      if (at <= silentFrom) this.#told.delete(object);
      else this.#told.set(object, { message: undefined, at });
    }
    this.#waiting = new Map();
    for (const [object, notice] of notices) {
      const told = this.#told.get(object);
      if (told !== undefined && (told.message === notice.message || told.at > silentFrom)) continue;
      if (this.#told.has(object) || this.#told.size + this.#waiting.size < maxObjects)
        this.#waiting.set(object, notice);
    }
    this.#signal = signal;
    if (!this.#isRunning) void this.#run();
  }

  /** Until there is nothing to send. What waits for a permission is tried again after a later report. */
  async #run(): Promise<void> {
    const { clock } = this.#options;
    this.#isRunning = true;
    while (!this.#signal.aborted && this.#waiting.size + this.#inFlight.size > 0) {
      const next = this.#next();
      const wait = Math.max(this.#bucket.waitMilliseconds, this.#pausedUntil - clock.steadyNow());
      if (next === undefined || this.#inFlight.size >= maxInFlight) {
        if (this.#inFlight.size === 0) break;
        await Promise.race(this.#inFlight);
      } else if (wait > 0) {
        await clock.sleep(wait, this.#signal);
      } else {
        this.#begin(...next);
      }
    }
    this.#isRunning = false;
  }

  /** The first to wait whose namespace may be tried. */
  #next(): readonly [object: string, notice: Notice] | undefined {
    const now = this.#options.clock.steadyNow();
    for (const [namespace, until] of this.#refused) if (until <= now) this.#refused.delete(namespace);
    for (const entry of this.#waiting) if (!this.#refused.has(namespaceOf(entry[1]))) return entry;
    return undefined;
  }

  #begin(object: string, notice: Notice): void {
    this.#bucket.take();
    this.#waiting.delete(object);
    this.#told.set(object, { message: notice.message, at: this.#options.clock.steadyNow() });
    const sending = this.#send(object, notice, this.#signal).finally(() => this.#inFlight.delete(sending));
    this.#inFlight.add(sending);
  }

  /** Never rejects. */
  async #send(object: string, notice: Notice, signal: AbortSignal): Promise<void> {
    const { api, clock, tell, identity } = this.#options;
    try {
      const path = `/api/v1/namespaces/${namespaceOf(notice)}/events`;
      await api.send('POST', path, eventOf(notice, identity, clock.now()), { signal, timeoutMilliseconds });
      this.#failures = 0;
      tell({ kind: 'event-written', ok: true });
    } catch (error) {
      if (signal.aborted) this.#unsay(object, notice);
      else this.#noteFailure(object, notice, error);
    }
  }

  #noteFailure(object: string, notice: Notice, error: unknown): void {
    const { clock, random, tell } = this.#options;
    const code = error instanceof KubeError ? error.code : 'BAD_RESPONSE';
    // It is there already, or its namespace is ending.
    if (code === 'CONFLICT') return;
    tell({ kind: 'event-written', ok: false });
    // The object has gone with its namespace.
    if (code === 'NOT_FOUND') return;
    this.#log(code, messageOf(error));
    if (code === 'FORBIDDEN') {
      this.#refused.set(namespaceOf(notice), clock.steadyNow() + refusedMilliseconds);
      this.#unsay(object, notice);
    } else if (passing.has(code)) {
      this.#failures += 1;
      const { retryAfterSeconds } = error as KubeError;
      this.#pausedUntil = clock.steadyNow() + retryMilliseconds(this.#failures, random(), retryAfterSeconds);
      this.#unsay(object, notice);
    }
  }

  /** It waits again, unless something else is to be said by now. */
  #unsay(object: string, notice: Notice): void {
    if (this.#told.get(object)?.message !== notice.message) return;
    this.#told.delete(object);
    this.#waiting.set(object, notice);
  }

  /** Once for each code. */
  #log(code: KubeErrorCode, message: string): void {
    if (this.#loggedCodes.has(code)) return;
    this.#loggedCodes.add(code);
    this.#options.log.warn(`Kubernetes Events about objects that are not published cannot be written: ${message}`, {
      code,
    });
  }
}
