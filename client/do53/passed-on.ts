/**
 * A message that is passed on under an id of its own, and what answers it (RFC 5452 §9.1). Nothing else of it is changed,
 * so the letters' case that a client chose comes back to it (0x20). Pure.
 */
import { headerOctets } from '../../worker/message/layout.ts';
import { readQuestion } from '../../worker/message/question.ts';
import { rcodes } from '../../worker/message/rcode.ts';
import { headerFlags } from '../../worker/message/read-response.ts';

export interface PassedOn {
  readonly message: Uint8Array;
  /** Where its question ends. */
  readonly questionEnd: number;
}

/** Undefined when the message is no query with one question. */
export function passOn(message: Uint8Array, id: number): PassedOn | undefined {
  if (message.length < headerOctets || (message[2]! & 0x80) !== 0 || uint16(message, 4) !== 1) return undefined;
  const question = readQuestion(message);
  return question && { message: withId(message, id), questionEnd: question.end };
}

/** A copy under another id. */
export function withId(message: Uint8Array, id: number): Uint8Array {
  const copy = Uint8Array.from(message);
  copy[0] = id >> 8;
  copy[1] = id & 255;
  return copy;
}

export function idOf(message: Uint8Array): number {
  return uint16(message, 0);
}

export type Verdict =
  | 'answer'
  /** An answer, had it the question's own letters: over UDP, anybody may have sent it. */
  | 'other-case'
  | 'foreign';

const opcodeBits = 0x78;

/** What `received` is to the message that was sent. */
export function verdictOn(received: Uint8Array, { message, questionEnd }: PassedOn): Verdict {
  if (received.length < headerOctets || uint16(received, 0) !== uint16(message, 0)) return 'foreign';
  if ((received[2]! & 0x80) === 0 || ((received[2]! ^ message[2]!) & opcodeBits) !== 0) return 'foreign';
  if (uint16(received, 4) === 0) return isBareRefusal(received) ? 'answer' : 'foreign';
  if (uint16(received, 4) !== 1 || received.length < questionEnd) return 'foreign';
  let verdict: Verdict = 'answer';
  for (let at = headerOctets; at < questionEnd; at += 1) {
    if (received[at] === message[at]) continue;
    // Type and class have no case.
    if (at >= questionEnd - 4 || folded(received[at]!) !== folded(message[at]!)) return 'foreign';
    verdict = 'other-case';
  }
  return verdict;
}

/** A header alone: how old servers say that they do not know EDNS, or do not want to answer (RFC 6891 §7). */
function isBareRefusal(received: Uint8Array): boolean {
  return received.length === headerOctets && isUnhelpful(received);
}

const unhelpful: ReadonlySet<number> = new Set([rcodes.FORMERR, rcodes.SERVFAIL, rcodes.NOTIMP, rcodes.REFUSED]);

/** Whether the answer is only that this server has none. */
export function isUnhelpful(answer: Uint8Array): boolean {
  return unhelpful.has(answer[3]! & 0x0f);
}

export function isTruncated(answer: Uint8Array): boolean {
  return (uint16(answer, 2) & headerFlags.truncated) !== 0;
}

/** Lengths of labels, at most 63, are below the letters. */
function folded(octet: number): number {
  return octet >= 0x41 && octet <= 0x5a ? octet + 0x20 : octet;
}

function uint16(octets: Uint8Array, at: number): number {
  return (octets[at]! << 8) | octets[at + 1]!;
}
