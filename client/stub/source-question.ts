/** The message that a source is asked with (RFC 8484 §4.1: id 0). */
import { headerOctets } from '../../worker/message/layout.ts';
import { udpPayloadOctets } from '../../worker/message/opt.ts';
import { typeOpt } from '../../worker/message/query-type.ts';
import type { Question } from './question.ts';

/** With recursion desired, and an OPT record of our own, so that extended errors come. */
export function sourceQuestion({ qname, qtype, qclass }: Question): Uint8Array {
  const question = [...qname, qtype >> 8, qtype & 0xff, qclass >> 8, qclass & 0xff];
  const opt = [0, typeOpt >> 8, typeOpt, udpPayloadOctets >> 8, udpPayloadOctets & 0xff, 0, 0, 0, 0, 0, 0];
  const message = new Uint8Array(headerOctets + question.length + opt.length);
  message.set([0, 0, 0x01, 0, 0, 1, 0, 0, 0, 0, 0, 1]);
  message.set(question, headerOctets);
  message.set(opt, headerOctets + question.length);
  return message;
}
