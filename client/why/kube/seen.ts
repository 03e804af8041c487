/** What was seen of a cluster for one question. `unknown`: nobody could look, as without the permission. Values only. */
import type { KubeNamespace, KubePod, KubeService, KubeSlice, KubeStatefulSet } from './objects.ts';

export type Seen<T> = T | 'absent' | 'unknown';

export interface SeenObjects {
  readonly namespace: Seen<KubeNamespace>;
  readonly service: Seen<KubeService>;
  /** Namespaces of other Services of that name; looked for only where the Service is absent. */
  readonly namesakes: readonly string[];
  readonly slices: readonly KubeSlice[] | 'unknown';
  /** Those that the Service selects; none where it selects nothing. */
  readonly pods: readonly KubePod[] | 'unknown';
  /** Some others of the namespace; looked for only where the Service selects none. */
  readonly otherPods: readonly KubePod[];
  /** The pod of the asked host's name. */
  readonly pod: Seen<KubePod>;
  readonly statefulSets: readonly KubeStatefulSet[] | 'unknown';
  /** Of the Service that the host's StatefulSet names, where that is another one. */
  readonly governing: Seen<KubeService>;
}

/** The value; undefined when it is absent or unknown. */
export function there<T extends object>(seen: Seen<T>): T | undefined {
  return typeof seen === 'string' ? undefined : seen;
}
