/** Why a name resolves or does not, as it is sent (docs/why-http.md). */
import type { ClusterId } from '../../zone/cluster-id.ts';

export interface Explanation {
  /** With the final dot. */
  readonly name: string;
  readonly type: string;
  readonly cluster: ClusterId | null;
  /** In this order, up to the first that ends the search. */
  readonly steps: readonly Step[];
  /** As a DNS answer has it; null where another resolver would be asked. */
  readonly rcode: string | null;
  /** How many the answer holds, aliases on the way included. */
  readonly records: number;
  /** The first thing that is wrong; null where nothing is. */
  readonly cause: Cause | null;
  /** Names that exist, the likeliest first, each with its final dot. */
  readonly suggestions: readonly string[];
}

export interface Step {
  readonly step: 'credential' | 'zone' | 'snapshot' | 'scope' | 'name';
  readonly ok: boolean;
  readonly text: string;
}

export interface Cause {
  /** Stable: `A` to `Z` and `_`. */
  readonly code: string;
  /** One sentence: what is so. */
  readonly text: string;
  /** One sentence: what to do. */
  readonly next: string;
}
