/** What an edge tells of a token's clusters, `GET /v1/clusters`. Pure. */
import { type ClusterId, parseClusterId } from '../../zone/cluster-id.ts';
import type { Name } from '../../zone/name.ts';
import { parseZone } from './zone-text.ts';

export interface ListedCluster {
  readonly cluster: ClusterId;
  readonly state: 'not registered' | 'fresh' | 'stale' | 'expired' | 'absent' | 'retired' | 'unknown';
  /** The cluster's own first, then its aliases, then those that clusters share. None when it is not registered. */
  readonly zones: readonly Name[];
}

const states = ['fresh', 'stale', 'expired', 'absent', 'retired'] as const;

/** Undefined when this is not what an edge tells. Members that are not known are of a later version. */
export function parseListedClusters(value: unknown): readonly ListedCluster[] | undefined {
  const clusters = membersOf(value)?.['clusters'];
  const parsed = Array.isArray(clusters) ? clusters.map(listedCluster) : [undefined];
  const known = parsed.filter((cluster) => cluster !== undefined);
  return known.length === parsed.length ? known : undefined;
}

/** Whether it is told as only an administrator is told it. */
export function isAdministratorsListing(value: unknown): boolean {
  const clusters = membersOf(value)?.['clusters'];
  return Array.isArray(clusters) && clusters.some((entry) => membersOf(entry)?.['publicKeys'] !== undefined);
}

function listedCluster(value: unknown): ListedCluster | undefined {
  const members = membersOf(value) ?? {};
  const cluster = typeof members['cluster'] === 'string' ? parseClusterId(members['cluster']) : undefined;
  if (cluster === undefined) return undefined;
  if (members['registered'] !== true) return { cluster, state: 'not registered', zones: [] };
  const zones = [members['zones'] ?? [], members['clustersetZones'] ?? []].flat().map(parseZone);
  const known = zones.filter((zone) => zone !== undefined);
  if (known.length !== zones.length || known.length === 0) return undefined;
  const state = states.find((name) => name === members['state']) ?? 'unknown';
  return { cluster, state, zones: [...new Set(known)] };
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? (value as Readonly<Record<string, unknown>>) : undefined;
}
