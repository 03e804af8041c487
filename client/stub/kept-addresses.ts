/** The addresses in an answer that is kept. */
import { rcodes } from '../../worker/message/rcode.ts';
import { addressFromOctets, formatAddress } from '../../zone/address.ts';
import type { CachedAnswer } from './cached-answer.ts';
import type { ChasedAddresses } from './contract.ts';
import { ttlOffset, uint16 } from './record-places.ts';

const addressOctetsOf: ReadonlyMap<number, number> = new Map([
  [1, 4],
  [28, 16],
]);
/** From the TTL (RFC 1035 §4.1.3). */
const lengthOffset = 4;
const dataOffset = 6;

/** At the time `now`, in elapsed milliseconds. Undefined when it does not tell about names, such as a refusal. */
export function keptAddresses({ question, body, freshUntil }: CachedAnswer, now: number): ChasedAddresses | undefined {
  const { rcode, counts, records, ttlPlaces } = body;
  if (rcode !== rcodes.NOERROR && rcode !== rcodes.NXDOMAIN) return undefined;
  const octets = addressOctetsOf.get(question.qtype);
  const found = ttlPlaces
    .slice(0, counts[0])
    .filter((at) => uint16(records, at - ttlOffset) === question.qtype && uint16(records, at + lengthOffset) === octets)
    .map((at) => records.slice(at + dataOffset, at + dataOffset + octets!));
  const ttlSeconds = Math.max(0, Math.floor((freshUntil - now) / 1000));
  return { addresses: found.map((data) => formatAddress(addressFromOctets(data))), ttlSeconds };
}
