/**
 * The records of a whole cluster, each object's beside the others', as plainly as it can be said. The agent computes
 * them piece by piece as objects change (snapshot/snapshot-builder.ts); this is the oracle that tests hold it to.
 */
import type { OwnerGroup } from '../../zone/group.ts';
import type { Cluster, Problem } from '../cluster.ts';
import type { ObjectRecords, RecordOptions } from './options.ts';
import { recordsOfService } from './service.ts';
import { recordsOfNamespace, recordsOfZone } from './zone.ts';

export interface ClusterRecords {
  /** Every base name once, in no particular order. */
  readonly groups: readonly OwnerGroup[];
  readonly problems: readonly Problem[];
}

/** The records of everything observed. A Service whose Namespace is not there gives none. Never throws. */
export function recordsOfCluster(cluster: Cluster, options: RecordOptions): ClusterRecords {
  const groups: OwnerGroup[] = [...recordsOfZone(options)];
  const problems: Problem[] = [];
  const add = (records: ObjectRecords) => {
    if (records.group !== undefined) groups.push(records.group);
    for (const problem of records.problems) problems.push(problem);
  };

  for (const { name } of cluster.namespaces.values()) add(recordsOfNamespace(name, options));
  const slices = Map.groupBy(cluster.endpointSlices.values(), (slice) => `${slice.namespace}/${slice.service}`);
  for (const service of cluster.services.values()) {
    if (!cluster.namespaces.has(service.namespace)) continue;
    add(recordsOfService(service, slices.get(`${service.namespace}/${service.name}`) ?? [], options));
  }
  return { groups, problems };
}
