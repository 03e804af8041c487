/**
 * Asks for one Namespace again and again, where it may not be watched (namespace-reflector.ts): one that comes, goes, or is
 * hidden or shown, is seen with the next question.
 *
 * To whoever runs it, it is like a Reflector of a resource that holds one object or none.
 */
import { retryMilliseconds } from './backoff.ts';
import { KubeError } from './error.ts';
import { fieldsOf } from './json.ts';
import type { ReflectorOptions, ReflectorStatus } from './reflector.ts';

/** Half a second more or less, so that the questions for many namespaces spread. */
const pauseMilliseconds = 5000;
const spreadMilliseconds = 1000;
const timeoutMilliseconds = 30_000;

/** `resource` is one Namespace, `sink` its own; the first answer is told with `replace`. */
export type NamespaceProbeOptions<T> = Omit<ReflectorOptions<T>, 'list' | 'inactivityMilliseconds'>;

export class NamespaceProbe<T> {
  readonly #options: NamespaceProbeOptions<T>;
  #status: ReflectorStatus = { state: 'starting' };
  #failures = 0;
  #aliveAtSteadyMilliseconds: number | undefined;
  /** As it was last seen. */
  #present: T | undefined;

  constructor(options: NamespaceProbeOptions<T>) {
    this.#options = options;
  }

  get status(): ReflectorStatus {
    return this.#status;
  }

  /** When the question was asked that was answered last, by Clock.steadyNow. */
  get aliveAtSteadyMilliseconds(): number | undefined {
    return this.#aliveAtSteadyMilliseconds;
  }

  /** Resolves when the signal has aborted. Rejects only with what `sink` or `read` throw. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, random } = this.#options;
    while (!signal.aborted) {
      try {
        await this.#ask(signal);
        await clock.sleep(pauseMilliseconds + (random() - 0.5) * spreadMilliseconds, signal);
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof KubeError)) throw error;
        await this.#recover(error, signal);
      }
    }
  }

  async #ask(signal: AbortSignal): Promise<void> {
    const { resource, onWell, clock } = this.#options;
    const askedAt = clock.steadyNow();
    const object = await this.#get(signal);
    const isFirst = this.#aliveAtSteadyMilliseconds === undefined;
    // Before the sink is told, so that whoever listens to it finds the answer counted.
    this.#aliveAtSteadyMilliseconds = askedAt;
    this.#failures = 0;
    this.#status = { state: 'watching' };
    this.#tell(object, isFirst);
    onWell(resource);
  }

  /** The Namespace; undefined when there is none. */
  async #get(signal: AbortSignal): Promise<unknown> {
    const { api, resource } = this.#options;
    try {
      const object = await api.request(resource.path, { signal, timeoutMilliseconds });
      const { kind, metadata } = fieldsOf(object) as { readonly kind?: unknown; readonly metadata?: unknown };
      if (kind === resource.kind && fieldsOf(metadata)['name'] === resource.namespace) return object;
      throw new KubeError('BAD_RESPONSE', `the API server sent something else than Namespace ${resource.namespace}`);
    } catch (error) {
      if (error instanceof KubeError && error.code === 'NOT_FOUND') return undefined;
      throw error;
    }
  }

  #tell(object: unknown, isFirst: boolean): void {
    const { read, sink } = this.#options;
    const before = this.#present;
    const now = object === undefined ? undefined : read(object);
    this.#present = now;
    if (isFirst) sink.replace(now === undefined ? [] : [now]);
    else if (now !== undefined) sink.upsert(now);
    else if (before !== undefined) sink.remove(before);
  }

  async #recover(error: KubeError, signal: AbortSignal): Promise<void> {
    const { resource, onError, clock, random } = this.#options;
    this.#failures += 1;
    this.#status = { state: 'failing', error, failures: this.#failures };
    onError({ resource, error, starting: this.#aliveAtSteadyMilliseconds === undefined });
    await clock.sleep(retryMilliseconds(this.#failures, random(), error.retryAfterSeconds), signal);
  }
}
