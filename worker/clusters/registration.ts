/**
 * A cluster's registration: whose signatures count for it, which zones it may claim, and how old its snapshots may get.
 * Pure: what is sent as JSON, and what stands in KV, where one value holds all registrations.
 */
import { type ClusterId, parseClusterId } from '../../zone/cluster-id.ts';
import { formatName, type Name, NameError, parseName, root } from '../../zone/name.ts';
import { maxZones } from '../../zone/registration-limits.ts';
import { isPublicKey } from './public-key.ts';
import { overlap } from './zone-claims.ts';

export interface Registration {
  /** Ed25519 public keys, 32 octets in base64url without padding; more than one while a key is being replaced. */
  readonly publicKeys: readonly [string, ...string[]];
  /** The cluster's own domain first, which others may have too, then its aliases, which nobody else has. */
  readonly zones: readonly [Name, ...Name[]];
  /** The same for names that several clusters share; often none. */
  readonly clustersetZones: readonly Name[];
  /** An older snapshot counts as stale: it is answered from, and marked. */
  readonly softLimitSeconds: number;
  /** An older snapshot counts as expired: nothing is answered from it. Not below the soft limit. */
  readonly hardLimitSeconds: number;
}

/** All clusters that are registered. */
export type Registrations = ReadonlyMap<ClusterId, Registration>;

/** As it is sent and stored; zones are without their final dot. */
export interface RegistrationJson {
  readonly publicKeys: readonly string[];
  readonly zones: readonly string[];
  readonly clustersetZones: readonly string[];
  readonly softLimitSeconds: number;
  readonly hardLimitSeconds: number;
}

const maxPublicKeys = 2;
const defaultSoftLimitSeconds = 15 * 60;
const defaultHardLimitSeconds = 24 * 60 * 60;
const maxLimitSeconds = 365 * 24 * 60 * 60;
/** Of what is wrong. */
const maxShownCharacters = 40;

/** Below these stand the names of addresses. They follow from what is published, and nobody claims them. */
const reverseZones = ['in-addr.arpa', 'ip6.arpa'].map(parseName);

const members = ['publicKeys', 'zones', 'clustersetZones', 'softLimitSeconds', 'hardLimitSeconds'];

/** As somebody sends it. A member that is not known is refused: it is a slip, and would not do what it was meant to. */
export function parseSentRegistration(value: unknown): Registration | { readonly reason: string } {
  const sent = typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
  const unknown = sent.find((member) => !members.includes(member));
  if (unknown === undefined) return parseRegistration(value);
  const name = JSON.stringify(unknown.slice(0, maxShownCharacters));
  return { reason: `a registration has no member ${name}; it has ${members.join(', ')}` };
}

/**
 * From JSON; the reason when it is no registration. Fields with defaults may be missing, and others may be there, which a
 * later version has stored.
 */
export function parseRegistration(value: unknown): Registration | { readonly reason: string } {
  if (typeof value !== 'object' || value === null) return { reason: 'the body must be a JSON object' };
  const { publicKeys, zones, clustersetZones = [], ...limits } = value as Readonly<Record<string, unknown>>;
  const [firstKey, ...otherKeys] = Array.isArray(publicKeys) ? (publicKeys as unknown[]) : [];
  if (!isPublicKey(firstKey) || !otherKeys.every(isPublicKey) || otherKeys.length >= maxPublicKeys) {
    return { reason: '"publicKeys" must be one or two Ed25519 public keys, each 43 characters of base64url' };
  }
  const own = parseZones('zones', zones);
  if ('reason' in own) return own;
  const shared = parseZones('clustersetZones', clustersetZones);
  if ('reason' in shared) return shared;
  const [firstZone, ...otherZones] = own;
  if (firstZone === undefined) return { reason: `"zones" must be ${zonesForm}, the cluster's own domain first` };
  const reason = reasonAgainst([...own, ...shared]);
  if (reason !== undefined) return { reason };
  const { softLimitSeconds = defaultSoftLimitSeconds, hardLimitSeconds = defaultHardLimitSeconds } = limits;
  if (!isLimit(softLimitSeconds) || !isLimit(hardLimitSeconds) || softLimitSeconds > hardLimitSeconds) {
    const form = `whole seconds from 1 to ${maxLimitSeconds}, the first not above the second`;
    return { reason: `"softLimitSeconds" and "hardLimitSeconds" must be ${form}` };
  }
  return {
    publicKeys: [firstKey, ...otherKeys],
    zones: [firstZone, ...otherZones],
    clustersetZones: shared,
    softLimitSeconds,
    hardLimitSeconds,
  };
}

export function registrationJson(registration: Registration): RegistrationJson {
  const { publicKeys, zones, clustersetZones, softLimitSeconds, hardLimitSeconds } = registration;
  return {
    publicKeys: [...publicKeys],
    zones: zones.map(zoneText),
    clustersetZones: clustersetZones.map(zoneText),
    softLimitSeconds,
    hardLimitSeconds,
  };
}

export function isSameRegistration(a: Registration, b: Registration): boolean {
  return JSON.stringify(registrationJson(a)) === JSON.stringify(registrationJson(b));
}

/** The value in KV (zone/keys.ts). */
export function formatRegistrations(registrations: Registrations): string {
  const clusters = [...registrations].map(([cluster, registration]) => [cluster, registrationJson(registration)]);
  return JSON.stringify({ clusters: Object.fromEntries(clusters) });
}

/**
 * From KV; undefined when it is nothing of this form. A cluster whose registration is none is left out, with a line that
 * says why: what is damaged closes one cluster, and not all.
 */
export function parseRegistrations(
  text: string,
): { readonly registrations: Registrations; readonly problems: readonly string[] } | undefined {
  let clusters: unknown;
  try {
    clusters = (JSON.parse(text) as { clusters?: unknown } | null)?.clusters;
  } catch {
    return undefined;
  }
  if (typeof clusters !== 'object' || clusters === null || Array.isArray(clusters)) return undefined;
  const registrations = new Map<ClusterId, Registration>();
  const problems: string[] = [];
  for (const [id, value] of Object.entries(clusters)) {
    const cluster = parseClusterId(id);
    const registration = parseRegistration(value);
    if (cluster === undefined) problems.push(leftOut(JSON.stringify(id.slice(0, maxShownCharacters)), 'that is no id'));
    else if ('reason' in registration) problems.push(leftOut(cluster, registration.reason));
    else registrations.set(cluster, registration);
  }
  return { registrations, problems };
}

/** A line for operators. */
export function leftOut(cluster: string, reason: string): string {
  return `the registration of cluster ${cluster} is left out: ${reason}`;
}

/** Presentation format without the final dot. */
export function zoneText(zone: Name): string {
  return formatName(zone).slice(0, -1);
}

function isLimit(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 1 && (value as number) <= maxLimitSeconds;
}

const zonesForm = `1 to ${maxZones} domain names below the root`;

function parseZones(field: string, zones: unknown): readonly Name[] | { readonly reason: string } {
  const reason = `"${field}" must be ${zonesForm}`;
  if (!Array.isArray(zones) || zones.length > maxZones || !zones.every((zone) => typeof zone === 'string')) {
    return { reason };
  }
  try {
    const names = zones.map(parseName);
    return names.includes(root) ? { reason } : names;
  } catch (error) {
    if (error instanceof NameError) return { reason: `"${field}": ${error.message}` };
    throw error;
  }
}

/** One may lie in another of the same cluster: a name belongs to the innermost that it is in. */
function reasonAgainst(zones: readonly Name[]): string | undefined {
  const reverse = zones.find((zone) => reverseZones.some((other) => overlap(zone, other)));
  if (reverse !== undefined) {
    return `the zone ${zoneText(reverse)} is one of addresses: those follow from what is published`;
  }
  const repeated = zones.find((zone, i) => zones.indexOf(zone) !== i);
  return repeated === undefined ? undefined : `the zone ${zoneText(repeated)} is there twice`;
}
