/** A whole cluster as lists of objects, in any order; keys are unique, nothing else is. */
import fc from 'fast-check';
import type { Cluster, EndpointSlice, Namespace, Pod, Service, ServiceImport } from '../../../sync-agent/cluster.ts';
import { anyNamespace, anyPod, anyService, anyServiceImport, anySlice, type Pools } from './any-object.ts';

export interface Parts {
  readonly namespaces: readonly Namespace[];
  readonly services: readonly Service[];
  readonly slices: readonly EndpointSlice[];
  readonly pods: readonly Pod[];
  readonly serviceImports: readonly ServiceImport[];
}

export function anyParts(pools: Pools): fc.Arbitrary<Parts> {
  const unique = { selector: keyOf, maxLength: 8 };
  return fc.record({
    namespaces: fc.uniqueArray(anyNamespace(pools), { selector: ({ name }) => name, minLength: 1, maxLength: 5 }),
    services: fc.uniqueArray(anyService(pools), unique),
    slices: fc.uniqueArray(anySlice(pools), unique),
    pods: fc.uniqueArray(anyPod(pools), unique),
    serviceImports: fc.uniqueArray(anyServiceImport(pools), unique),
  });
}

export function clusterOf({ namespaces, services, slices, pods, serviceImports }: Parts): Cluster {
  return {
    namespaces: new Map(namespaces.map((namespace) => [namespace.name, namespace])),
    services: byKey(services),
    endpointSlices: byKey(slices),
    pods: byKey(pods),
    serviceImports: byKey(serviceImports),
  };
}

/** The same cluster with its objects, and the lists in them, in another order. */
export function shuffledParts({ namespaces, services, slices, pods, serviceImports }: Parts): fc.Arbitrary<Parts> {
  return fc.record({
    namespaces: shuffle(namespaces),
    services: shuffleEach(services, ({ ports, ...rest }) => shuffle(ports).map((all) => ({ ...rest, ports: all }))),
    slices: shuffledSlices(slices),
    pods: shuffleEach(pods, ({ addresses, ...rest }) => shuffle(addresses).map((all) => ({ ...rest, addresses: all }))),
    serviceImports: shuffleEach(serviceImports, ({ ports, ...rest }) =>
      shuffle(ports).map((all) => ({ ...rest, ports: all })),
    ),
  });
}

export function shuffledSlices(slices: readonly EndpointSlice[]): fc.Arbitrary<readonly EndpointSlice[]> {
  return shuffleEach(slices, (slice) =>
    fc
      .tuple(shuffle(slice.endpoints), shuffle(slice.ports))
      .map(([endpoints, ports]): EndpointSlice => ({ ...slice, endpoints, ports })),
  );
}

export function keyOf({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `${namespace}/${name}`;
}

function byKey<T extends { readonly namespace: string; readonly name: string }>(objects: readonly T[]): Map<string, T> {
  return new Map(objects.map((object) => [keyOf(object), object]));
}

function shuffleEach<T>(objects: readonly T[], inside: (object: T) => fc.Arbitrary<T>): fc.Arbitrary<T[]> {
  return shuffle(objects).chain((all) => fc.tuple(...all.map(inside)));
}

function shuffle<T>(values: readonly T[]): fc.Arbitrary<T[]> {
  return fc.shuffledSubarray([...values], { minLength: values.length });
}
