/** A signed read of what is answered at an edge; right, or wrong in any way a test wants. */
import { snapshotPath } from '../../../zone/manifest.ts';
import { formatSnapshotRead } from '../../../zone/snapshot-read.ts';
import { type Agent, clusterId } from './agent.ts';
import type { Context, Edge } from './edge.ts';

export interface ReadChange {
  readonly method?: 'GET' | 'HEAD';
  readonly agent?: Agent;
  /** In the statement, and in the path unless that is told apart. */
  readonly cluster?: string;
  readonly pathCluster?: string;
  /** In Unix milliseconds. */
  readonly at?: number;
  /** Instead of the statement. */
  readonly text?: string;
  readonly context?: Context;
}

export async function signedFields(edge: Edge, change: ReadChange = {}): Promise<Record<string, string>> {
  const { agent = edge.agent, cluster = 'local', at = edge.machine.now() } = change;
  return agent.readFields(change.text ?? formatSnapshotRead({ cluster: clusterId(cluster), at }));
}

/** What is not given is right, and GET. */
export async function signedRead(edge: Edge, change: ReadChange = {}): Promise<Response> {
  const { method = 'GET', cluster = 'local', pathCluster = cluster, context } = change;
  const headers = await signedFields(edge, change);
  return edge.fetch(snapshotPath(clusterId(pathCluster)), { method, headers }, context);
}
