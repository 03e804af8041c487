/** Numbers by labels, of one metric. */
import type { Metric, Sample } from './exposition.ts';

/** Labels come from requests; these are more than any edge has that is not being played with. */
const maxSeries = 10_000;

export interface SeriesOptions extends Omit<Metric, 'samples'> {
  /** How long a number counts after it was last told; for ever when it is left out. */
  readonly keptMilliseconds?: number;
}

export class Series {
  readonly #options: SeriesOptions;
  readonly #now: () => number;
  readonly #samples = new Map<string, Sample & { readonly toldAt: number }>();

  /** `now` gives milliseconds that never go back. */
  constructor(options: SeriesOptions, now: () => number = () => performance.now()) {
    this.#options = options;
    this.#now = now;
  }

  /** False when there are too many series already for another one. */
  add(labels: Sample['labels'], value = 1): boolean {
    return this.#put(labels, (before) => before + value);
  }

  /** As `add`. */
  set(labels: Sample['labels'], value: number): boolean {
    return this.#put(labels, () => value);
  }

  metric(): Metric {
    const { keptMilliseconds = Number.POSITIVE_INFINITY, name, type, help } = this.#options;
    const now = this.#now();
    for (const [key, { toldAt }] of this.#samples) if (now - toldAt > keptMilliseconds) this.#samples.delete(key);
    return { name, type, help, samples: [...this.#samples.values()] };
  }

  #put(labels: Sample['labels'], valueAfter: (before: number) => number): boolean {
    const key = JSON.stringify(Object.values(labels));
    const before = this.#samples.get(key);
    if (before === undefined && this.#samples.size >= maxSeries) return false;
    this.#samples.set(key, { labels, value: valueAfter(before?.value ?? 0), toldAt: this.#now() });
    return true;
  }
}
