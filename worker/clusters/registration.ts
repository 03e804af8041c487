/**
 * A cluster's registration: whose signatures count for it, and which zones it may claim.
 */
import type { ClusterId } from '../../zone/cluster-id.ts';
import { kvKeys } from '../../zone/keys.ts';
import { formatName, type Name, parseName } from '../../zone/name.ts';
import type { KeyValueStore } from '../environment.ts';

export interface Registration {
  /** Ed25519 public keys, 32 octets in base64url without padding; more than one while a key is being replaced. */
  readonly publicKeys: readonly [string, ...string[]];
  /** The cluster's own domain first, then its aliases. */
  readonly zones: readonly [Name, ...Name[]];
}

const maxPublicKeys = 2;
const maxZones = 16;

/** From a request's body; the reason when it is no registration. */
export function parseRegistration(value: unknown): Registration | { readonly reason: string } {
  if (typeof value !== 'object' || value === null) return { reason: 'the body must be a JSON object' };
  const { publicKeys, zones } = value as { publicKeys?: unknown; zones?: unknown };
  const keys = Array.isArray(publicKeys) ? publicKeys.filter(isPublicKey) : [];
  const [firstKey, ...otherKeys] = keys;
  if (firstKey === undefined || keys.length > maxPublicKeys || keys.length !== (publicKeys as unknown[]).length) {
    return { reason: `"publicKeys" must be one or two Ed25519 public keys, each 43 characters of base64url` };
  }
  if (!Array.isArray(zones) || zones.length === 0 || zones.length > maxZones) {
    return { reason: `"zones" must be 1 to ${maxZones} domain names, the cluster's own domain first` };
  }
  try {
    const [firstZone, ...otherZones] = zones.map((zone) => parseName(String(zone)));
    return { publicKeys: [firstKey, ...otherKeys], zones: [firstZone!, ...otherZones] };
  } catch (error) {
    return { reason: `"zones": ${(error as Error).message}` };
  }
}

export function registrationJson({ publicKeys, zones }: Registration): { publicKeys: string[]; zones: string[] } {
  return { publicKeys: [...publicKeys], zones: zones.map((zone) => formatName(zone).slice(0, -1)) };
}

export async function readRegistration(
  store: KeyValueStore,
  cluster: ClusterId,
  cacheTtl = 30,
): Promise<Registration | undefined> {
  const json = await store.get(kvKeys.registration(cluster), { type: 'text', cacheTtl });
  if (json === null) return undefined;
  const registration = parseRegistration(JSON.parse(json));
  return 'reason' in registration ? undefined : registration;
}

export function writeRegistration(store: KeyValueStore, cluster: ClusterId, registration: Registration): Promise<void> {
  return store.put(kvKeys.registration(cluster), JSON.stringify(registrationJson(registration)));
}

/** The cluster's snapshot goes with it. */
export async function deleteRegistration(store: KeyValueStore, cluster: ClusterId): Promise<void> {
  await store.delete(kvKeys.registration(cluster));
  await store.delete(kvKeys.snapshot(cluster));
}

function isPublicKey(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Za-z0-9_-]{43}$/.test(value);
}
