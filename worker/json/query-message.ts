/**
 * A JSON question as the DNS message that asks the same, so that it is answered on the same way. It has EDNS, since answers
 * say only there why they are as they are.
 */
import { headerOctets, recordFixedOctets } from '../message/layout.ts';
import { newMessage } from '../message/message-writer.ts';
import { parseQuery, type Query } from '../message/query.ts';
import { classIn, typeOpt } from '../message/query-type.ts';
import { headerFlags } from '../message/read-response.ts';
import type { JsonQuestion } from './json-question.ts';

const dnssecOk = 0x8000;

export function queryFor(question: JsonQuestion): Query {
  const parsed = parseQuery(queryMessage(question));
  if (parsed.kind !== 'query') throw new Error(`a question was written that is none: ${parsed.kind}`);
  return parsed.query;
}

function queryMessage(question: JsonQuestion): Uint8Array {
  const { name, qtype } = question;
  const out = newMessage(headerOctets + name.length + 4 + 1 + recordFixedOctets);
  out.uint16(0);
  out.uint16(headerFlags.recursionDesired | (question.checkingDisabled ? headerFlags.checkingDisabled : 0));
  for (const count of [1, 0, 0, 1]) out.uint16(count);
  out.characters(name, 0, name.length);
  out.uint16(qtype);
  out.uint16(classIn);
  out.octet(0);
  out.uint16(typeOpt);
  out.uint16(0);
  out.uint16(0);
  out.uint16(question.dnssecOk ? dnssecOk : 0);
  out.uint16(0);
  return out.message();
}
