/**
 * What somebody may ask: of which clusters, and of which namespaces in them.
 */
import { type ClusterId, parseClusterId } from '../../zone/cluster-id.ts';
import { formatName, type Name, nameOrUndefined, root } from '../../zone/name.ts';

export interface Permission {
  /** The first is the one that is meant when neither the path nor the question says another. */
  readonly clusters: readonly [ClusterId, ...ClusterId[]];
  /** Null: all of them. */
  readonly namespaces: readonly [string, ...string[]] | null;
  /** The zone that PTR targets are given below, where the cluster's zone has it; null: the cluster's own domain. */
  readonly zone: Name | null;
}

const maxClusters = 16;

/** The members of a JSON object that say a permission. */
export const permissionMembers = ['clusters', 'namespaces', 'zone'] as const;

/**
 * Why an object with other members than these is refused: one that means nothing here may be a restriction with a slip in
 * its name. Undefined when there is none.
 */
export function foreignMember(value: object, what: string, members: readonly string[]): string | undefined {
  const foreign = Object.keys(value).find((member) => !members.includes(member));
  return foreign === undefined
    ? undefined
    : `there is no ${JSON.stringify(foreign.slice(0, 40))}; ${what} has ${members.join(', ')}`;
}

/** From the members of a JSON object, of which others are not looked at; the reason when one of them is wrong. */
export function parsePermission(members: Readonly<Record<string, unknown>>): Permission | { readonly reason: string } {
  const clusters = allOf(members['clusters'], parseClusterId);
  if (clusters === undefined || clusters.length > maxClusters) {
    return { reason: `"clusters" must be 1 to ${maxClusters} names, each of 1 to 32 of a-z, 0-9 and "-"` };
  }
  const { namespaces = null, zone = null } = members;
  const named = namespaces === null ? null : allOf(namespaces, parseNamespace);
  if (named === undefined) {
    return {
      reason: '"namespaces" must be null, or a list of names, each 1 to 63 of a-z, 0-9 and "-"',
    };
  }
  const pointerZone = zone === null ? null : parseZone(zone);
  if (pointerZone === undefined) return { reason: '"zone" must be null, or a domain name below the root' };
  return { clusters, namespaces: named, zone: pointerZone };
}

/** As `parsePermission` reads it; a zone without its final dot. */
export function permissionJson({ clusters, namespaces, zone }: Permission): Readonly<Record<string, unknown>> {
  return { clusters, namespaces, zone: zone === null ? null : formatName(zone).slice(0, -1) };
}

/** Undefined unless it is a list of at least one, all of them texts that `parse` takes. */
function allOf<T>(value: unknown, parse: (text: string) => T | undefined): [T, ...T[]] | undefined {
  const parsed = Array.isArray(value) ? value.map((item) => (typeof item === 'string' ? parse(item) : undefined)) : [];
  const [first, ...others] = parsed.filter((item) => item !== undefined);
  return first === undefined || others.length + 1 !== parsed.length ? undefined : [first, ...others];
}

/** One label of a host name (RFC 1123 §2.1), in lower case. */
function parseNamespace(text: string): string | undefined {
  return /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(text) ? text : undefined;
}

function parseZone(value: unknown): Name | undefined {
  const zone = typeof value === 'string' ? nameOrUndefined(value) : undefined;
  return zone === root ? undefined : zone;
}
