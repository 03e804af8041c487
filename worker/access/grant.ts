/**
 * What a token allows, in memory and as it is stored.
 */
import { foreignMember, type Permission, parsePermission, permissionJson, permissionMembers } from './permission.ts';

export interface Grant extends GrantTerms {
  /** Unix milliseconds. */
  readonly createdAt: number;
}

/** What an administrator asks for. */
interface GrantTerms extends Permission {
  /** For people. */
  readonly name: string;
  /** Unix milliseconds; null for a token that does not expire. */
  readonly expiresAt: number | null;
}

const maxNameLength = 64;
/** As JSON. Workers KV allows 1,024 octets of metadata, which is what tokens are listed from. */
const maxGrantOctets = 960;
const members = ['name', ...permissionMembers, 'expiresAt'];

/** The grant that an administrator asks for, from JSON; the reason when it is something else. */
export function requestGrant(value: unknown, createdAt: number): Grant | { readonly reason: string } {
  const terms = parseGrantTerms(value);
  if ('reason' in terms) return terms;
  const foreign = foreignMember(value as object, 'a token', members);
  if (foreign !== undefined) return { reason: foreign };
  if (terms.expiresAt !== null && terms.expiresAt <= createdAt) {
    return { reason: '"expiresAt" is in the past; it counts milliseconds, not seconds' };
  }
  const grant = { ...terms, createdAt };
  const octets = new TextEncoder().encode(JSON.stringify(grantJson(grant))).length;
  if (octets > maxGrantOctets) {
    const reason = `the token would say ${octets} octets of JSON, and ${maxGrantOctets} are kept`;
    return { reason: `${reason}; name fewer clusters or namespaces, or make several tokens` };
  }
  return grant;
}

/** From the store; undefined when it is no grant. */
export function readGrant(value: unknown): Grant | undefined {
  const terms = parseGrantTerms(value);
  if ('reason' in terms) return undefined;
  const { createdAt } = value as { createdAt?: unknown };
  return isTime(createdAt) ? { ...terms, createdAt } : undefined;
}

/** As it is stored and listed. */
export function grantJson({ name, expiresAt, createdAt, ...permission }: Grant): Readonly<Record<string, unknown>> {
  return { name, ...permissionJson(permission), expiresAt, createdAt };
}

function parseGrantTerms(value: unknown): GrantTerms | { readonly reason: string } {
  if (typeof value !== 'object' || value === null) return { reason: 'the body must be a JSON object' };
  const { name, expiresAt = null } = value as { name?: unknown; expiresAt?: unknown };
  if (!isName(name)) {
    return { reason: `"name" must be a text of at most ${maxNameLength} characters without control characters` };
  }
  const permission = parsePermission(value as Readonly<Record<string, unknown>>);
  if ('reason' in permission) return permission;
  if (expiresAt !== null && !isTime(expiresAt)) {
    return { reason: '"expiresAt" must be a time in Unix milliseconds, or null' };
  }
  return { name, ...permission, expiresAt };
}

function isName(value: unknown): value is string {
  return (
    typeof value === 'string' && value.length <= maxNameLength && value.isWellFormed() && !/\p{Control}/u.test(value)
  );
}

function isTime(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
