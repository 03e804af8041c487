/**
 * For how long an answer may be kept (RFC 8484 §5.1, RFC 2308 §5).
 */
import type { RecordsReply, Reply } from './reply.ts';

/**
 * The largest `max-age` of the HTTP response in seconds: the smallest TTL of the answer section and, where an SOA in the
 * authority section makes the answer negative, no more than its TTL and its MINIMUM. Undefined: not to be kept at all.
 */
export function minimumTtlSeconds(reply: Reply): number | undefined {
  if (reply.kind === 'error') return undefined;
  const negative = negativeTtlSeconds(reply);
  // RFC 2308 §5: a negative answer without an SOA is not kept; a positive one needs none.
  const isNegative = reply.rcode === 'NXDOMAIN' || reply.answer.length === 0;
  if (isNegative && negative === undefined) return undefined;
  let smallest = negative ?? Number.POSITIVE_INFINITY;
  for (const { rrset } of reply.answer) smallest = Math.min(smallest, rrset.ttlSeconds);
  return smallest;
}

function negativeTtlSeconds(reply: RecordsReply): number | undefined {
  for (const { rrset } of reply.authority) {
    if (rrset.type === 'SOA') return Math.min(rrset.ttlSeconds, rrset.minimumSeconds);
  }
  return undefined;
}
