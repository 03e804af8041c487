/** For how long an answer may be kept. */

import { typeSoa } from '../../worker/message/query-type.ts';
import { rcodes } from '../../worker/message/rcode.ts';
import type { ResponseMessage, ResponseRecord } from '../../worker/message/read-response.ts';

/** RFC 8767 §4 leaves longer ones to nobody's surprise: what a source says is asked again once a day at least. */
export const maxTtlSeconds = 86_400;

/**
 * The least TTL of all records; where there is nothing of what was asked, no more than the SOA record's TTL and MINIMUM
 * (RFC 2308 §5). 0: not to be kept, as a negative answer without an SOA record.
 */
export function lifetimeSeconds({ rcode, answer, authority, additional }: ResponseMessage): number {
  if (rcode !== rcodes.NOERROR && rcode !== rcodes.NXDOMAIN) return 0;
  const soa = authority.find(({ type }) => type === typeSoa);
  const isNegative = rcode === rcodes.NXDOMAIN || answer.length === 0;
  if (isNegative && soa === undefined) return 0;
  let least = soa === undefined ? maxTtlSeconds : minimumOf(soa);
  for (const record of [...answer, ...authority, ...additional]) least = Math.min(least, ttlOf(record));
  return least;
}

/** RFC 2181 §8: what is too large for 31 bits is 0. */
export function ttlOf({ ttlSeconds }: Pick<ResponseRecord, 'ttlSeconds'>): number {
  return ttlSeconds > 0x7fff_ffff ? 0 : Math.min(ttlSeconds, maxTtlSeconds);
}

/** MINIMUM, the last 32 bits of an SOA record (RFC 1035 §3.3.13). */
function minimumOf({ data }: ResponseRecord): number {
  if (data.length < 4) return 0;
  return data.subarray(-4).reduce((seconds, octet) => seconds * 256 + octet, 0);
}
