/**
 * Records of an upstream as sets (RFC 2181 §5), once it is sure that each can be handed on outside its message. Pure.
 */
import { foldCase, maxLabelOctets, maxNameOctets, type Name } from '../../zone/name.ts';
import { typeCodes } from '../../zone/rrset.ts';
import { classIn, typeOpt } from '../message/query-type.ts';
import type { ResponseRecord } from '../message/read-response.ts';
import type { PlacedRRset } from '../message/reply.ts';
import { unusable } from './upstream-error.ts';

export const recordTypes = { dname: 39, rrsig: 46, nsec: 47, nsec3: 50, svcb: 64, https: 65 } as const;

export interface UpstreamSet {
  readonly owner: Name;
  readonly type: number;
  /** Of signatures: the type that they are for. */
  readonly covers: number | undefined;
  /** The smallest that one of the records has (RFC 2181 §5.2). */
  readonly ttlSeconds: number;
  readonly data: readonly Uint8Array[];
}

/** In the order in which they begin. `ageSeconds` are taken off the TTLs. Throws UpstreamError. */
export function setsOf(records: readonly ResponseRecord[], ageSeconds: number): UpstreamSet[] {
  const sets = new Map<string, UpstreamSet & { ttlSeconds: number; readonly data: Uint8Array[] }>();
  for (const record of records) {
    const { type, data } = record;
    if (!isUsable(record)) throw unusable('a record of the upstream is malformed');
    const owner = foldCase(record.owner) as Name;
    const covers = type === recordTypes.rrsig ? data[0]! * 256 + data[1]! : undefined;
    const key = `${type} ${covers} ${owner}`;
    const ttlSeconds = ttlLeft(record.ttlSeconds, ageSeconds);
    const set = sets.get(key) ?? { owner, type, covers, ttlSeconds, data: [] };
    set.ttlSeconds = Math.min(set.ttlSeconds, ttlSeconds);
    set.data.push(data);
    sets.set(key, set);
  }
  return [...sets.values()];
}

export function placed({ owner, type, ttlSeconds, data }: UpstreamSet, maxTtlSeconds: number): PlacedRRset {
  return {
    owner: { kind: 'absolute', name: owner },
    rrset: { type: 'other', typeCode: type, ttlSeconds: Math.min(ttlSeconds, maxTtlSeconds), data },
  };
}

/** The name that is the whole data of a record. */
export function nameIn(data: Uint8Array): Name {
  return foldCase(String.fromCharCode(...data)) as Name;
}

/** RFC 2181 §8: a TTL with its highest bit set is 0. */
function ttlLeft(ttlSeconds: number, ageSeconds: number): number {
  return ttlSeconds > 0x7fff_ffff ? 0 : Math.max(0, ttlSeconds - ageSeconds);
}

function isUsable({ class: recordClass, type, data }: ResponseRecord): boolean {
  // RFC 6895 §3.1: 128 to 255 are for questions and for messages, and are no data.
  if (recordClass !== classIn || type === 0 || type === typeOpt || (type >= 128 && type <= 255)) return false;
  switch (type) {
    case typeCodes.A:
      return data.length === 4;
    case typeCodes.AAAA:
      return data.length === 16;
    case typeCodes.TXT:
      return data.length > 0;
    // Pointers there (RFC 6672 §2.5, RFC 9460 §2.2, RFC 4034 §3.1.7 and §4.1.1) would lead anywhere in another message.
    case recordTypes.dname:
      return endOfName(data, 0) === data.length;
    case recordTypes.nsec:
      return endOfName(data, 0) !== undefined;
    case recordTypes.svcb:
    case recordTypes.https:
      return endOfName(data, 2) !== undefined;
    case recordTypes.rrsig:
      return endOfName(data, 18) !== undefined;
    default:
      return true;
  }
}

/** Where the name at `start` ends, which is written out; undefined when there is none. */
function endOfName(data: Uint8Array, start: number): number | undefined {
  for (let at = start; at < data.length && at - start < maxNameOctets; ) {
    const length = data[at]!;
    if (length > maxLabelOctets) return undefined;
    at += 1 + length;
    if (length === 0) return at;
  }
  return undefined;
}
