/**
 * Reads a DNS query, strictly and cheaply: nothing is walked or allocated before the header is accepted, no pointer is
 * followed, and the work has a bound that does not depend on the message's length. Any octets give a value, never a
 * throw. Pure: no I/O, no clock.
 *
 * Which classes and types are served is not decided here (query-type.ts has the numbers).
 */
import type { Edns } from './edns.ts';
import { headerOctets } from './layout.ts';
import { type RecordFault, readRecords } from './query-records.ts';
import { readQuestion } from './question.ts';
import type { Rcode } from './rcode.ts';

export type ParsedMessage =
  | { readonly kind: 'query'; readonly query: Query }
  /** To be answered with this RCODE and nothing else. */
  | {
      readonly kind: 'error';
      readonly rcode: Extract<Rcode, 'FORMERR' | 'NOTIMP' | 'BADVERS'>;
      readonly fault: QueryFault;
      readonly to: Echo;
    }
  /** Not to be answered as DNS at all: there is no id, or the message is itself an answer. */
  | { readonly kind: 'malformed'; readonly reason: 'SHORTER_THAN_HEADER' | 'NOT_A_QUERY' };

/** What is wrong with the message, in the order in which it is looked at. */
type QueryFault = 'OPCODE' | 'QUESTION_COUNT' | 'RECORD_COUNT' | 'QUESTION' | RecordFault | 'EDNS_VERSION';

/** What of a message its answer repeats. */
export interface Echo {
  readonly id: number;
  readonly opcode: number;
  readonly recursionDesired: boolean;
  readonly checkingDisabled: boolean;
  /** The question's octets as they came, so that letter case and odd octets survive; undefined when there are none. */
  readonly question: Uint8Array | undefined;
  readonly edns: Edns | undefined;
}

/** A well-formed query with one question. */
export interface Query extends Echo {
  readonly question: Uint8Array;
  /** QNAME in wire form with the root label, 1 to 255 octets, A–Z folded to lower case (RFC 4343 §3). */
  readonly qname: Uint8Array;
  /** Where in `qname` each label's length octet is, from left to right, without the root label. */
  readonly labelOffsets: readonly number[];
  readonly qtype: number;
  readonly qclass: number;
}

/** Reads one message of any length. The query keeps a view of `octets`, which must not change afterwards. */
export function parseQuery(octets: Uint8Array): ParsedMessage {
  if (octets.length < headerOctets) return { kind: 'malformed', reason: 'SHORTER_THAN_HEADER' };
  const flags = octets[2]!;
  if ((flags & 0x80) !== 0) return { kind: 'malformed', reason: 'NOT_A_QUERY' };

  const id = (octets[0]! << 8) | octets[1]!;
  const opcode = (flags >> 3) & 0xf;
  if (opcode !== 0) {
    // What RD, CD and the sections mean depends on the opcode (RFC 6895 §2), so none of them is repeated.
    const to = { id, opcode, recursionDesired: false, checkingDisabled: false, question: undefined, edns: undefined };
    return { kind: 'error', rcode: 'NOTIMP', fault: 'OPCODE', to };
  }
  const recursionDesired = (flags & 0x01) !== 0;
  const checkingDisabled = (octets[3]! & 0x10) !== 0;
  const header = { id, opcode, recursionDesired, checkingDisabled };

  // RFC 9619 §4: more than one question "MUST be treated as an incorrectly formatted message".
  if (count(octets, 4) !== 1) return formatError('QUESTION_COUNT', header);
  const answers = count(octets, 6);
  const authorities = count(octets, 8);
  const additionals = count(octets, 10);
  if (answers > 1 || authorities > 1 || additionals > 2) return formatError('RECORD_COUNT', header);
  const asked = readQuestion(octets);
  if (asked === undefined) return formatError('QUESTION', header);
  const question = octets.subarray(headerOctets, asked.end);

  const records = readRecords(octets, asked.end, answers + authorities, additionals);
  const { edns, fault } = records;
  if (fault !== undefined) return formatError(fault, header, question, edns);
  const { qname, labelOffsets, qtype, qclass } = asked;
  const query = { id, opcode, recursionDesired, checkingDisabled, question, edns, qname, labelOffsets, qtype, qclass };
  if (records.ednsVersion > 0) return { kind: 'error', rcode: 'BADVERS', fault: 'EDNS_VERSION', to: query };
  return { kind: 'query', query };
}

function formatError(
  fault: QueryFault,
  header: Pick<Echo, 'id' | 'opcode' | 'recursionDesired' | 'checkingDisabled'>,
  question?: Uint8Array,
  edns?: Edns,
): ParsedMessage {
  return { kind: 'error', rcode: 'FORMERR', fault, to: { ...header, question, edns } };
}

/** The number of entries that the header claims for a section. */
function count(octets: Uint8Array, at: number): number {
  return (octets[at]! << 8) | octets[at + 1]!;
}
