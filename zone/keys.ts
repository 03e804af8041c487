/**
 * Where things are in edge KV. One value for all registrations, one per cluster and one per token; docs/snapshot.md lists
 * them, and a test compares.
 */
import type { ClusterId } from './cluster-id.ts';

/** Workers KV allows 512 octets; these stay far below. */
export const kvKeys = {
  /** The compressed image; its metadata is `{ manifest, signature }`, both as they were sent. */
  snapshot: (cluster: ClusterId) => `cluster/${cluster}/snapshot`,
  /** Why names are not in the snapshot, compressed (docs/remarks.md); its metadata is `{ manifest, signature }`, as the snapshot's. */
  remarks: (cluster: ClusterId) => `cluster/${cluster}/remarks`,
  /** The endpoints of all Services, as remarks are (docs/endpoints.md). */
  endpoints: (cluster: ClusterId) => `cluster/${cluster}/endpoints`,
  /** What all clusters may do, as JSON. */
  registry: 'registry',
  /** What a client token may ask, as JSON; only a hash of the token's secret is in it. */
  token: (id: string) => `token/${id}`,
} as const;

/** The start of the keys of snapshots, for finding those of clusters that are not registered. */
export const clusterKeyPrefix = 'cluster/';
export const tokenKeyPrefix = 'token/';
