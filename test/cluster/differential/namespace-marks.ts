/**
 * Who observes listed Namespaces follows each on its own, and looks only now and then whether it is there. So each of them
 * has marks of its own.
 */
import type { ClusterObjects } from '../control-plane/apply.ts';
import type { KubernetesObject } from '../control-plane/manifests.ts';
import type { ApiNamespace } from './facts.ts';
import { hideAnnotation } from './history/manifests.ts';
import { markedHeadlessName, markName, sentinelAddress, sentinelTarget } from './sentinel-names.ts';
import { type Sign, signOf, signOfExistence } from './signs.ts';
import { clusterZone } from './variations.ts';

/** Marks the Namespaces that take new objects; returns what shows that each has been followed. */
export async function markNamespaces(objects: ClusterObjects, names: readonly string[], step: number): Promise<Sign[]> {
  const there = new Map(
    (await objects.list<ApiNamespace>('Namespace')).map((namespace) => [namespace.metadata.name, namespace]),
  );
  const signs = await Promise.all(
    names.map(async (name) => {
      const namespace = there.get(name);
      if (namespace === undefined || isHidden(namespace)) return [signOfExistence(`${name}.svc.${clusterZone}`, false)];
      const mark = `${markName}.${name}.svc.${clusterZone}`;
      if (namespace.metadata.deletionTimestamp !== undefined) {
        return [signOfExistence(`${name}.svc.${clusterZone}`, true), signOfExistence(mark, false)];
      }
      await objects.apply(marksOf(name, step));
      return [
        signOf(mark, 'CNAME', sentinelTarget(step)),
        signOf(`${markedHeadlessName}.${name}.svc.${clusterZone}`, 'A', sentinelAddress(step)),
      ];
    }),
  );
  return signs.flat();
}

function isHidden({ metadata: { annotations = {} } }: ApiNamespace): boolean {
  return annotations[hideAnnotation] === 'true';
}

function marksOf(namespace: string, step: number): KubernetesObject[] {
  const labels = { 'kubernetes.io/service-name': markedHeadlessName };
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { namespace, name: markName },
      spec: { type: 'ExternalName', externalName: sentinelTarget(step) },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { namespace, name: markedHeadlessName },
      spec: { clusterIP: 'None' },
    },
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { namespace, name: markName, labels },
      addressType: 'IPv4',
      endpoints: [{ addresses: [sentinelAddress(step)] }],
    },
  ];
}
