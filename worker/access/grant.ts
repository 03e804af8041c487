/**
 * What a token allows, in memory and as it is stored.
 */
import { type ClusterId, parseClusterId } from '../../zone/cluster-id.ts';

export interface Grant extends GrantTerms {
  /** Unix milliseconds. */
  readonly createdAt: number;
}

/** What an administrator asks for. */
interface GrantTerms {
  /** For people. */
  readonly name: string;
  /** The first is the one that is meant when the path names none. */
  readonly clusters: readonly [ClusterId, ...ClusterId[]];
  /** Unix milliseconds; null for a token that does not expire. */
  readonly expiresAt: number | null;
}

/** With these a grant fits the 1,024 octets of metadata that Workers KV allows. */
const maxNameLength = 64;
const maxClusters = 16;

/** From JSON; the reason when it is something else. */
export function parseGrantTerms(value: unknown): GrantTerms | { readonly reason: string } {
  if (typeof value !== 'object' || value === null) return { reason: 'the body must be a JSON object' };
  const { name, clusters, expiresAt } = value as Readonly<Record<string, unknown>>;
  if (!isName(name)) {
    return { reason: `"name" must be a text of at most ${maxNameLength} characters without control characters` };
  }
  const ids = Array.isArray(clusters) ? clusters.map(clusterIdOf) : [];
  const [first, ...others] = ids.filter((id) => id !== undefined);
  if (first === undefined || others.length + 1 !== ids.length || ids.length > maxClusters) {
    return { reason: `"clusters" must be 1 to ${maxClusters} names, each of 1 to 32 of a-z, 0-9 and "-"` };
  }
  if (expiresAt !== undefined && expiresAt !== null && !isTime(expiresAt)) {
    return { reason: '"expiresAt" must be a time in Unix milliseconds, or null' };
  }
  return { name, clusters: [first, ...others], expiresAt: expiresAt ?? null };
}

/** From the store; undefined when it is no grant. */
export function readGrant(value: unknown): Grant | undefined {
  const terms = parseGrantTerms(value);
  if ('reason' in terms) return undefined;
  const { createdAt } = value as { createdAt?: unknown };
  return isTime(createdAt) ? { ...terms, createdAt } : undefined;
}

function isName(value: unknown): value is string {
  return (
    typeof value === 'string' && value.length <= maxNameLength && value.isWellFormed() && !/\p{Control}/u.test(value)
  );
}

function clusterIdOf(value: unknown): ClusterId | undefined {
  return typeof value === 'string' ? parseClusterId(value) : undefined;
}

function isTime(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
