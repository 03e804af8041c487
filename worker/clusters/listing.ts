/**
 * Clusters as they stand: what is registered, how old what they published is, and what was refused last. What the object of
 * one cluster does not tell in time is missing in that cluster's entry, and holds up nothing else.
 */
import { type ClusterId, parseClusterId } from '../../zone/cluster-id.ts';
import { clusterKeyPrefix } from '../../zone/keys.ts';
import { type KeyValueStore, type Machine, type Objects, StoreError } from '../environment.ts';
import type { Counts, PublicationsStatus, Registered } from '../objects.ts';
import { within } from '../time-limit.ts';
import { type Registration, registrationJson } from './registration.ts';

const patienceMilliseconds = 2000;

/** As it is sent; times are Unix milliseconds. */
export interface ClusterListing {
  readonly cluster: ClusterId;
  /** False for one whose snapshot is still in KV, or that a token names and nobody registered. */
  readonly registered: boolean;
  readonly state: ClusterState;
  readonly publicKeys?: readonly string[];
  /** As in Manifest: to which the registration is bound. */
  readonly identity?: string;
  readonly zones?: readonly string[];
  readonly clustersetZones?: readonly string[];
  readonly softLimitSeconds?: number;
  readonly hardLimitSeconds?: number;
  readonly epoch?: number;
  readonly serial?: number;
  readonly generatedAt?: number;
  readonly ageSeconds?: number;
  readonly octets?: number;
  readonly counts?: Counts;
  readonly lastRefusal?: {
    readonly code: string;
    readonly at: number;
    readonly epoch?: number;
    readonly serial?: number;
  };
}

/** By the limits of the registration. `absent`: nothing is published. `unknown`: its object did not tell. */
export type ClusterState = 'fresh' | 'stale' | 'expired' | 'absent' | 'retired' | 'unknown';

export interface ListingRequest {
  /** `all` is the administrator's: it also shows keys and identities, and what lies in KV of clusters that are not registered. */
  readonly clusters: 'all' | readonly ClusterId[];
  /** How much is published tells of namespaces that the asker may not see; so whoever is bound to some gets no counts. */
  readonly withCounts: boolean;
  /** Unix milliseconds. */
  readonly now: number;
}

export interface ListingSources {
  readonly store: KeyValueStore;
  readonly objects: Objects;
  readonly machine: Pick<Machine, 'sleep'>;
}

/** In the order of their ids. Throws StoreError. */
export async function listClusters(
  sources: ListingSources,
  request: ListingRequest,
): Promise<readonly ClusterListing[]> {
  const { store, objects } = sources;
  const registered = new Map(await objects.registry.all());
  const { clusters } = request;
  const ids = clusters === 'all' ? [...registered.keys(), ...(await storedClusters(store))] : clusters;
  const entries = [...new Set(ids)].sort().map(async (cluster): Promise<ClusterListing> => {
    const entry = registered.get(cluster);
    if (entry === undefined) return { cluster, registered: false, state: 'absent' };
    return listing(cluster, entry, await statusOf(sources, cluster, entry), request);
  });
  return Promise.all(entries);
}

/** One cluster as an administrator sees it, without looking for it in KV; undefined when it is not registered. */
export async function listCluster(
  sources: Omit<ListingSources, 'store'>,
  cluster: ClusterId,
  now: number,
): Promise<ClusterListing | undefined> {
  const entry = await sources.objects.registry.registrationOf(cluster);
  if (entry === undefined) return undefined;
  return listing(cluster, entry, await statusOf(sources, cluster, entry), { clusters: 'all', withCounts: true, now });
}

/** Undefined when it is not told in time. */
async function statusOf(
  { objects, machine }: Omit<ListingSources, 'store'>,
  cluster: ClusterId,
  registered: Registered,
): Promise<PublicationsStatus | undefined> {
  try {
    return await within(machine, patienceMilliseconds, () =>
      objects.publicationsOf(cluster).status(cluster, registered),
    );
  } catch (error) {
    if (error instanceof StoreError) return undefined;
    throw error;
  }
}

function listing(
  cluster: ClusterId,
  { registration }: Registered,
  status: PublicationsStatus | undefined,
  { clusters, withCounts, now }: ListingRequest,
): ClusterListing {
  const { published, identity, lastRefusal } = status ?? {};
  const { publicKeys, ...terms } = registrationJson(registration);
  const ageSeconds = published === undefined ? 0 : Math.floor((now - published.generatedAt) / 1000);
  const counts = withCounts ? published?.contents?.counts : undefined;
  return {
    cluster,
    registered: true,
    state: status === undefined ? 'unknown' : stateOf(registration, published, ageSeconds),
    ...(clusters === 'all' ? { publicKeys, ...(identity === undefined ? {} : { identity }) } : {}),
    ...terms,
    ...(published === undefined ? {} : { ...published.version, generatedAt: published.generatedAt, ageSeconds }),
    ...(published !== undefined && withCounts ? { octets: published.length } : {}),
    ...(counts === undefined ? {} : { counts }),
    ...(lastRefusal === undefined
      ? {}
      : { lastRefusal: { code: lastRefusal.code, at: lastRefusal.at, ...lastRefusal.version } }),
  };
}

function stateOf(
  { softLimitSeconds, hardLimitSeconds }: Registration,
  published: PublicationsStatus['published'],
  ageSeconds: number,
): ClusterState {
  if (published === undefined) return 'absent';
  if (published.contents?.kind === 'retired') return 'retired';
  if (ageSeconds <= softLimitSeconds) return 'fresh';
  return ageSeconds <= hardLimitSeconds ? 'stale' : 'expired';
}

/** The clusters of which a snapshot is in KV. */
async function storedClusters(store: KeyValueStore): Promise<ClusterId[]> {
  const clusters: ClusterId[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.list({ prefix: clusterKeyPrefix, ...(cursor === undefined ? {} : { cursor }) });
    for (const { name } of page.keys) {
      const cluster = parseClusterId(name.split('/')[1] ?? '');
      if (cluster !== undefined) clusters.push(cluster);
    }
    cursor = page.list_complete ? undefined : page.cursor;
  } while (cursor !== undefined);
  return clusters;
}
