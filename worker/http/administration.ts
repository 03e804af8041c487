/**
 * What an administrator may do: register clusters, and make, list and revoke tokens. The administrator's key is a secret
 * of the Worker, which holds only its hash; without one these routes answer nobody.
 */
import type { ClusterId } from '../../zone/cluster-id.ts';
import { clusterKeyPrefix } from '../../zone/keys.ts';
import { parseManifest } from '../../zone/manifest.ts';
import { tokenOf } from '../access/credential.ts';
import { equalInConstantTime, sha256Hexadecimal } from '../access/digest.ts';
import { parseGrant, type TokenStore } from '../access/token-store.ts';
import {
  deleteRegistration,
  parseRegistration,
  registrationJson,
  writeRegistration,
} from '../clusters/registration.ts';
import type { KeyValueStore } from '../environment.ts';
import { readBoundedBody } from './bounded-body.ts';
import { badRequest } from './doh.ts';
import { jsonResponse, type Problem, problemResponse, unauthorized } from './problem.ts';

const maxBodyOctets = 16 * 1024;

/** Whether the request carries the administrator's key. */
export async function isAdministrator(request: Request, keySha256: string | undefined): Promise<boolean> {
  const key = tokenOf(request, undefined);
  if (key === undefined || keySha256 === undefined) return false;
  return equalInConstantTime(await sha256Hexadecimal(key), keySha256);
}

export const unauthorizedAdministrator: Problem = {
  ...unauthorized,
  message: 'this route needs the administrator\'s key, as "Authorization: Bearer KEY"',
};

export async function putCluster(store: KeyValueStore, cluster: ClusterId, request: Request): Promise<Response> {
  const registration = parseRegistration(await readJson(request));
  if ('reason' in registration) return problemResponse(badRequest(registration.reason));
  await writeRegistration(store, cluster, registration);
  return jsonResponse({ cluster, ...registrationJson(registration) });
}

export async function removeCluster(store: KeyValueStore, cluster: ClusterId): Promise<Response> {
  await deleteRegistration(store, cluster);
  return jsonResponse({ cluster, deleted: true });
}

/** Every registered cluster, with what its stored manifest says. */
export async function listClusters(store: KeyValueStore, now: number): Promise<Response> {
  const clusters = new Map<string, Record<string, unknown>>();
  let cursor: string | undefined;
  do {
    const page = await store.list({ prefix: clusterKeyPrefix, ...(cursor === undefined ? {} : { cursor }) });
    for (const { name, metadata } of page.keys) {
      const [, cluster = '', part] = name.split('/');
      const entry = clusters.get(cluster) ?? { cluster };
      clusters.set(cluster, part === 'snapshot' ? { ...entry, ...snapshotFacts(metadata, now) } : entry);
    }
    cursor = page.list_complete ? undefined : page.cursor;
  } while (cursor !== undefined);
  return jsonResponse({ clusters: [...clusters.values()] });
}

function snapshotFacts(metadata: unknown, now: number): Record<string, unknown> {
  const text = (metadata as { manifest?: unknown } | null)?.manifest;
  const manifest = typeof text === 'string' ? parseManifest(text) : undefined;
  if (manifest === undefined) return {};
  const { epoch, serial, generatedAt, length } = manifest;
  return { epoch, serial, generatedAt, ageSeconds: Math.floor((now - generatedAt) / 1000), octets: length };
}

/** The token is in this answer and nowhere else. */
export async function postToken(tokens: TokenStore, request: Request, now: number): Promise<Response> {
  const body = await readJson(request);
  const grant =
    typeof body === 'object' && body !== null ? parseGrant(body as Record<string, unknown>, now) : undefined;
  if (grant === undefined) {
    return problemResponse(
      badRequest('the body must be {"name":…,"clusters":[…],"expiresAt":Unix milliseconds or null}'),
    );
  }
  const created = await tokens.create(grant);
  if (created !== undefined) return jsonResponse({ ...created, ...grant }, 201);
  return problemResponse({ status: 503, code: 'INTERNAL', message: 'set the secret TOKEN_KEY of the Worker first' });
}

export async function deleteToken(tokens: TokenStore, id: string | null): Promise<Response> {
  if (id === null || !/^[a-z2-7]{8}$/.test(id)) return problemResponse(badRequest('name the token as ?id=ID'));
  await tokens.revoke(id);
  return jsonResponse({ id, revoked: true });
}

export async function listTokens(tokens: TokenStore): Promise<Response> {
  const listed = await tokens.list();
  return jsonResponse({ tokens: listed.map(({ id, grant }) => ({ id, ...(grant as object) })) });
}

async function readJson(request: Request): Promise<unknown> {
  const octets = await readBoundedBody(request, maxBodyOctets);
  try {
    return octets === undefined ? undefined : JSON.parse(new TextDecoder().decode(octets));
  } catch {
    return undefined;
  }
}
