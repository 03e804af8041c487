/**
 * What an upstream answered, as it is handed on: its RCODE and its records, once it is sure that they answer the question.
 * Pure.
 */
import { foldCase, type Name } from '../../zone/name.ts';
import { classIn } from '../message/query-type.ts';
import { type Rcode, rcodes } from '../message/rcode.ts';
import { headerFlags, type ResponseMessage, type ResponseRecord, readResponse } from '../message/read-response.ts';
import type { PlacedRRset, RecordsReply } from '../message/reply.ts';
import { UpstreamError } from './upstream-error.ts';
import { upstreamId } from './upstream-query.ts';

export interface UpstreamAnswer {
  readonly rcode: RecordsReply['rcode'];
  readonly answer: readonly PlacedRRset[];
  readonly authority: readonly PlacedRRset[];
  readonly additional: readonly PlacedRRset[];
}

export interface UpstreamMessage {
  readonly octets: Uint8Array;
  /** For how long somebody between has kept it (RFC 9111 §5.1); TTLs are less by as much (RFC 8484 §5.1). */
  readonly ageSeconds: number;
}

/** Throws UpstreamError when it is no answer to the question about `name`. */
export function readUpstreamAnswer({ octets, ageSeconds }: UpstreamMessage, name: Name, qtype: number): UpstreamAnswer {
  const message = readResponse(octets);
  if (message === undefined) throw unusable('what the upstream sent is no DNS answer');
  if (!isAnswerTo(message, name, qtype)) throw unusable('the upstream answered another question');
  // Over HTTP there is nothing to ask again that would bring the rest.
  if ((message.flags & headerFlags.truncated) !== 0) throw unusable('the answer of the upstream is cut short');
  const rcode = rcodesByCode.get(message.rcode);
  if (rcode === undefined) throw unusable(`the upstream answered with RCODE ${message.rcode}`);
  const placed = (records: readonly ResponseRecord[]): PlacedRRset[] =>
    records.filter((record) => record.class === classIn).map((record) => placedRecord(record, ageSeconds));
  return {
    rcode,
    answer: placed(message.answer),
    authority: placed(message.authority),
    additional: placed(message.additional),
  };
}

/** Those that fit the header, so that everybody can be told; codes above are about EDNS between the two of us. */
const rcodesByCode: ReadonlyMap<number, RecordsReply['rcode']> = new Map(
  (Object.entries(rcodes) as [Rcode, number][]).flatMap(([rcode, code]) =>
    rcode === 'BADVERS' ? [] : [[code, rcode]],
  ),
);

const opcodeBits = 0x7800;

function isAnswerTo({ id, flags, question }: ResponseMessage, name: Name, qtype: number): boolean {
  if (id !== upstreamId || (flags & opcodeBits) !== 0 || question === undefined) return false;
  return foldCase(question.qname) === name && question.qtype === qtype && question.qclass === classIn;
}

/** Each record by itself, so that their order stays. */
function placedRecord({ owner, type, ttlSeconds, data }: ResponseRecord, ageSeconds: number): PlacedRRset {
  return {
    owner: { kind: 'absolute', name: foldCase(owner) as Name },
    rrset: { type: 'other', typeCode: type, ttlSeconds: ttlLeft(ttlSeconds, ageSeconds), data: [data] },
  };
}

/** RFC 2181 §8: a TTL with its highest bit set is 0. */
function ttlLeft(ttlSeconds: number, ageSeconds: number): number {
  return ttlSeconds > 0x7fff_ffff ? 0 : Math.max(0, ttlSeconds - ageSeconds);
}

function unusable(message: string): UpstreamError {
  return new UpstreamError('Network Error', message);
}
