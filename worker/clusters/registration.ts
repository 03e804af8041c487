/**
 * A cluster's registration: whose signatures count for it, and which zones it may claim.
 */
import type { ClusterId } from '../../zone/cluster-id.ts';
import { kvKeys } from '../../zone/keys.ts';
import { formatName, type Name, NameError, parseName, root } from '../../zone/name.ts';
import { maxZones } from '../../zone/registration-limits.ts';
import { type KeyValueStore, kvCacheSeconds } from '../environment.ts';

export interface Registration {
  /** Ed25519 public keys, 32 octets in base64url without padding; more than one while a key is being replaced. */
  readonly publicKeys: readonly [string, ...string[]];
  /** The cluster's own domain first, then its aliases. */
  readonly zones: readonly [Name, ...Name[]];
}

const maxPublicKeys = 2;

/** From JSON; the reason when it is no registration. */
export function parseRegistration(value: unknown): Registration | { readonly reason: string } {
  if (typeof value !== 'object' || value === null) return { reason: 'the body must be a JSON object' };
  const { publicKeys, zones } = value as { publicKeys?: unknown; zones?: unknown };
  const [firstKey, ...otherKeys] = Array.isArray(publicKeys) ? (publicKeys as unknown[]) : [];
  if (!isPublicKey(firstKey) || !otherKeys.every(isPublicKey) || otherKeys.length >= maxPublicKeys) {
    return { reason: '"publicKeys" must be one or two Ed25519 public keys, each 43 characters of base64url' };
  }
  const named = Array.isArray(zones) && zones.length <= maxZones ? parseZones(zones) : [];
  if (named instanceof NameError) return { reason: `"zones": ${named.message}` };
  const [firstZone, ...otherZones] = named;
  if (firstZone === undefined) {
    return { reason: `"zones" must be 1 to ${maxZones} domain names below the root, the cluster's own domain first` };
  }
  return { publicKeys: [firstKey, ...otherKeys], zones: [firstZone, ...otherZones] };
}

export function registrationJson({ publicKeys, zones }: Registration): { publicKeys: string[]; zones: string[] } {
  return { publicKeys: [...publicKeys], zones: zones.map((zone) => formatName(zone).slice(0, -1)) };
}

export function isSameRegistration(a: Registration, b: Registration): boolean {
  return JSON.stringify(registrationJson(a)) === JSON.stringify(registrationJson(b));
}

/** Undefined when the cluster is not registered, or what is stored is no registration. */
export async function readRegistration(store: KeyValueStore, cluster: ClusterId): Promise<Registration | undefined> {
  const json = await store.get(kvKeys.registration(cluster), { type: 'text', cacheTtl: kvCacheSeconds });
  if (json === null) return undefined;
  try {
    const registration = parseRegistration(JSON.parse(json));
    return 'reason' in registration ? undefined : registration;
  } catch {
    return undefined;
  }
}

export function writeRegistration(store: KeyValueStore, cluster: ClusterId, registration: Registration): Promise<void> {
  return store.put(kvKeys.registration(cluster), JSON.stringify(registrationJson(registration)));
}

/** The cluster's snapshot goes with it. */
export async function deleteRegistration(store: KeyValueStore, cluster: ClusterId): Promise<void> {
  await store.delete(kvKeys.registration(cluster));
  await store.delete(kvKeys.snapshot(cluster));
}

/** All zeros, which stands where somebody forgot to put a key, is a point of the curve for which anybody can sign. */
function isPublicKey(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Za-z0-9_-]{43}$/.test(value) && !/^A{43}$/.test(value);
}

/** None when one of them is no text, or the root. */
function parseZones(zones: readonly unknown[]): Name[] | NameError {
  if (!zones.every((zone) => typeof zone === 'string')) return [];
  try {
    const names = zones.map(parseName);
    return names.includes(root) ? [] : names;
  } catch (error) {
    if (error instanceof NameError) return error;
    throw error;
  }
}
