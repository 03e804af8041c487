/**
 * DNS queries as octets (RFC 1035 §4.1), as an edge takes them: id 0 (RFC 8484 §4.1), recursion desired, and an OPT
 * record, so that a failure comes with its reason (RFC 8914).
 */
import { headerOctets } from '../../worker/message/layout.ts';
import { udpPayloadOctets } from '../../worker/message/opt.ts';
import { classIn, typeOpt } from '../../worker/message/query-type.ts';
import { headerFlags } from '../../worker/message/read-response.ts';
import type { Name } from '../../zone/name.ts';

const questionFixedOctets = 4;
/** Root, TYPE, payload size, upper RCODE and flags, no options (RFC 6891 §6.1.2). */
const optOctets = 11;

/** A query for the records of one type. */
export function queryMessage(name: Name, type: number): Uint8Array {
  const optAt = headerOctets + name.length + questionFixedOctets;
  const octets = new Uint8Array(optAt + optOctets);
  const view = new DataView(octets.buffer);
  view.setUint16(2, headerFlags.recursionDesired);
  // One question, one additional record.
  view.setUint16(4, 1);
  view.setUint16(10, 1);
  for (let at = 0; at < name.length; at += 1) octets[headerOctets + at] = name.charCodeAt(at);
  view.setUint16(headerOctets + name.length, type);
  view.setUint16(headerOctets + name.length + 2, classIn);
  view.setUint16(optAt + 1, typeOpt);
  view.setUint16(optAt + 3, udpPayloadOctets);
  return octets;
}
