import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ClusterState } from '../../../sync-agent/kube/observed-cluster.ts';
import { trimEndpointSlice } from '../../../sync-agent/kube/trim.ts';

const slice = fc
  .record({
    name: fc.constantFrom('x1', 'x2', 'x3'),
    service: fc.constantFrom('redis', 'valkey', undefined),
    address: fc.constantFrom('10.1.0.1', '10.1.0.2', 'bad'),
  })
  .map(({ name, service, address }) =>
    trimEndpointSlice({
      metadata: { namespace: 'cache', name, labels: { 'kubernetes.io/service-name': service } },
      endpoints: [{ addresses: [address] }],
    }),
  );
const step = fc.oneof(
  fc.record({ act: fc.constant('upsert' as const), slice }),
  fc.record({ act: fc.constant('remove' as const), slice }),
  fc.record({ act: fc.constant('replace' as const), slices: fc.uniqueArray(slice, { selector: ({ key }) => key }) }),
);

/** The slices of each Service, found the slow way. */
function slicesOf(state: ClusterState): Map<string, string> {
  const services = new Map<string, string>();
  for (const [key, { namespace, service, ...rest }] of [...state.endpointSlices].sort()) {
    const name = `${namespace}/${service}`;
    services.set(name, `${services.get(name) ?? ''} ${key} ${JSON.stringify(rest)}`);
  }
  return services;
}

test('whatever happens, the index is that of the slices, and each Service that differs is among the changes', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      const state = new ClusterState();
      for (const one of steps) {
        const before = slicesOf(state);
        if (one.act === 'replace') state.sliceStore.replace(one.slices);
        else state.sliceStore[one.act](one.slice);
        const after = slicesOf(state);

        const indexed = [...state.slicesByService].flatMap(([service, slices]) =>
          [...slices].map(([key, value]) => [key, value, service]),
        );
        expect(new Set(indexed.map(([key]) => key))).toEqual(new Set(state.endpointSlices.keys()));
        expect(indexed).toHaveLength(state.endpointSlices.size);
        for (const [key, value, service] of indexed) {
          expect(state.endpointSlices.get(key as string)).toBe(value);
          expect(service).toBe(`cache/${(value as { service: string }).service}`);
        }

        const different = new Set(
          [...before.keys(), ...after.keys()].filter((key) => before.get(key) !== after.get(key)),
        );
        expect(state.takeChanges().services).toEqual(different);
      }
    }),
  );
});
