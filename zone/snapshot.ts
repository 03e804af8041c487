/**
 * What a cluster publishes: all its zones at one moment, as one value (docs/snapshot.md).
 *
 * Serial and time are not in here but in the manifest (manifest.ts), so equal records are equal octets and a reader can
 * tell that nothing changed.
 */
import type { Prefix } from './address.ts';
import type { OwnerGroup } from './group.ts';
import type { Name } from './name.ts';

export type Snapshot =
  | { readonly kind: 'live'; readonly zones: readonly Zone[] }
  /** The cluster has left: its last, empty snapshot. */
  | { readonly kind: 'retired' };

export type Zone = ForwardZone | ReverseZone;

/** Names below the cluster's own domain, or below the domain that a set of clusters shares. At most one of each kind. */
export interface ForwardZone {
  readonly kind: 'cluster' | 'clusterset';
  /** The cluster's own domain first, then aliases under which the same records are answered. */
  readonly origins: readonly [Name, ...Name[]];
  /** TTL of negative answers, and the SOA's MINIMUM (RFC 2308 §4). */
  readonly ttlSeconds: number;
  /**
   * No two have a name in common: no base name is another's, nor that of a host or a node of another. Names that spell
   * addresses count.
   */
  readonly groups: readonly OwnerGroup[];
}

/** The reverse zones: the PTR records that the cluster zone's groups imply. It comes with a cluster zone. */
export interface ReverseZone {
  readonly kind: 'reverse';
  readonly ttlSeconds: number;
  /** Blocks whose unpublished addresses do not exist; about other blocks nothing is claimed. */
  readonly prefixes: readonly Prefix[];
}
