/**
 * The question of a query (RFC 1035 §4.1.2), read as octets.
 */
import { maxLabelOctets, maxNameOctets } from '../../zone/name.ts';
import { smallOctets } from '../octets/small-octets.ts';
import { headerOctets } from './layout.ts';

export interface Question {
  /** QNAME in wire form with the root label, 1 to 255 octets, A–Z folded to lower case (RFC 4343 §3). */
  readonly qname: Uint8Array;
  /** Where in `qname` each label's length octet is, from left to right, without the root label. */
  readonly labelOffsets: readonly number[];
  readonly qtype: number;
  readonly qclass: number;
  /** Where in the message the question ends. */
  readonly end: number;
}

/**
 * Reads the question behind the header; undefined when it is cut short or its name is none.
 * A pointer is no label here: nothing precedes the question that it could point to.
 */
export function readQuestion(octets: Uint8Array): Question | undefined {
  const labelOffsets: number[] = [];
  let at = headerOctets;
  for (;;) {
    const length = octets[at];
    if (length === undefined || length > maxLabelOctets) return undefined;
    if (length === 0) break;
    labelOffsets.push(at - headerOctets);
    at += 1 + length;
    if (at - headerOctets >= maxNameOctets) return undefined;
  }
  const nameEnd = at + 1;
  const end = nameEnd + 4;
  if (end > octets.length) return undefined;

  const qname = smallOctets(nameEnd - headerOctets);
  for (let i = 0; i < qname.length; i += 1) {
    const octet = octets[headerOctets + i]!;
    // Lengths are at most 63, below 'A', so they pass through unchanged.
    qname[i] = octet >= 0x41 && octet <= 0x5a ? octet + 0x20 : octet;
  }
  return {
    qname,
    labelOffsets,
    qtype: (octets[nameEnd]! << 8) | octets[nameEnd + 1]!,
    qclass: (octets[nameEnd + 2]! << 8) | octets[nameEnd + 3]!,
    end,
  };
}
