/** The objects of one kind, and their problems, by key. No I/O. */
import { isDeepStrictEqual } from 'node:util';
import type { Problem } from '../cluster.ts';
import type { ChangeTrigger } from './change-trigger.ts';
import type { Sink } from './reflector.ts';
import type { Trimmed } from './trimmed.ts';

/**
 * Told after the fact, once for each object that is not what it was; undefined for one that is not there. `trigger` is that
 * of a single change; what a list shows may have changed long ago.
 */
export type OnDifference<T> = (
  key: string,
  before: T | undefined,
  after: T | undefined,
  trigger: ChangeTrigger | undefined,
) => void;

export class Store<T> implements Sink<Trimmed<T>> {
  readonly #values = new Map<string, T>();
  readonly #problems = new Map<string, readonly Problem[]>();
  readonly #onDifference: OnDifference<T>;

  constructor(onDifference: OnDifference<T>) {
    this.#onDifference = onDifference;
  }

  get values(): ReadonlyMap<string, T> {
    return this.#values;
  }

  /** Problems of the objects as they are now. */
  get problems(): ReadonlyMap<string, readonly Problem[]> {
    return this.#problems;
  }

  replace(items: readonly Trimmed<T>[]): void {
    const kept = new Set(items.map((item) => item.key));
    for (const key of [...this.#values.keys(), ...this.#problems.keys()]) if (!kept.has(key)) this.#drop(key);
    for (const item of items) this.#take(item);
  }

  /** A sink for some of the objects, which no other brings: a list of its objects drops only its own. */
  part(): Sink<Trimmed<T>> {
    let keys = new Set<string>();
    return {
      replace: (items) => {
        const before = keys;
        keys = new Set(items.map((item) => item.key));
        for (const key of before) if (!keys.has(key)) this.#drop(key);
        for (const item of items) this.#take(item);
      },
      upsert: (item) => {
        keys.add(item.key);
        this.upsert(item);
      },
      remove: (item) => {
        keys.delete(item.key);
        this.remove(item);
      },
    };
  }

  upsert(item: Trimmed<T>): void {
    this.#take(item, item.trigger);
  }

  remove(item: Trimmed<T>): void {
    this.#drop(item.key);
  }

  #take(item: Trimmed<T>, trigger?: ChangeTrigger): void {
    if (item.problems.length > 0) this.#problems.set(item.key, item.problems);
    else this.#problems.delete(item.key);
    this.#set(item.key, item.value, trigger);
  }

  #drop(key: string): void {
    this.#problems.delete(key);
    this.#set(key, undefined);
  }

  #set(key: string, after: T | undefined, trigger?: ChangeTrigger): void {
    const before = this.#values.get(key);
    // Most updates, and nearly all of a list that is read again, change nothing that is kept.
    if (isDeepStrictEqual(before, after)) return;
    if (after === undefined) this.#values.delete(key);
    else this.#values.set(key, after);
    this.#onDifference(key, before, after, trigger);
  }
}
