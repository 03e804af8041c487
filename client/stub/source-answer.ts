/**
 * What a source answered, checked: whoever wrote it, it is the answer to what was asked, or it is none. Any octets give a
 * value, never a throw.
 */
import { headerOctets } from '../../worker/message/layout.ts';
import { typeOpt, typeSoa } from '../../worker/message/query-type.ts';
import { headerFlags, type ResponseMessage, readResponse } from '../../worker/message/read-response.ts';
import { foldCase } from '../../zone/name.ts';
import { addressRuns } from './address-runs.ts';
import type { AnswerBody } from './answer-body.ts';
import { lifetimeSeconds, ttlOf } from './answer-lifetime.ts';
import { errorOptions } from './error-options.ts';
import { nameText, type Question } from './question.ts';
import { placesOf, type RecordPlace, ttlOffset } from './record-places.ts';

const opcodeBits = 0x7800;
const maxRcode = 15;
const typeAndClassOctets = 4;

/**
 * Undefined when it is no whole message, is truncated, which none over HTTPS ever is, or answers another question. The RCODE
 * fits the header.
 */
export function readSourceAnswer(message: Uint8Array, asked: Question): ResponseMessage | undefined {
  const response = readResponse(message);
  if (response?.question === undefined) return undefined;
  const { flags, rcode, question } = response;
  if ((flags & (opcodeBits | headerFlags.truncated)) !== 0 || rcode > maxRcode) return undefined;
  if (question.qtype !== asked.qtype || question.qclass !== asked.qclass) return undefined;
  return foldCase(question.qname) === nameText(asked.qname) ? response : undefined;
}

/** Where the records begin. */
export function recordsStart({ qname }: Question): number {
  return headerOctets + qname.length + typeAndClassOctets;
}

/** `response` is what `message` was read as; nothing of `message` is kept. */
export function bodyOf(message: Uint8Array, response: ResponseMessage, asked: Question): AnswerBody {
  const start = recordsStart(asked);
  const places = placesOf(message, start);
  // Behind an OPT record that is not the last there may be pointers that count its octets: such records are left out.
  const opt = places.find(({ type }) => type === typeOpt);
  const kept = opt === undefined ? places : places.slice(0, places.indexOf(opt));
  // A Buffer's own `slice` is no copy.
  const records = new Uint8Array(message.subarray(start, opt?.ownerAt));
  const ttls = ttlsOf(response);
  const ttlPlaces = kept.map(({ fixedAt }) => fixedAt + ttlOffset - start);
  const view = new DataView(records.buffer, records.byteOffset, records.length);
  for (const [i, place] of ttlPlaces.entries()) view.setUint32(place, ttls[i]!);
  return {
    rcode: response.rcode,
    counts: [countOf(kept, 'answer'), countOf(kept, 'authority'), countOf(kept, 'additional')],
    records,
    ttlPlaces,
    addressRuns: addressRuns(message, kept).map((run) => ({ ...run, at: run.at - start })),
    errors: errorOptions(response.edns?.extendedErrors ?? []),
  };
}

/** In order. That of the SOA record beside a negative answer is for how long that may be kept (RFC 2308 §3). */
function ttlsOf(response: ResponseMessage): number[] {
  const { answer, authority, additional } = response;
  const lifetime = lifetimeSeconds(response);
  return [
    ...answer.map(ttlOf),
    ...authority.map((record) => (record.type === typeSoa ? Math.min(ttlOf(record), lifetime) : ttlOf(record))),
    ...additional.map(ttlOf),
  ];
}

function countOf(places: readonly RecordPlace[], section: RecordPlace['section']): number {
  return places.filter((place) => place.section === section).length;
}
