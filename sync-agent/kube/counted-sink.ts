/** A sink that knows how many objects went through it and are there. */
import type { Sink } from './reflector.ts';
import type { Trimmed } from './trimmed.ts';

export class CountedSink<T> implements Sink<Trimmed<T>> {
  readonly #sink: Sink<Trimmed<T>>;
  readonly #onRemoved: () => void;
  #keys = new Set<string>();

  /** `onRemoved` is called after a list, and after each object that was removed. */
  constructor(sink: Sink<Trimmed<T>>, onRemoved: () => void) {
    this.#sink = sink;
    this.#onRemoved = onRemoved;
  }

  get size(): number {
    return this.#keys.size;
  }

  replace(items: readonly Trimmed<T>[]): void {
    this.#keys = new Set(items.map(({ key }) => key));
    this.#sink.replace(items);
    this.#onRemoved();
  }

  upsert(item: Trimmed<T>): void {
    this.#keys.add(item.key);
    this.#sink.upsert(item);
  }

  remove(item: Trimmed<T>): void {
    this.#keys.delete(item.key);
    this.#sink.remove(item);
    this.#onRemoved();
  }
}
