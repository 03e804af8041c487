/** How long an answer may be. */
import { headerOctets, maxMessageOctets } from '../../worker/message/layout.ts';
import { udpPayloadOctets } from '../../worker/message/opt.ts';
import type { Query } from '../../worker/message/query.ts';
import { typeOpt } from '../../worker/message/query-type.ts';
import type { Transport } from './contract.ts';
import { placesOf, uint16 } from './record-places.ts';

/** What every client takes over UDP (RFC 1035 §4.2.1). */
export const minUdpOctets = 512;

/**
 * Over UDP as much as the client says in its OPT record (RFC 6891 §6.2.3), but no more than fits every path; without one
 * 512 octets. `message` is the query.
 */
export function maxAnswerOctets(message: Uint8Array, { edns, question }: Query, transport: Transport): number {
  if (transport === 'tcp') return maxMessageOctets;
  if (edns === undefined) return minUdpOctets;
  const said = saidOctets(message, headerOctets + question.length);
  return Math.min(Math.max(said, minUdpOctets), udpPayloadOctets);
}

/** The class of the OPT record, which mostly is all there is behind the question. */
function saidOctets(message: Uint8Array, questionEnd: number): number {
  if (message[questionEnd] === 0 && uint16(message, questionEnd + 1) === typeOpt)
    return uint16(message, questionEnd + 3);
  const opt = placesOf(message, questionEnd).find(({ type }) => type === typeOpt);
  return opt === undefined ? minUdpOctets : uint16(message, opt.fixedAt + 2);
}
