/**
 * Names below `in-addr.arpa` and `ip6.arpa` (RFC 1035 §3.5, RFC 3596 §2.5), read from the right: the more labels, the
 * longer the part of an address that they spell.
 */
import type { Query } from '../message/query.ts';
import { latin1 } from './latin1.ts';

export interface ReverseName {
  /** Octets of an address of the family. */
  readonly size: 4 | 16;
  /** The part that is spelled, at most `size` octets. */
  readonly octets: readonly number[];
  /** The half octet behind them, in `ip6.arpa` only. */
  readonly halfOctet: number | undefined;
  /** Labels in front of `in-addr.arpa` or `ip6.arpa`. */
  readonly labelCount: number;
  /** Whether every label in front spells a part of an address. A name that does not is no address's name. */
  readonly isSpelled: boolean;
}

const inAddrArpa = '\x07in-addr\x04arpa\0';
const ip6Arpa = '\x03ip6\x04arpa\0';

/** Undefined for a name outside both trees. */
export function readReverseName({ qname, labelOffsets }: Query): ReverseName | undefined {
  const labelCount = labelOffsets.length - 2;
  if (labelCount < 0) return undefined;
  const tree = latin1(qname, labelOffsets[labelCount]!, qname.length);
  const labels: string[] = [];
  for (let i = labelCount - 1; i >= 0; i -= 1) {
    labels.push(latin1(qname, labelOffsets[i]! + 1, labelOffsets[i + 1]!));
  }
  if (tree === inAddrArpa) return ipv4(labels);
  return tree === ip6Arpa ? ipv6(labels) : undefined;
}

function ipv4(labels: readonly string[]): ReverseName {
  const spelled = spelledWhile(labels, 4, (label) => /^(0|[1-9]\d{0,2})$/.test(label) && Number(label) < 256);
  const octets = spelled.map(Number);
  const isSpelled = spelled.length === labels.length;
  return { size: 4, octets, halfOctet: undefined, labelCount: labels.length, isSpelled };
}

function ipv6(labels: readonly string[]): ReverseName {
  const spelled = spelledWhile(labels, 32, (label) => /^[0-9a-f]$/.test(label));
  const nibbles = spelled.map((label) => Number.parseInt(label, 16));
  const octets = Array.from({ length: nibbles.length >> 1 }, (_, i) => nibbles[2 * i]! * 16 + nibbles[2 * i + 1]!);
  const halfOctet = nibbles.length % 2 === 1 ? nibbles.at(-1) : undefined;
  return { size: 16, octets, halfOctet, labelCount: labels.length, isSpelled: spelled.length === labels.length };
}

function spelledWhile(labels: readonly string[], most: number, spells: (label: string) => boolean): readonly string[] {
  let count = 0;
  while (count < Math.min(most, labels.length) && spells(labels[count]!)) count += 1;
  return labels.slice(0, count);
}
