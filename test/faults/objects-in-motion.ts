/** Objects that come, change, move and go by chance, beside those that stay. */
import type { Chance } from '../cluster/differential/chance.ts';
import type { FaultyCluster } from './faulty-cluster.ts';
import { changingSlice, service, slice, steadyNamespace } from './steady-objects.ts';

const namespaceNames = ['moving-a', 'moving-b'];
const serviceNames = ['s0', 's1', 's2'];
const sliceNames = ['e0', 'e1', 'e2', 'e3'];
const hostnames = [undefined, 'h-0', 'h-1', 'h-2'];
const addressCount = 6;

/** One change. */
export function moveObjects({ store }: FaultyCluster, chance: Chance): void {
  const namespace = chance.oneOf(namespaceNames);
  if (store.find('namespaces', undefined, namespace) === undefined) {
    store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  }
  const put = (kind: 'services' | 'endpointslices', object: ReturnType<typeof service>): void => {
    if (store.find(kind, namespace, object.metadata.name) === undefined) store.create(object);
    else store.replace(object);
  };
  const remove = (kind: 'services' | 'endpointslices', name: string): void => {
    if (store.find(kind, namespace, name) !== undefined) store.delete(kind, namespace, name);
  };
  const moves: readonly (() => void)[] = [
    () => put('services', anyService(chance, namespace)),
    () => remove('services', chance.oneOf(serviceNames)),
    () => remove('endpointslices', chance.oneOf(sliceNames)),
    () => store.replace({ ...changingSlice(chance.below(2 ** 16)) }),
    () => store.patch('namespaces', undefined, steadyNamespace, annotated(chance)),
    // Another owner for a slice that is there, the same endpoint in two slices, or a change of what it has.
    ...Array.from({ length: 3 }, () => () => put('endpointslices', anySlice(chance, namespace))),
  ];
  chance.oneOf(moves)();
}

function annotated(chance: Chance): object {
  return { metadata: { annotations: { step: String(chance.below(1000)) } } };
}

/** A Service keeps its kind: that cannot be changed in place. */
function anyService(chance: Chance, namespace: string) {
  const name = chance.oneOf(serviceNames);
  const ports = [{ name: chance.oneOf(['http', 'sql']), port: 80 + chance.below(3) }];
  return service(name, { clusterIP: 'None', ports }, namespace);
}

function anySlice(chance: Chance, namespace: string) {
  const endpoints = Array.from({ length: chance.below(4) }, () => {
    const hostname = chance.oneOf(hostnames);
    return {
      addresses: [`10.212.0.${1 + chance.below(addressCount)}`],
      conditions: { ready: !chance.oneIn(4) },
      ...(hostname !== undefined && { hostname }),
    };
  });
  return slice(chance.oneOf(sliceNames), chance.oneOf(serviceNames), endpoints, namespace);
}
