/** Where a supplement comes from: which one it is, how often it may be published, and its lines. */
import type { SupplementKind } from '../../zone/supplement/supplement.ts';
import type { ObservedFacts } from '../facts.ts';
import type { ObservedCluster } from '../kube/observed-cluster.ts';
import type { RecordOptions } from '../records/options.ts';

export interface SupplementSource {
  readonly kind: SupplementKind;
  /** The shortest time between two publishes. */
  readonly intervalMilliseconds: number;
  /** After this long it is published again, also where it has not changed. */
  readonly heartbeatMilliseconds: number;
  /**
   * What there is at this moment. It takes no longer than to see which objects there are: what is made of them is made
   * later. `options` are those of the snapshot.
   */
  take(view: ObservedView, options: RecordOptions): SupplementForms;
  /** How much of it there is at this moment, where a loss of most of it is more likely a fault than a wish. */
  amounts?(view: ObservedView): Amounts;
}

/** How much there is of each group, such as endpoints of each Service. */
export type Amounts = ReadonlyMap<string, number>;

/** Both are live views. */
export interface ObservedView {
  readonly cluster: ObservedCluster;
  readonly facts: ObservedFacts;
}

/**
 * All lines, made one by one, anew each time; the lines of one name in their order. A form after the first says less, for
 * where that one is too much.
 */
export type SupplementForms = readonly [SupplementForm, ...SupplementForm[]];
export type SupplementForm = () => Iterable<SupplementLine>;

/** In ASCII, without its line feed; lines are sent in the order of their names. */
export interface SupplementLine {
  readonly name: string;
  readonly text: string;
}
