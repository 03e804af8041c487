/**
 * A Reflector of a resource that the API need not have, such as a custom one. Where it is missing there are no objects of
 * it, and it is looked for again from time to time.
 *
 *     reflects ──▶ 404, again and again ──▶ absent: no objects ──▶ 5 minutes ──▶ reflects
 */
import { Reflector, type ReflectorOptions, type ReflectorStatus } from './reflector.ts';
import type { Resource } from './resource.ts';

export interface OptionalReflectorOptions<T> extends ReflectorOptions<T> {
  /** The resource is missing; told once. Must not throw. */
  readonly onAbsent: (resource: Resource) => void;
  /** It has come after it was missing. Must not throw. */
  readonly onPresent: (resource: Resource) => void;
}

/** A fifth more or less, so that many agents do not look at the same time. */
const lookAgainMilliseconds = 5 * 60 * 1000;
const lookAgainSpread = 0.2;
/** A server that starts may deny for a moment what it has; whoever believed it would drop all there is. */
const denialsToBelieve = 3;

export class OptionalReflector<T> {
  readonly #options: OptionalReflectorOptions<T>;
  #inner: Reflector<T>;
  /** When the resource was last found missing, by Clock.steadyNow; undefined while it is there, or nobody knows. */
  #absentAtMilliseconds: number | undefined;
  #hasBeenAbsent = false;

  constructor(options: OptionalReflectorOptions<T>) {
    this.#options = options;
    this.#inner = this.#reflector(() => undefined);
  }

  get status(): ReflectorStatus {
    const { status } = this.#inner;
    return this.#absentAtMilliseconds === undefined || status.state === 'failing' ? status : { state: 'absent' };
  }

  /** As that of a Reflector. There is nothing to miss while the resource is missing; once that is in doubt, its last moment. */
  get aliveAtSteadyMilliseconds(): number | undefined {
    if (this.status.state === 'absent') return this.#options.clock.steadyNow();
    return this.#inner.aliveAtSteadyMilliseconds ?? this.#absentAtMilliseconds;
  }

  /** Resolves when the signal has aborted. Rejects only with what `sink` or `read` throw. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, random } = this.#options;
    while (!signal.aborted) {
      await this.#reflect(signal);
      const pause = lookAgainMilliseconds * (1 + (2 * random() - 1) * lookAgainSpread);
      if (!signal.aborted) await clock.sleep(pause, signal);
    }
  }

  /** Resolves when the resource is missing, or the signal has aborted. */
  async #reflect(signal: AbortSignal): Promise<void> {
    const missing = new AbortController();
    let denials = 0;
    const inner = this.#reflector((isDenied) => {
      denials = isDenied ? denials + 1 : 0;
      if (denials >= (this.#absentAtMilliseconds === undefined ? denialsToBelieve : 1)) missing.abort();
    });
    this.#inner = inner;
    await inner.run(AbortSignal.any([signal, missing.signal]));
    if (!signal.aborted) this.#noteAbsent();
  }

  #noteAbsent(): void {
    const { resource, sink, clock, onAbsent } = this.#options;
    const isNews = this.#absentAtMilliseconds === undefined;
    this.#absentAtMilliseconds = clock.steadyNow();
    this.#hasBeenAbsent = true;
    // What it knew does not count any more.
    this.#inner = this.#reflector(() => undefined);
    if (!isNews) return;
    onAbsent(resource);
    sink.replace([]);
  }

  /** `onFailure` is told whether the server denies to have the resource; only other failures are told to the outside. */
  #reflector(onFailure: (isDenied: boolean) => void): Reflector<T> {
    const { sink, onError } = this.#options;
    return new Reflector({
      ...this.#options,
      sink: {
        replace: (items) => this.#notePresent(items),
        upsert: (item) => sink.upsert(item),
        remove: (item) => sink.remove(item),
      },
      onError: (failure) => {
        const isDenied = failure.error.code === 'NOT_FOUND';
        onFailure(isDenied);
        if (!isDenied) onError({ ...failure, starting: failure.starting && !this.#hasBeenAbsent });
      },
    });
  }

  #notePresent(items: readonly T[]): void {
    const { resource, sink, onPresent } = this.#options;
    const isNews = this.#absentAtMilliseconds !== undefined;
    this.#absentAtMilliseconds = undefined;
    if (isNews) onPresent(resource);
    sink.replace(items);
  }
}
