/** What may differ between two answers to one question: the order of records, which is random in each. */
import { headerOctets, recordFixedOctets } from '../message/layout.ts';
import type { Random } from '../message/random-order.ts';
import { recordCount } from '../message/rdata.ts';
import type { Reply } from '../message/reply.ts';

/** Nothing, the order of these addresses, or anything. */
export type Variation = 'none' | AddressRun | 'any';

/** Records that are alike but for their addresses. */
interface AddressRun {
  /** Where the first address is in the message. */
  readonly at: number;
  readonly addressOctets: 4 | 16;
  readonly count: number;
}

/** A record's owner is a pointer to the question. */
const ownerOctets = 2;

/** `octets` is the reply as it was written. */
export function variationOf(reply: Reply, octets: Uint8Array): Variation {
  if (reply.kind === 'error') return 'none';
  const { answer, additional } = reply;
  const sets = [...answer, ...additional];
  if (sets.every(({ rrset }) => recordCount(rrset) < 2)) return 'none';
  const { owner, rrset } = sets[0]!;
  const isRun = sets.length === 1 && owner.kind === 'question' && (rrset.type === 'A' || rrset.type === 'AAAA');
  if (!isRun) return 'any';
  return {
    at: headerOctets + reply.to.question.length + ownerOctets + recordFixedOctets,
    addressOctets: rrset.type === 'A' ? 4 : 16,
    count: octets[6]! * 256 + octets[7]!,
  };
}

/** Puts the addresses in random order (Fisher–Yates). */
export function shuffleAddresses(octets: Uint8Array, { at, addressOctets, count }: AddressRun, random: Random): void {
  const stride = ownerOctets + recordFixedOctets + addressOctets;
  for (let left = count; left > 1; left -= 1) {
    const last = at + (left - 1) * stride;
    const drawn = at + Math.floor(random() * left) * stride;
    for (let i = 0; i < addressOctets; i += 1) {
      const octet = octets[last + i]!;
      octets[last + i] = octets[drawn + i]!;
      octets[drawn + i] = octet;
    }
  }
}
