/**
 * Reads a DNS response (RFC 1035 §4.1), whoever wrote it. Any octets give a value, never a throw, and the work has a
 * bound. Records keep their order; nothing is folded or left out, but for the OPT record, which is no data.
 */

import type { SpelledName } from '../../zone/name.ts';
import { headerOctets, maxMessageOctets, recordFixedOctets } from './layout.ts';
import { typeOpt } from './query-type.ts';
import { readData } from './response-data.ts';
import { type ResponseEdns, readResponseEdns } from './response-edns.ts';
import { NameReader } from './response-names.ts';

export interface ResponseMessage {
  readonly id: number;
  /** The header's second 16 bits; `headerFlags` names them. */
  readonly flags: number;
  /** With the upper bits that the OPT record holds. */
  readonly rcode: number;
  /** Undefined when the response repeats none. */
  readonly question: ResponseQuestion | undefined;
  readonly answer: readonly ResponseRecord[];
  readonly authority: readonly ResponseRecord[];
  readonly additional: readonly ResponseRecord[];
  /** Undefined without an OPT record. */
  readonly edns: ResponseEdns | undefined;
}

export interface ResponseQuestion {
  readonly qname: SpelledName;
  readonly qtype: number;
  readonly qclass: number;
}

export interface ResponseRecord {
  readonly owner: SpelledName;
  readonly type: number;
  readonly class: number;
  /** As it came; RFC 2181 §8 takes one above 2^31 - 1 for 0. */
  readonly ttlSeconds: number;
  /** A view of the message, or a copy where compressed names were written out. */
  readonly data: Uint8Array;
}

export const headerFlags = {
  response: 0x8000,
  authoritative: 0x0400,
  truncated: 0x0200,
  recursionDesired: 0x0100,
  recursionAvailable: 0x0080,
  authenticData: 0x0020,
  checkingDisabled: 0x0010,
} as const;

/** Undefined when the octets are no response, or not one from the first to the last. */
export function readResponse(octets: Uint8Array): ResponseMessage | undefined {
  if (octets.length < headerOctets || octets.length > maxMessageOctets) return undefined;
  const flags = uint16(octets, 2);
  if ((flags & headerFlags.response) === 0) return undefined;
  const questions = uint16(octets, 4);
  // RFC 9619 §4: a message about names has one question; errors may have none.
  if (questions > 1) return undefined;

  const reader = new RecordReader(octets);
  const question = questions === 0 ? undefined : reader.question();
  if (questions === 1 && question === undefined) return undefined;
  const answer = reader.section(uint16(octets, 6));
  const authority = reader.section(uint16(octets, 8));
  const additional = reader.section(uint16(octets, 10));
  if (answer === undefined || authority === undefined || additional === undefined) return undefined;
  if (reader.at !== octets.length) return undefined;

  const opts = additional.filter(isOpt);
  // RFC 6891 §6.1.1: at most one, and in the additional section.
  if (opts.length > 1 || answer.some(isOpt) || authority.some(isOpt)) return undefined;
  const [opt] = opts;
  const edns = opt && readResponseEdns(opt);
  if (opt !== undefined && edns === undefined) return undefined;
  return {
    id: uint16(octets, 0),
    flags,
    rcode: ((edns?.upperRcode ?? 0) << 4) | (flags & 0x000f),
    question,
    answer,
    authority,
    additional: opt === undefined ? additional : additional.filter((record) => record !== opt),
    edns,
  };
}

/** Reads question and records one behind the other. */
class RecordReader {
  /** Where the next one begins. */
  at = headerOctets;
  readonly #octets: Uint8Array;
  readonly #names: NameReader;

  constructor(octets: Uint8Array) {
    this.#octets = octets;
    this.#names = new NameReader(octets);
  }

  question(): ResponseQuestion | undefined {
    const read = this.#names.read(this.at);
    if (read === undefined || read.end + 4 > this.#octets.length) return undefined;
    this.at = read.end + 4;
    const { name: qname, end } = read;
    return { qname, qtype: uint16(this.#octets, end), qclass: uint16(this.#octets, end + 2) };
  }

  /** As many records as the header claims; undefined when they are not all there. */
  section(count: number): ResponseRecord[] | undefined {
    const records: ResponseRecord[] = [];
    for (let i = 0; i < count; i += 1) {
      const record = this.#record();
      if (record === undefined) return undefined;
      records.push(record);
    }
    return records;
  }

  #record(): ResponseRecord | undefined {
    const octets = this.#octets;
    const owner = this.#names.read(this.at);
    if (owner === undefined) return undefined;
    const fixed = owner.end;
    const start = fixed + recordFixedOctets;
    if (start > octets.length) return undefined;
    const end = start + uint16(octets, fixed + 8);
    if (end > octets.length) return undefined;
    const type = uint16(octets, fixed);
    const data = readData(octets, start, end, type, this.#names);
    if (data === undefined) return undefined;
    this.at = end;
    const ttlSeconds = uint16(octets, fixed + 4) * 0x1_0000 + uint16(octets, fixed + 6);
    return { owner: owner.name, type, class: uint16(octets, fixed + 2), ttlSeconds, data };
  }
}

function isOpt({ type }: ResponseRecord): boolean {
  return type === typeOpt;
}

function uint16(octets: Uint8Array, at: number): number {
  return (octets[at]! << 8) | octets[at + 1]!;
}
