/**
 * The question as it is handed on: nothing of the asker's is in it but what is asked, DO and CD.
 */
import type { Name } from '../../zone/name.ts';
import { udpPayloadOctets } from '../message/opt.ts';
import type { Query } from '../message/query.ts';
import { classIn, typeOpt } from '../message/query-type.ts';
import { headerFlags } from '../message/read-response.ts';

/** RFC 8484 §4.1: so that equal questions are equal octets. */
export const upstreamId = 0;

const dnssecOk = 0x8000;

/** A message of class IN about `name`; `asked` says the rest. */
export function upstreamQuery(name: Name, asked: Query): Uint8Array<ArrayBuffer> {
  const flags = headerFlags.recursionDesired | (asked.checkingDisabled ? headerFlags.checkingDisabled : 0);
  const header = [upstreamId, flags, 1, 0, 0, 1].flatMap(uint16);
  const qname = Array.from(name, (octet) => octet.charCodeAt(0));
  const opt = [0, ...[typeOpt, udpPayloadOctets, 0, asked.edns?.dnssecOk ? dnssecOk : 0, 0].flatMap(uint16)];
  return Uint8Array.from([...header, ...qname, ...uint16(asked.qtype), ...uint16(classIn), ...opt]);
}

function uint16(value: number): number[] {
  return [value >> 8, value & 255];
}
