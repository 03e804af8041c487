/** One supplement as an agent publishes it, term by term. Loaded only where one is: an agent without needs none of it. */
import type { RecordOptions } from '../records/options.ts';
import type { ObservedView, SupplementSource } from './source.ts';
import type { SupplementEdge } from './supplement-edge.ts';
import { SupplementTerm, type SupplementTermOptions } from './supplement-term.ts';

export interface TermOfSupplement extends Omit<SupplementTermOptions, 'source' | 'edge' | 'take'> {
  readonly view: ObservedView;
  /** Those of the snapshot. */
  readonly names: RecordOptions;
}

export class SupplementPublisher {
  readonly #source: SupplementSource;
  readonly #edge: SupplementEdge;

  constructor(source: SupplementSource, edge: SupplementEdge) {
    this.#source = source;
    this.#edge = edge;
  }

  /** One term; each is a new writer, and knows nothing of what is stored. */
  term({ view, names, ...options }: TermOfSupplement): SupplementTerm {
    const source = this.#source;
    return new SupplementTerm({ ...options, source, edge: this.#edge, take: () => source.take(view, names) });
  }
}
