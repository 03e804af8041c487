/** Remarks as an agent publishes them, term by term. Loaded only where they are: an agent without them needs none of it. */
import type { ClusterId } from '../../zone/cluster-id.ts';
import type { Clock } from '../kube/clock.ts';
import type { Log } from '../log.ts';
import type { RecordOptions } from '../records/options.ts';
import { type RemarksView, remarksOf } from './cluster-remarks.ts';
import type { RemarksEdge } from './remarks-edge.ts';
import { RemarksTerm } from './remarks-term.ts';

export interface TermOfRemarks {
  readonly cluster: ClusterId;
  readonly view: RemarksView;
  /** Those of the snapshot that the remarks are on. */
  readonly names: RecordOptions;
  /** As in RemarksTermOptions. */
  readonly mayWrite: () => boolean;
  readonly clock: Clock;
  readonly log: Log;
}

export class RemarksPublisher {
  readonly #edge: RemarksEdge;

  constructor(edge: RemarksEdge) {
    this.#edge = edge;
  }

  /** One term; each is a new writer, and knows nothing of what is stored. */
  term({ view, names, ...options }: TermOfRemarks): RemarksTerm {
    return new RemarksTerm({ ...options, edge: this.#edge, remarks: () => remarksOf(view, names) });
  }
}
