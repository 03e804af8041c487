/**
 * For how long an answer may be kept (RFC 8484 §5.1, RFC 2308 §5).
 */
import { typeSoa } from './query-type.ts';
import type { OtherRecords, RecordsReply, Reply } from './reply.ts';

/**
 * The largest `max-age` of the HTTP response in seconds: the smallest TTL of the answer section and, where an SOA in the
 * authority section makes the answer negative, no more than its TTL and its MINIMUM. Undefined: not to be kept at all.
 */
export function minimumTtlSeconds(reply: Reply): number | undefined {
  if (reply.kind === 'error' || (reply.rcode !== 'NOERROR' && reply.rcode !== 'NXDOMAIN')) return undefined;
  const negative = negativeTtlSeconds(reply);
  // RFC 2308 §5: a negative answer without an SOA is not kept; a positive one needs none.
  const isNegative = reply.rcode === 'NXDOMAIN' || reply.answer.length === 0 || reply.isUnvouched;
  if (isNegative && negative === undefined) return undefined;
  let smallest = negative ?? Number.POSITIVE_INFINITY;
  for (const { rrset } of reply.answer) smallest = Math.min(smallest, rrset.ttlSeconds);
  return smallest;
}

function negativeTtlSeconds(reply: RecordsReply): number | undefined {
  for (const { rrset } of reply.authority) {
    if (rrset.type === 'SOA') return Math.min(rrset.ttlSeconds, rrset.minimumSeconds);
    if (rrset.type === 'other' && rrset.typeCode === typeSoa) return Math.min(rrset.ttlSeconds, minimumOf(rrset));
  }
  return undefined;
}

/** MINIMUM, the last 32 bits of an SOA record (RFC 1035 §3.3.13). */
function minimumOf({ data: [soa] }: OtherRecords): number {
  if (soa === undefined || soa.length < 4) return 0;
  return soa.subarray(-4).reduce((seconds, octet) => seconds * 256 + octet, 0);
}
