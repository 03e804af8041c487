/**
 * The question as it is handed on: nothing of the asker's is in it but what is asked, DO and CD.
 */
import type { Name } from '../../zone/name.ts';
import type { Query } from '../message/query.ts';
import { classIn, typeOpt } from '../message/query-type.ts';

/** RFC 8484 §4.1: so that equal questions are equal octets. */
export const upstreamId = 0;

/** Without meaning over HTTP; this one fits every path (DNS Flag Day 2020). */
const udpPayloadOctets = 1232;

const recursionDesired = 0x0100;
const checkingDisabled = 0x0010;
const dnssecOk = 0x8000;

/** A message of class IN about `name`; `asked` says the rest. */
export function upstreamQuery(name: Name, asked: Query): Uint8Array<ArrayBuffer> {
  const flags = recursionDesired | (asked.checkingDisabled ? checkingDisabled : 0);
  const header = [upstreamId, flags, 1, 0, 0, 1].flatMap(uint16);
  const qname = Array.from(name, (octet) => octet.charCodeAt(0));
  const opt = [0, ...[typeOpt, udpPayloadOctets, 0, asked.edns?.dnssecOk ? dnssecOk : 0, 0].flatMap(uint16)];
  return Uint8Array.from([...header, ...qname, ...uint16(asked.qtype), ...uint16(classIn), ...opt]);
}

function uint16(value: number): number[] {
  return [value >> 8, value & 255];
}
