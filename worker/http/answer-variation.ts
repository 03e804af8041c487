/** What may differ between two answers to one question: the order of records, which is random in each. */
import { headerOctets, recordFixedOctets } from '../message/layout.ts';
import type { Random } from '../message/random-order.ts';
import { recordCount, typeCode } from '../message/rdata.ts';
import type { PlacedRRset, RecordsReply, Reply } from '../message/reply.ts';

/** Nothing, the order of these addresses, or more than can be changed in an answer that is written. */
export type Variation = 'none' | AddressRun | 'any';

/** Records side by side that are alike but for their addresses. */
interface AddressRun {
  /** Where the first address is in the message. */
  readonly at: number;
  readonly addressOctets: 4 | 16;
  readonly count: number;
}

/** An owner that stands in the message already is a pointer to it. */
const pointerOctets = 2;

/** `octets` is the reply as it was written. */
export function variationOf(reply: Reply, octets: Uint8Array): Variation {
  if (reply.kind === 'error') return 'none';
  const { answer, authority, additional } = reply;
  const varied = [...answer, ...authority, ...additional].filter(({ rrset }) => recordCount(rrset) > 1);
  const [only] = varied;
  if (only === undefined) return 'none';
  return (varied.length === 1 && addressRun(reply, only, octets)) || 'any';
}

/** The answer's last set, if it holds addresses: behind the aliases that lead to it. */
function addressRun(reply: RecordsReply, { rrset }: PlacedRRset, octets: Uint8Array): AddressRun | undefined {
  if (rrset !== reply.answer.at(-1)?.rrset || (rrset.type !== 'A' && rrset.type !== 'AAAA')) return undefined;
  let left = octets[6]! * 256 + octets[7]!;
  for (let at = headerOctets + reply.to.question.length; left > 0; left -= 1) {
    const fixedAt = afterOwner(octets, at);
    const dataAt = fixedAt + recordFixedOctets;
    if (octets[fixedAt]! * 256 + octets[fixedAt + 1]! === typeCode(rrset)) {
      // The other owners are pointers; so the first one has to be.
      const addressOctets = rrset.type === 'A' ? 4 : 16;
      return fixedAt - at === pointerOctets ? { at: dataAt, addressOctets, count: left } : undefined;
    }
    at = dataAt + octets[dataAt - 2]! * 256 + octets[dataAt - 1]!;
  }
  return undefined;
}

function afterOwner(octets: Uint8Array, start: number): number {
  let at = start;
  while (octets[at]! > 0 && octets[at]! < 0xc0) at += 1 + octets[at]!;
  return octets[at] === 0 ? at + 1 : at + pointerOctets;
}

/** Puts the addresses in random order (Fisher–Yates). */
export function shuffleAddresses(octets: Uint8Array, { at, addressOctets, count }: AddressRun, random: Random): void {
  const stride = pointerOctets + recordFixedOctets + addressOctets;
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
