/**
 * The records of a whole cluster, each object's beside the others', as plainly as it can be said. The agent computes
 * them piece by piece as objects change (sync-agent/snapshot/snapshot-builder.ts); this is the oracle it is held to.
 */

import type { Cluster, EndpointSlice, Problem, SliceOwner } from '../../../sync-agent/cluster.ts';
import { isExposed, isPublished } from '../../../sync-agent/records/hiding.ts';
import type { ObjectRecords, RecordOptions } from '../../../sync-agent/records/options.ts';
import { recordsOfPods } from '../../../sync-agent/records/pods.ts';
import { recordsOfService } from '../../../sync-agent/records/service.ts';
import { recordsOfServiceImport } from '../../../sync-agent/records/service-import.ts';
import { recordsOfNamespace, recordsOfZone, type ZoneKind } from '../../../sync-agent/records/zone.ts';
import type { OwnerGroup } from '../../../zone/group.ts';

/** Of each zone, every base name once, in no particular order. There is no clusterset zone without origins for it. */
export interface ClusterRecords extends Readonly<Record<ZoneKind, readonly OwnerGroup[]>> {
  readonly problems: readonly Problem[];
}

/** The records of everything observed that is not hidden. Never throws. */
export function recordsOfCluster(cluster: Cluster, options: RecordOptions): ClusterRecords {
  const inCluster = objectsInCluster(cluster, options);
  const hasClusterset = options.clustersetOrigins.length > 0;
  const inClusterset = hasClusterset ? objectsInClusterset(cluster, options) : [];
  return {
    cluster: [...recordsOfZone('cluster', options), ...groupsOf(inCluster)],
    clusterset: hasClusterset ? [...recordsOfZone('clusterset', options), ...groupsOf(inClusterset)] : [],
    problems: [...inCluster, ...inClusterset].flatMap(({ problems }) => problems),
  };
}

function objectsInCluster(cluster: Cluster, options: RecordOptions): ObjectRecords[] {
  const slices = slicesByOwner(cluster, 'service');
  const pods = Map.groupBy(cluster.pods.values(), ({ namespace }) => namespace);
  return [
    ...exposedNamespaces(cluster).flatMap((name) => [
      recordsOfNamespace('cluster', name, options),
      recordsOfPods(name, pods.get(name) ?? [], options),
    ]),
    ...[...cluster.services]
      .filter(([, service]) => isPublished(service, cluster))
      .map(([key, service]) => recordsOfService(service, slices.get(key) ?? [], cluster, options)),
  ];
}

function objectsInClusterset(cluster: Cluster, options: RecordOptions): ObjectRecords[] {
  const slices = slicesByOwner(cluster, 'serviceImport');
  return [
    ...exposedNamespaces(cluster).map((name) => recordsOfNamespace('clusterset', name, options)),
    ...[...cluster.serviceImports]
      .filter(([, serviceImport]) => isPublished(serviceImport, cluster))
      .map(([key, serviceImport]) => recordsOfServiceImport(serviceImport, slices.get(key) ?? [], options)),
  ];
}

function exposedNamespaces({ namespaces }: Cluster): string[] {
  return [...namespaces.keys()].filter((name) => isExposed(name, { namespaces }));
}

function slicesByOwner(cluster: Cluster, kind: SliceOwner['kind']): ReadonlyMap<string, readonly EndpointSlice[]> {
  const owned = [...cluster.endpointSlices.values()].flatMap((slice) =>
    slice.owners
      .filter((owner) => owner.kind === kind)
      .map((owner) => ({ key: `${slice.namespace}/${owner.service}`, slice })),
  );
  const byKey = Map.groupBy(owned, ({ key }) => key);
  return new Map([...byKey].map(([key, all]) => [key, [...new Set(all.map(({ slice }) => slice))]]));
}

function groupsOf(objects: readonly ObjectRecords[]): OwnerGroup[] {
  return objects.flatMap(({ group }) => group ?? []);
}
