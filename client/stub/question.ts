/** What makes two questions the same: name, its letters' case aside (RFC 4343), type and class. */
import type { SpelledName } from '../../zone/name.ts';

export interface Question {
  /** In wire form with the root label, A–Z folded to lower case. */
  readonly qname: Uint8Array;
  readonly qtype: number;
  readonly qclass: number;
}

const fnvOffset = 0x811c9dc5;
const fnvPrime = 0x01000193;
/** What V8 keeps as a small integer on every platform. */
const hashBits = 0x3fffffff;

/** The same for the same question, in 30 bits; others may have it too. */
export function hashOf({ qname, qtype, qclass }: Question): number {
  // FNV-1a.
  let hash = Math.imul(fnvOffset ^ qtype, fnvPrime);
  hash = Math.imul(hash ^ qclass, fnvPrime);
  for (let at = 0; at < qname.length; at += 1) hash = Math.imul(hash ^ qname[at]!, fnvPrime);
  return (hash ^ (hash >>> 15)) & hashBits;
}

export function isSameQuestion(a: Question, b: Question): boolean {
  const { qname, qtype, qclass } = a;
  if (qtype !== b.qtype || qclass !== b.qclass || qname.length !== b.qname.length) return false;
  for (let at = 0; at < qname.length; at += 1) if (qname[at] !== b.qname[at]) return false;
  return true;
}

/** For as long as it is needed: the octets of a question that is read are a part of what is used again. */
export function lastingQuestion({ qname, qtype, qclass }: Question): Question {
  return { qname: qname.slice(), qtype, qclass };
}

/** One character per octet, as names are elsewhere. */
export function nameText(octets: Uint8Array): SpelledName {
  let text = '';
  for (let at = 0; at < octets.length; at += 1) text += String.fromCharCode(octets[at]!);
  return text as SpelledName;
}
