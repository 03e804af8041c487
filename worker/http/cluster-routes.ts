/**
 * `/v1/clusters`: what an administrator does about clusters. Each function throws StoreError.
 */
import type { ClusterId } from '../../zone/cluster-id.ts';
import { type Name, nameOrUndefined } from '../../zone/name.ts';
import type { AuditLog } from '../access/audit.ts';
import type { Administrator, Permitted } from '../access/principal.ts';
import { type ListingRequest, listCluster, listClusters } from '../clusters/listing.ts';
import { parseSentRegistration, registrationJson, zoneText } from '../clusters/registration.ts';
import type { Conflict } from '../clusters/zone-claims.ts';
import type { KeyValueStore, Machine, Objects } from '../environment.ts';
import { readJson } from './json-body.ts';
import {
  badRequest,
  jsonResponse,
  notConfigured,
  type Problem,
  problem,
  problemResponse,
  unavailable,
} from './problem.ts';

export interface ClusterRoutes {
  readonly store: KeyValueStore;
  readonly objects: Objects | undefined;
  readonly endpointHosts: readonly Name[];
  readonly audit: AuditLog;
  readonly machine: Machine;
}

/** Replaces a registration that is there. */
export async function putCluster(
  { objects, endpointHosts, audit }: ClusterRoutes,
  cluster: ClusterId,
  request: Request,
): Promise<Response> {
  const body = await readJson(request);
  if ('problem' in body) return problemResponse(body.problem);
  const registration = parseSentRegistration(body.value);
  if ('reason' in registration) return problemResponse(badRequest(registration.reason));
  if (objects === undefined) return problemResponse(notConfigured('registering a cluster'));
  const host = hostOf(request);
  const hosts = host === undefined ? endpointHosts : [...endpointHosts, host];
  const result = await objects.registry.register(cluster, registration, hosts);
  switch (result.kind) {
    case 'conflict':
      return problemResponse(zoneTaken(result.conflict));
    case 'not-written':
    case 'registered':
      audit.administered(`registered cluster ${cluster}`);
      return result.kind === 'registered'
        ? jsonResponse({ cluster, ...registrationJson(registration) })
        : problemResponse(incomplete('the cluster is registered, and readers may not know it yet'));
  }
}

/** What it published goes with it, be it a moment later. That there is no such cluster is no error. */
export async function deleteCluster({ objects, audit }: ClusterRoutes, cluster: ClusterId): Promise<Response> {
  if (objects === undefined) return problemResponse(notConfigured('taking a cluster away'));
  const result = await objects.registry.unregister(cluster);
  audit.administered(`took cluster ${cluster} away`);
  return result.kind === 'unregistered'
    ? jsonResponse({ cluster, deleted: true })
    : problemResponse(incomplete('the cluster is not registered any more, and readers may not know it yet'));
}

/** Every cluster to an administrator, his own to everybody else. */
export async function getClusters(
  { store, objects, machine }: ClusterRoutes,
  lister: Permitted | Administrator,
  now: number,
): Promise<Response> {
  if (objects === undefined) return problemResponse(notConfigured('listing clusters'));
  const clusters = await listClusters({ store, objects, machine }, { ...scopeOf(lister), now });
  return jsonResponse({ clusters });
}

/** One cluster, to an administrator: what it takes to change its registration. */
export async function getCluster(
  { objects, machine }: ClusterRoutes,
  cluster: ClusterId,
  now: number,
): Promise<Response> {
  if (objects === undefined) return problemResponse(notConfigured('showing a cluster'));
  const entry = await listCluster({ objects, machine }, cluster, now);
  return entry === undefined ? problemResponse(notRegistered(cluster)) : jsonResponse(entry);
}

function scopeOf(lister: Permitted | Administrator): Omit<ListingRequest, 'now'> {
  if (lister.kind === 'administrator') return { clusters: 'all', withCounts: true };
  const { clusters, namespaces } = lister.permission;
  return { clusters, withCounts: namespaces === null };
}

/** To an administrator it may be said whose a zone is. */
function zoneTaken(conflict: Conflict): Problem {
  const zone = zoneText(conflict.zone);
  if (conflict.kind === 'endpoint') {
    const host = zoneText(conflict.host);
    const message = `the zone ${zone} holds ${host}, a name of this endpoint; choose another one`;
    return problem(409, 'ZONE_TAKEN', message);
  }
  const { cluster, otherZone } = conflict;
  const other = otherZone === conflict.zone ? '' : `${zoneText(otherZone)}, which overlaps it and `;
  const message = `the zone ${zone} is taken: ${other === '' ? 'it ' : other}belongs to cluster ${cluster}; choose another one, or take it from there first`;
  return problem(409, 'ZONE_TAKEN', message, { zone, cluster });
}

function notRegistered(cluster: ClusterId): Problem {
  return problem(404, 'NOT_FOUND', `cluster ${cluster} is not registered`);
}

/** The registry goes on with what is begun; who asks again hears how it ended. */
function incomplete(state: string): Problem {
  return unavailable('STORE_UNAVAILABLE', `the store did not take a value: ${state}; try again`);
}

/** The name under which the request came, if it came under a name. */
function hostOf(request: Request): Name | undefined {
  const { hostname } = new URL(request.url);
  if (/^[\d.]+$/.test(hostname) || hostname.startsWith('[')) return undefined;
  return nameOrUndefined(hostname);
}
