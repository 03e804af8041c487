/**
 * What is to be answered, before it is octets. Owners and targets inside a zone stay relative to its origin, so one set
 * of records is answered under every alias of the zone.
 */
import type { Name } from '../../zone/name.ts';
import type { RRset, Target } from '../../zone/rrset.ts';
import type { ExtendedError } from './extended-error.ts';
import type { Echo, Query } from './query.ts';
import type { Rcode } from './rcode.ts';

export type Reply = RecordsReply | ErrorReply;

/** An answer about names: their records, or that there are none. */
export interface RecordsReply {
  readonly kind: 'records';
  readonly to: Query;
  /** Whether this server speaks for the first name of the answer (RFC 1035 §4.1.1). */
  readonly authoritative: boolean;
  /** NOERROR or NXDOMAIN, unless somebody else was asked and said something else. */
  readonly rcode: Exclude<Rcode, 'BADVERS'>;
  /** What relative owners and targets are below. */
  readonly origin: Origin;
  readonly answer: readonly PlacedRRset[];
  readonly authority: readonly PlacedRRset[];
  readonly additional: readonly PlacedRRset[];
  readonly extendedError: ExtendedError | undefined;
  /** Of the zone that holds the question's name; said where it is asked for. */
  readonly zoneVersion?: ZoneVersion;
  /** Says less than was asked, with nothing to tell for how long (RFC 2308 §5): not to be kept. */
  readonly isUnvouched?: boolean;
}

/** Which zone, in which version (RFC 9660 §2). */
export interface ZoneVersion {
  /** Labels of the zone's name, which is the end of the question's. */
  readonly labelCount: number;
  /** That of the SOA, 32 bits. */
  readonly serial: number;
}

/** An answer that says nothing about names. BADVERS cannot be expressed unless the query had EDNS. */
export interface ErrorReply {
  readonly kind: 'error';
  readonly to: Echo;
  readonly rcode: Exclude<Rcode, 'NOERROR' | 'NXDOMAIN'>;
  readonly extendedError: ExtendedError | undefined;
  /** Of the zone that would have answered. */
  readonly zoneVersion?: ZoneVersion;
  /** Says less than was asked, with nothing to tell for how long (RFC 2308 §5): not to be kept. */
  readonly isUnvouched?: boolean;
}

export type Origin =
  /** The end of the question's name from this octet on, a label's start: targets repeat the asker's spelling of it. */
  { readonly kind: 'question'; readonly offset: number } | { readonly kind: 'absolute'; readonly name: Name };

export interface PlacedRRset {
  readonly owner: Owner;
  readonly rrset: RecordSet;
}

export type RecordSet = RRset | StartOfAuthority | OtherRecords;

export type Owner = Target | { readonly kind: 'question' };

/** The owner that is the question's own name, in the asker's spelling. */
export const questionOwner: Owner = { kind: 'question' };

/** The one SOA record of a zone (RFC 1035 §3.3.13), as an answer or beside a negative one (RFC 2308 §3). */
export interface StartOfAuthority {
  readonly type: 'SOA';
  readonly ttlSeconds: number;
  readonly mname: Target;
  readonly rname: Target;
  /** 32 bits. */
  readonly serial: number;
  readonly refreshSeconds: number;
  readonly retrySeconds: number;
  readonly expireSeconds: number;
  readonly minimumSeconds: number;
}

/** Records of one type that no zone here holds, or that somebody else made. */
export interface OtherRecords {
  readonly type: 'other';
  /** Of 16 bits. */
  readonly typeCode: number;
  readonly ttlSeconds: number;
  /** RDATA of each record, at most 65,535 octets; names in it are written out. */
  readonly data: readonly Uint8Array[];
}

/** An answer without records. */
export function errorReply(to: Echo, rcode: ErrorReply['rcode'], extendedError?: ExtendedError): ErrorReply {
  return { kind: 'error', to, rcode, extendedError };
}
