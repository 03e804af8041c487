/**
 * `/v1/clusters`: what an administrator does about clusters. Each function throws StoreError.
 */
import type { ClusterId } from '../../zone/cluster-id.ts';
import { clusterKeyPrefix } from '../../zone/keys.ts';
import {
  deleteRegistration,
  parseRegistration,
  registrationJson,
  writeRegistration,
} from '../clusters/registration.ts';
import type { KeyValueStore } from '../environment.ts';
import { readMetadata } from '../snapshots/stored-snapshot.ts';
import { readJson } from './json-body.ts';
import { badRequest, jsonResponse, problemResponse } from './problem.ts';

/** Replaces a registration that is there. */
export async function putCluster(store: KeyValueStore, cluster: ClusterId, request: Request): Promise<Response> {
  const body = await readJson(request);
  if ('problem' in body) return problemResponse(body.problem);
  const registration = parseRegistration(body.value);
  if ('reason' in registration) return problemResponse(badRequest(registration.reason));
  await writeRegistration(store, cluster, registration);
  return jsonResponse({ cluster, ...registrationJson(registration) });
}

export async function deleteCluster(store: KeyValueStore, cluster: ClusterId): Promise<Response> {
  await deleteRegistration(store, cluster);
  return jsonResponse({ cluster, deleted: true });
}

/** Every cluster of which something is stored, with what its snapshot's manifest says. */
export async function listClusters(store: KeyValueStore, now: number): Promise<Response> {
  const clusters = new Map<string, Readonly<Record<string, unknown>>>();
  let cursor: string | undefined;
  do {
    const page = await store.list({ prefix: clusterKeyPrefix, ...(cursor === undefined ? {} : { cursor }) });
    for (const { name, metadata } of page.keys) {
      const [, cluster = '', part] = name.split('/');
      const entry = clusters.get(cluster) ?? { cluster, registered: false };
      const facts = part === 'registration' ? { registered: true } : snapshotFacts(metadata, now);
      clusters.set(cluster, { ...entry, ...facts });
    }
    cursor = page.list_complete ? undefined : page.cursor;
  } while (cursor !== undefined);
  return jsonResponse({ clusters: [...clusters.values()] });
}

function snapshotFacts(metadata: unknown, now: number): Readonly<Record<string, unknown>> {
  const signed = readMetadata(metadata);
  if (signed === undefined) return {};
  const { epoch, serial, generatedAt, length } = signed.manifest;
  return { epoch, serial, generatedAt, ageSeconds: Math.floor((now - generatedAt) / 1000), octets: length };
}
