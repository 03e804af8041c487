import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Changes, ClusterState, type ObservedCluster } from '../../../sync-agent/kube/observed-cluster.ts';
import { trimEndpointSlice, trimPod } from '../../../sync-agent/kube/trim.ts';

const name = fc.constantFrom('x1', 'x2', 'x3');
const namespace = fc.constantFrom('cache', 'data');
const address = fc.constantFrom('10.1.0.1', '10.1.0.2', 'bad');
const owner = fc.constantFrom('redis', 'valkey', undefined);
const slice = fc
  .record({ namespace, name, address, service: owner, serviceImport: owner })
  .map(({ namespace, name, address, service, serviceImport }) => {
    const labels = {
      'kubernetes.io/service-name': service,
      'multicluster.kubernetes.io/service-name': serviceImport,
      'multicluster.kubernetes.io/source-cluster': 'east',
    };
    const object = { metadata: { namespace, name, labels }, endpoints: [{ addresses: [address] }] };
    return trimEndpointSlice(object, { keepsImports: true, keepsPodNames: false });
  });
const pod = fc
  .record({ namespace, name, address })
  .map(({ namespace, name, address }) => trimPod({ metadata: { namespace, name }, status: { podIP: address } }));

interface Keyed {
  readonly key: string;
}
const stepOf = <T extends Keyed>(item: fc.Arbitrary<T>) =>
  fc.oneof(
    fc.record({ act: fc.constantFrom('upsert' as const, 'remove' as const), item }),
    fc.record({ act: fc.constant('replace' as const), items: fc.uniqueArray(item, { selector: ({ key }) => key }) }),
  );
const step = fc.oneof(
  fc.record({ store: fc.constant('sliceStore' as const), step: stepOf(slice) }),
  fc.record({ store: fc.constant('podStore' as const), step: stepOf(pod) }),
);

type Index = ReadonlyMap<string, ReadonlyMap<string, unknown>>;

/** The indexes found the slow way, and what says in Changes that a group of theirs is another. */
const indexes: readonly (readonly [
  keyof Changes,
  (cluster: ObservedCluster) => Index,
  (state: ClusterState) => Index,
])[] = [
  ['services', ({ slicesByService }) => slicesByService, (state) => slicesOf(state, 'service')],
  ['serviceImports', ({ slicesByImport }) => slicesByImport, (state) => slicesOf(state, 'serviceImport')],
  [
    'podNamespaces',
    ({ podsByNamespace }) => podsByNamespace,
    ({ pods }) => grouped([...pods].map(([key, each]) => [each.namespace, key, each])),
  ],
];

function slicesOf({ endpointSlices }: ClusterState, kind: 'service' | 'serviceImport'): Index {
  return grouped(
    [...endpointSlices].flatMap(([key, each]) =>
      each.owners
        .filter((one) => one.kind === kind)
        .map((one) => [`${each.namespace}/${one.service}`, key, each] as const),
    ),
  );
}

function grouped(entries: readonly (readonly [string, string, unknown])[]): Index {
  const groups = Map.groupBy(entries, ([group]) => group);
  return new Map(
    [...groups].map(([group, members]) => [group, new Map(members.map(([, key, value]) => [key, value]))]),
  );
}

/** Text that is equal where the groups are, whatever their order. */
function textOf(index: Index, group: string): string {
  return JSON.stringify([...(index.get(group) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1)));
}

test('whatever happens, the indexes are those of the objects, and each group that differs is among the changes', () => {
  let different = 0;
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      const state = new ClusterState();
      for (const { store, step: one } of steps) {
        const before = indexes.map(([, , slow]) => slow(state));
        // The pair of store and item is lost on the types.
        const target = state[store] as {
          upsert(item: Keyed): void;
          remove(item: Keyed): void;
          replace(items: readonly Keyed[]): void;
        };
        if (one.act === 'replace') target.replace(one.items);
        else target[one.act](one.item);
        const changes = state.takeChanges();
        for (const [i, [change, fast, slow]] of indexes.entries()) {
          const after = slow(state);
          expect(fast(state)).toEqual(after);
          const groups = [...new Set([...before[i]!.keys(), ...after.keys()])];
          const changed = groups.filter((group) => textOf(before[i]!, group) !== textOf(after, group));
          expect(changes[change]).toEqual(new Set(changed));
          different += changed.length;
        }
      }
    }),
  );
  expect(different).toBeGreaterThan(100);
});
