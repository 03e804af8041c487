/** One supplement as an agent publishes it, term by term. Loaded only where one is: an agent without needs none of it. */
import type { DeletionGuardOptions } from '../guard/deletion-guard.ts';
import type { RecordOptions } from '../records/options.ts';
import type { ObservedView, SupplementSource } from './source.ts';
import type { SupplementEdge } from './supplement-edge.ts';
import { SupplementGuard } from './supplement-guard.ts';
import { SupplementTerm, type SupplementTermOptions } from './supplement-term.ts';

export interface TermOfSupplement extends Omit<SupplementTermOptions, 'source' | 'edge' | 'take' | 'guarded'> {
  readonly view: ObservedView;
  /** Those of the snapshot. */
  readonly names: RecordOptions;
  /** Those of the snapshot's names. */
  readonly deletions: DeletionGuardOptions;
}

export class SupplementPublisher {
  readonly #source: SupplementSource;
  readonly #edge: SupplementEdge;
  /** Of all terms. */
  #guard: SupplementGuard | undefined;

  constructor(source: SupplementSource, edge: SupplementEdge) {
    this.#source = source;
    this.#edge = edge;
  }

  /** One term; each is a new writer, and knows nothing of what is stored. */
  term({ view, names, deletions, ...options }: TermOfSupplement): SupplementTerm {
    const source = this.#source;
    this.#guard ??= new SupplementGuard(deletions, options.log);
    const guard = this.#guard;
    const guarded = source.amounts && { guard, amounts: () => source.amounts!(view) };
    return new SupplementTerm({ ...options, guarded, source, edge: this.#edge, take: () => source.take(view, names) });
  }
}
