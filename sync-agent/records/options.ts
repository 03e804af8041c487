/**
 * What the records of a cluster depend on beside its objects, and what computing some of them gives.
 */
import type { OwnerGroup } from '../../zone/group.ts';
import type { Name } from '../../zone/name.ts';
import type { Problem } from '../cluster.ts';

export interface RecordOptions {
  /** TTL of every record but `dns-version`. */
  readonly ttlSeconds: number;
  /** The zones that answer with these records: the cluster's own domain first, then its aliases. */
  readonly zoneOrigins: readonly Name[];
}

/** The records of one object. Without a group its name does not exist. */
export interface ObjectRecords {
  readonly group: OwnerGroup | undefined;
  readonly problems: readonly Problem[];
}
