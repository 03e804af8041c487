/** Changes of a cluster, any and in any order: objects come, change, hide, move and go. */
import fc from 'fast-check';
import type { ClusterState } from '../../../sync-agent/kube/observed-cluster.ts';
import type { Store } from '../../../sync-agent/kube/store.ts';
import { keyOf } from '../records/any-cluster.ts';
import { anyNamespace, anyPod, anyService, anyServiceImport, anySlice, type Pools } from '../records/any-object.ts';

export interface Change {
  readonly apply: (state: ClusterState) => void;
  /** For people who read a failed law. */
  readonly toString: () => string;
}

/** Of all kinds of objects. About every third takes one away, if it is there. */
export function anyChange(pools: Pools): fc.Arbitrary<Change> {
  return fc.oneof(
    changes(
      'Namespace',
      anyNamespace(pools),
      ({ name }) => name,
      (state) => state.namespaceStore,
    ),
    changes('Service', anyService(pools), keyOf, (state) => state.serviceStore),
    changes('EndpointSlice', anySlice(pools), keyOf, (state) => state.sliceStore),
    changes('Pod', anyPod(pools), keyOf, (state) => state.podStore),
    changes('ServiceImport', anyServiceImport(pools), keyOf, (state) => state.importStore),
  );
}

function changes<T>(
  kind: string,
  any: fc.Arbitrary<T>,
  keyOfObject: (object: T) => string,
  storeOf: (state: ClusterState) => Store<T>,
): fc.Arbitrary<Change> {
  return fc.tuple(any, fc.constantFrom(true, true, false)).map(([value, isKept]) => {
    const key = keyOfObject(value);
    return {
      apply: (state) =>
        isKept
          ? storeOf(state).upsert({ key, value, problems: [] })
          : storeOf(state).remove({ key, value: undefined, problems: [] }),
      toString: () => `${isKept ? '+' : '-'} ${kind} ${isKept ? JSON.stringify(value) : key}`,
    };
  });
}
