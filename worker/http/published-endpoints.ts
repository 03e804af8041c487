/**
 * What a cluster's agent published of endpoints, for whoever may hear of it. What is missing, damaged or too old is
 * unavailable and never an empty list: a checker that hears nothing keeps what it knows.
 */
import type { ClusterId } from '../../zone/cluster-id.ts';
import { isAhead } from '../snapshots/clock.ts';
import type { Served } from '../snapshots/served.ts';
import { SnapshotError } from '../snapshots/snapshot-error.ts';
import { readSupplement, type Supplement } from '../supplements/stored-supplement.ts';
import { onlyCluster } from './asked-cluster.ts';
import type { Asking } from './asking.ts';
import type { Deciders } from './decision.ts';
import { namespaceNotInScope, type Problem, problem, unavailable, withoutSnapshot } from './problem.ts';
import { viewOf } from './view.ts';

export type Live = Extract<Served, { kind: 'live' }>;

/** The cluster that is asked about: the path's, the default one, or the asker's first. */
export function clusterOf({ reader, pathCluster }: Asking, { defaultCluster }: Deciders): ClusterId | undefined {
  return (
    onlyCluster(reader, pathCluster, defaultCluster) ??
    (reader.kind === 'open' ? undefined : reader.permission.clusters[0])
  );
}

export interface PublishedEndpoints {
  readonly cluster: ClusterId;
  readonly served: Live;
  readonly supplement: Supplement;
  readonly ageSeconds: number;
}

/**
 * Undefined for a cluster that was retired: it has none. `namespace` is refused by the scope alone, whether it is there or
 * not. Throws StoreError.
 */
export async function publishedEndpoints(
  deciders: Deciders,
  asking: Asking,
  namespace: string | undefined,
): Promise<PublishedEndpoints | Problem | undefined> {
  const { audit, directory, machine, snapshots, store, troubles } = deciders;
  const { scope } = viewOf(asking.reader).view;
  if (namespace !== undefined && scope !== 'all' && !scope.has(namespace)) return namespaceNotInScope;
  const cluster = clusterOf(asking, deciders);
  audit.used(asking.reader, 'questions', cluster);
  if (cluster === undefined) return noSnapshot;
  const served = await snapshots.read(cluster, asking.background);
  if (served.kind === 'retired') return undefined;
  if (served.kind !== 'live') return served.kind === 'absent' ? noSnapshot : withoutSnapshot[served.kind];
  const registration = await directory.of(cluster);
  if (registration === undefined) return noSnapshot;
  let supplement: Supplement | undefined;
  try {
    supplement = await readSupplement(store, { cluster, kind: 'endpoints', registration });
  } catch (error) {
    if (!(error instanceof SnapshotError)) throw error;
    troubles.note(notRead(cluster), error);
    return damagedEndpoints;
  }
  if (supplement === undefined) return noEndpoints;
  const now = machine.now();
  const ageSeconds = Math.floor((now - supplement.generatedAt) / 1000);
  // Its age would go on looking small for long.
  if (isAhead(supplement, now)) return damagedEndpoints;
  return { cluster, served, supplement, ageSeconds };
}

/** For the log. */
export function notRead(cluster: ClusterId): string {
  return `the endpoints of cluster ${cluster} are not read`;
}

/** As for names, but with a status that no checker takes for an empty list. */
const noSnapshot: Problem = problem(503, 'NO_SNAPSHOT', withoutSnapshot.absent.message);

const noEndpoints: Problem = problem(
  503,
  'NO_ENDPOINTS',
  'the cluster publishes no endpoints; start its agent with --endpoints',
);

export const damagedEndpoints: Problem = unavailable(
  'DAMAGED_ENDPOINTS',
  'the endpoints that are stored failed a check; the next ones that the agent publishes take their place',
);
