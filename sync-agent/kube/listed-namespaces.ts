/**
 * Namespaces that are observed one by one. One that is refused holds nobody up, as long as anything shows that the others
 * need not be: that one of them works, or has worked. Where all are refused from the start, somebody forgot the Roles.
 */

import type { WatchStatus } from '../agent-status.ts';
import { ListedNamespace, type ListedNamespaceOptions } from './listed-namespace.ts';
import type { Failure, ReflectorStatus } from './reflector.ts';
import { earliest, type Observation, runAll } from './reflector-group.ts';

export interface ListedNamespacesOptions
  extends Omit<ListedNamespaceOptions, 'name' | 'sinks' | 'reflect' | 'onRefusal' | 'onWhole'> {
  readonly namespaces: readonly Pick<ListedNamespaceOptions, 'name' | 'sinks' | 'reflect'>[];
}

export class ListedNamespaces implements Observation {
  readonly #namespaces: readonly ListedNamespace[];
  readonly #onError: (failure: Failure) => void;

  constructor({ namespaces, events, ...options }: ListedNamespacesOptions) {
    this.#onError = events.onError;
    this.#namespaces = namespaces.map(
      (namespace) =>
        new ListedNamespace({
          ...options,
          ...namespace,
          events: { ...events, onError: (failure) => this.#noteFailure(failure) },
          onRefusal: (failure) => this.#noteRefusal(failure),
          onWhole: () => this.#giveUpRefused(),
        }),
    );
  }

  get status(): ReadonlyMap<string, ReflectorStatus> {
    return new Map(this.#namespaces.flatMap(({ status }) => [...status]));
  }

  get watches(): ReadonlyMap<string, WatchStatus> {
    return new Map(this.#namespaces.flatMap(({ watches }) => [...watches]));
  }

  /** Of those that are not refused; where all are, the moment up to which that is known. */
  get aliveAtSteadyMilliseconds(): number | undefined {
    const counted = this.#counted;
    if (counted.length > 0) return earliest(counted.map(({ aliveAtSteadyMilliseconds }) => aliveAtSteadyMilliseconds));
    return earliest(this.#namespaces.map(({ refusedAtMilliseconds }) => refusedAtMilliseconds));
  }

  get isWatching(): boolean {
    return this.#counted.every(({ isWatching }) => isWatching);
  }

  run(signal: AbortSignal): Promise<void> {
    return runAll(this.#namespaces, signal);
  }

  get #counted(): readonly ListedNamespace[] {
    return this.#namespaces.filter(({ refusedAtMilliseconds }) => refusedAtMilliseconds === undefined);
  }

  get #hasAnyWorked(): boolean {
    return this.#namespaces.some(({ hasBeenWhole }) => hasBeenWhole);
  }

  /** Once anything has worked, no failure is one of the start any more. */
  #noteFailure(failure: Failure): void {
    this.#onError({ ...failure, starting: failure.starting && !this.#hasAnyWorked });
  }

  #noteRefusal(failure: Failure): void {
    if (this.#hasAnyWorked) this.#giveUpRefused();
    else if (this.#namespaces.every(({ isBeingRefused }) => isBeingRefused)) this.#onError(failure);
  }

  #giveUpRefused(): void {
    for (const namespace of this.#namespaces) namespace.giveUpIfRefused();
  }
}
