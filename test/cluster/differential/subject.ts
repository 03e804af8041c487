/** The two servers of one variation. */
import type { Asker } from './asker.ts';
import type { Variation } from './variations.ts';

export interface Subject {
  readonly variation: Variation;
  readonly ours: Asker;
  readonly coreDns: Asker;
}
