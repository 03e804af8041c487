/** Which cluster a question is about: the one in the path, the one whose alias holds the name, or the asker's first. */
import type { ClusterId } from '../../zone/cluster-id.ts';
import type { Reader } from '../access/principal.ts';
import type { Query } from '../message/query.ts';

/** What is known about aliases. */
interface Aliases {
  /** Which of the clusters has an alias that the name lies in. */
  clusterOfAlias(name: Query, clusters: readonly ClusterId[]): Promise<ClusterId | undefined>;
}

/**
 * That the asker may ask of the cluster in the path was decided before. Undefined where questions are open and nothing
 * names a cluster. Throws StoreError.
 */
export async function askedCluster(
  reader: Reader,
  pathCluster: ClusterId | undefined,
  defaultCluster: ClusterId | undefined,
  query: Query,
  aliases: Aliases,
): Promise<ClusterId | undefined> {
  if (pathCluster !== undefined || reader.kind === 'open' || reader.permission.clusters.length === 1) {
    return onlyCluster(reader, pathCluster, defaultCluster);
  }
  const { clusters } = reader.permission;
  return (await aliases.clusterOfAlias(query, clusters)) ?? clusters[0];
}

/** The cluster that every question is about; undefined when there is none, or when it depends on the question. */
export function onlyCluster(
  reader: Reader,
  pathCluster: ClusterId | undefined,
  defaultCluster: ClusterId | undefined,
): ClusterId | undefined {
  if (pathCluster !== undefined) return pathCluster;
  if (reader.kind === 'open') return defaultCluster;
  const { clusters } = reader.permission;
  return clusters.length === 1 ? clusters[0] : undefined;
}
