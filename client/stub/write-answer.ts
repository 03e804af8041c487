/**
 * Writes an answer (RFC 1035 §4.1) to somebody's question: the header, the question as it was spelled, the records with
 * their TTLs, and an OPT record for those who sent one (RFC 6891 §7).
 *
 * Never longer than allowed: extended errors go first; when that is not enough, all records do, and the answer says that it
 * was truncated (TC, RFC 2181 §9), so that the client asks again over TCP.
 */
import { headerOctets } from '../../worker/message/layout.ts';
import { udpPayloadOctets } from '../../worker/message/opt.ts';
import type { Echo } from '../../worker/message/query.ts';
import { typeOpt } from '../../worker/message/query-type.ts';
import type { Random } from '../../worker/message/random-order.ts';
import { smallOctets } from '../../worker/octets/small-octets.ts';
import { rotateAddresses } from './address-runs.ts';
import type { AnswerBody } from './answer-body.ts';
import { noErrors } from './error-options.ts';

/** What becomes of the TTLs in the records: counted down, or all the same. */
export type Ttls =
  | { readonly kind: 'aged'; readonly seconds: number }
  | { readonly kind: 'fixed'; readonly seconds: number };

const optFixedOctets = 11;

/** `errors` are sent before those of the body. `maxOctets` is at least 512. */
export function writeAnswer(
  to: Echo,
  body: AnswerBody,
  ttls: Ttls,
  errors: Uint8Array,
  maxOctets: number,
  random: Random,
): Uint8Array {
  const questionOctets = to.question === undefined ? 0 : to.question.length;
  const recordsAt = headerOctets + questionOctets;
  const optAt = recordsAt + body.records.length;
  const optOctets = to.edns === undefined ? 0 : optFixedOctets;
  const errorOctets = to.edns === undefined ? 0 : errors.length + body.errors.length;
  if (optAt + optOctets + errorOctets <= maxOctets) {
    const answer = smallOctets(optAt + optOctets + errorOctets);
    writeHeader(answer, to, body, false);
    writeRecords(answer, recordsAt, body, ttls, random);
    if (to.edns !== undefined) writeOpt(answer, optAt, body.rcode, to.edns.dnssecOk, errors, body.errors);
    return answer;
  }
  const isTruncated = optAt + optOctets > maxOctets;
  const errorsFit = isTruncated && recordsAt + optOctets + errorOctets <= maxOctets;
  const endAt = isTruncated ? recordsAt : optAt;
  const answer = smallOctets(endAt + optOctets + (errorsFit ? errorOctets : 0));
  writeHeader(answer, to, body, isTruncated);
  if (!isTruncated) writeRecords(answer, recordsAt, body, ttls, random);
  if (to.edns !== undefined && errorsFit) writeOpt(answer, endAt, body.rcode, to.edns.dnssecOk, errors, body.errors);
  else if (to.edns !== undefined) writeOpt(answer, endAt, body.rcode, to.edns.dnssecOk, noErrors, noErrors);
  return answer;
}

/** AA and AD are never set: what is answered was kept. RA is: names are looked up elsewhere. */
function writeHeader(out: Uint8Array, to: Echo, { rcode, counts }: AnswerBody, isTruncated: boolean): void {
  out[0] = to.id >>> 8;
  out[1] = to.id;
  out[2] = 0x80 | (to.opcode << 3) | (isTruncated ? 0x02 : 0) | (to.recursionDesired ? 0x01 : 0);
  out[3] = 0x80 | (to.checkingDisabled ? 0x10 : 0) | (rcode & 0x0f);
  out[5] = to.question === undefined ? 0 : 1;
  if (!isTruncated) {
    const [answer, authority, additional] = counts;
    out[6] = answer >>> 8;
    out[7] = answer;
    out[8] = authority >>> 8;
    out[9] = authority;
    out[10] = additional >>> 8;
    out[11] = additional;
  }
  // The OPT record counts too.
  if (to.edns !== undefined) addOne(out, 10);
  if (to.question !== undefined) copy(to.question, out, headerOctets);
}

function writeRecords(out: Uint8Array, at: number, body: AnswerBody, ttls: Ttls, random: Random): void {
  const { records, ttlPlaces, addressRuns } = body;
  copy(records, out, at);
  for (let i = 0; i < ttlPlaces.length; i += 1) {
    const place = at + ttlPlaces[i]!;
    const seconds = ttls.kind === 'fixed' ? ttls.seconds : Math.max(0, uint32(out, place) - ttls.seconds);
    out[place] = seconds >>> 24;
    out[place + 1] = seconds >>> 16;
    out[place + 2] = seconds >>> 8;
    out[place + 3] = seconds;
  }
  for (let i = 0; i < addressRuns.length; i += 1) rotateAddresses(addressRuns[i]!, records, out, at, random);
}

/** RFC 6891 §6.1.2; the upper bits of the RCODE are here. */
function writeOpt(
  out: Uint8Array,
  at: number,
  rcode: number,
  dnssecOk: boolean,
  first: Uint8Array,
  second: Uint8Array,
): void {
  const octets = first.length + second.length;
  out[at] = 0;
  out[at + 1] = typeOpt >>> 8;
  out[at + 2] = typeOpt;
  out[at + 3] = udpPayloadOctets >>> 8;
  out[at + 4] = udpPayloadOctets & 0xff;
  out[at + 5] = rcode >>> 4;
  out[at + 7] = dnssecOk ? 0x80 : 0;
  out[at + 9] = octets >>> 8;
  out[at + 10] = octets;
  if (octets === 0) return;
  copy(first, out, at + optFixedOctets);
  copy(second, out, at + optFixedOctets + first.length);
}

/** For what is short, quicker than the platform's own. */
const shortOctets = 64;

function copy(from: Uint8Array, to: Uint8Array, at: number): void {
  const { length } = from;
  if (length > shortOctets) to.set(from, at);
  else for (let i = 0; i < length; i += 1) to[at + i] = from[i]!;
}

function uint32(octets: Uint8Array, at: number): number {
  return ((octets[at]! << 24) | (octets[at + 1]! << 16) | (octets[at + 2]! << 8) | octets[at + 3]!) >>> 0;
}

function addOne(octets: Uint8Array, at: number): void {
  const low = octets[at + 1]! + 1;
  octets[at + 1] = low;
  if (low > 0xff) octets[at] = octets[at]! + 1;
}
