/**
 * Keeps a sink equal to one Namespace: watched where that is allowed, else asked for again and again.
 *
 *     watches ──▶ 403 ──▶ asks every five seconds ──▶ 10 minutes ──▶ watches
 */
import type { KubeError } from './error.ts';
import { NamespaceProbe } from './namespace-probe.ts';
import { Reflector, type ReflectorOptions, type ReflectorStatus } from './reflector.ts';
import type { AnyReflector } from './reflector-group.ts';
import { namespaceNamed, namespacesNamed } from './resource.ts';

export interface NamespaceReflectorOptions<T> extends Omit<ReflectorOptions<T>, 'resource'> {
  readonly name: string;
  /** Whenever it is found that it may not be watched, and is asked for instead; `error` says what is missing. Must not throw. */
  readonly onAsked: (name: string, error: KubeError) => void;
}

const lookAgainMilliseconds = 10 * 60 * 1000;
/** A fifth more or less, so that many namespaces do not look at the same time. */
const lookAgainSpread = 0.2;

export class NamespaceReflector<T> implements AnyReflector {
  readonly #options: NamespaceReflectorOptions<T>;
  /** The way that has said something last, whose status counts. */
  #current: AnyReflector;
  /** Of all ways so far. */
  #aliveAtSteadyMilliseconds: number | undefined;

  constructor(options: NamespaceReflectorOptions<T>) {
    this.#options = options;
    this.#current = this.#watching(() => undefined);
  }

  get status(): ReflectorStatus {
    return this.#current.status;
  }

  get aliveAtSteadyMilliseconds(): number | undefined {
    return this.#current.aliveAtSteadyMilliseconds ?? this.#aliveAtSteadyMilliseconds;
  }

  /** Resolves when the signal has aborted. Rejects only with what `sink` or `read` throw. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#watch(signal);
      if (!signal.aborted) await this.#ask(signal);
    }
  }

  /** Resolves when that is refused, or the signal has aborted. */
  async #watch(signal: AbortSignal): Promise<void> {
    const { name, onAsked } = this.#options;
    const refused = new AbortController();
    const reflector = this.#watching((error) => {
      refused.abort();
      onAsked(name, error);
    });
    await reflector.run(AbortSignal.any([signal, refused.signal]));
  }

  #watching(onRefused: (error: KubeError) => void): AnyReflector {
    const { name, onError, onWell, onAccepted } = this.#options;
    const reflector: AnyReflector = new Reflector<T>({
      ...this.#options,
      resource: namespacesNamed(name),
      onAccepted: (resource) => {
        this.#is(reflector);
        onAccepted?.(resource);
      },
      onWell,
      onError: (failure) => {
        if (failure.error.code === 'FORBIDDEN') return onRefused(failure.error);
        this.#is(reflector);
        onError(failure);
      },
    });
    return reflector;
  }

  /** Resolves when it is time to look whether the Namespace may be watched, or the signal has aborted. */
  async #ask(signal: AbortSignal): Promise<void> {
    const { name, onError, onWell, clock, random } = this.#options;
    const enough = new AbortController();
    const either = AbortSignal.any([signal, enough.signal]);
    const probe: AnyReflector = new NamespaceProbe<T>({
      ...this.#options,
      resource: namespaceNamed(name),
      onWell: (resource) => {
        this.#is(probe);
        onWell(resource);
      },
      onError: (failure) => {
        this.#is(probe);
        onError(failure);
      },
    });
    const pause = lookAgainMilliseconds * (1 + (2 * random() - 1) * lookAgainSpread);
    const asking = probe.run(either);
    asking.catch(() => enough.abort());
    await clock.sleep(pause, either);
    enough.abort();
    await asking;
  }

  #is(current: AnyReflector): void {
    if (current === this.#current) return;
    this.#aliveAtSteadyMilliseconds = this.aliveAtSteadyMilliseconds;
    this.#current = current;
  }
}
