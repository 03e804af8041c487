/** One broken set-up: what is asked in it, and what must be said. */
import type { Asker, Cluster } from './published-edge.ts';

export interface SetUp {
  readonly what: string;
  /** As it is typed: the name, and whatever stands behind it. POD is the pod that the Deployment has made. */
  readonly asks: string;
  /** Whose token is used; without it that of the cluster `main`. */
  readonly asker?: Asker;
  /** Which cluster the URL names; without it, none. */
  readonly pinned?: Cluster;
  /** Null where nothing is wrong. */
  readonly says: Told | null;
  /** What is said with a kubeconfig, where that is something else. */
  readonly saysWithCluster?: Told;
  /** A name that must be among the suggestions; the first of them, unless it has others before it. */
  readonly suggests?: string;
}

/** Each of the words stands in its sentence, in this order. */
export interface Told {
  readonly code: string;
  readonly cause: readonly string[];
  readonly next: readonly string[];
}

/** Of the sentences; ` … ` separates words between which something else may stand. */
export function told(code: string, cause: string, next: string): Told {
  return { code, cause: cause.split(' … '), next: next.split(' … ') };
}
