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
  /** The same for the zone of multi-cluster Services; empty where there is none. */
  readonly clustersetOrigins: readonly Name[];
  /** Names below `pod`, with CoreDNS's meaning. */
  readonly pods: PodMode;
  /** An endpoint without a hostname is named after its pod. */
  readonly usesPodNames: boolean;
  /** A Service with a cluster IP and without a ready endpoint does not exist. */
  readonly ignoresEmptyServices: boolean;
  /** Some namespaces are not observed, so that one which is not there may exist all the same and be hidden. */
  readonly selectsNamespaces: boolean;
  /** Some Services and ServiceImports are not observed: what is not there may exist all the same and be hidden. */
  readonly selectsObjects: boolean;
}

/** `insecure`: any address in an existing namespace has a name. `verified`: the addresses of pods have. */
export type PodMode = 'disabled' | 'insecure' | 'verified';

/** The records of one object. Without a group its name does not exist. */
export interface ObjectRecords {
  readonly group: OwnerGroup | undefined;
  readonly problems: readonly Problem[];
}
