/**
 * Resource records as the zone holds them: sets of one owner and one type, with one TTL (RFC 2181 §5).
 *
 * Owners and targets inside the zone carry no suffix, so that the same records serve `cluster.local` and every alias of
 * it. SOA is not among the types: its serial is the snapshot's, and the server adds it.
 */
import type { Name, RelativeName } from './name.ts';

/** What a CNAME, NS, PTR or SRV record points to: a name in the same cluster zone, or anywhere else. */
export type Target =
  | { readonly kind: 'relative'; readonly name: RelativeName }
  | { readonly kind: 'absolute'; readonly name: Name };

/** The data of an SRV record (RFC 2782). */
export interface Service {
  readonly priority: number;
  readonly weight: number;
  readonly port: number;
  readonly target: Target;
}

/** `addresses` are the records' octets one behind the other, 4 or 16 each. */
export type RRset =
  | { readonly type: 'A' | 'AAAA'; readonly ttlSeconds: number; readonly addresses: Uint8Array }
  | { readonly type: 'SRV'; readonly ttlSeconds: number; readonly services: readonly Service[] }
  | { readonly type: 'CNAME' | 'NS'; readonly ttlSeconds: number; readonly targets: readonly Target[] }
  | { readonly type: 'PTR'; readonly ttlSeconds: number; readonly targets: readonly Target[] }
  /** One record per element; each is a list of character strings of at most 255 octets. */
  | { readonly type: 'TXT'; readonly ttlSeconds: number; readonly texts: readonly (readonly string[])[] };

export type RRType = RRset['type'];

/** A set with its owner: how answers are put together and how a zone is written out. */
export interface OwnedRRset {
  readonly owner: RelativeName;
  readonly rrset: RRset;
}

/** Type codes (IANA "Resource Record (RR) TYPEs"). */
export const typeCodes: Readonly<Record<RRType, number>> = {
  A: 1,
  NS: 2,
  CNAME: 5,
  PTR: 12,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
};
