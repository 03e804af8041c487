/** A question for the addresses of a name. Pure. */
import { udpPayloadOctets } from '../../worker/message/opt.ts';
import { classIn, typeOpt } from '../../worker/message/query-type.ts';
import { headerFlags } from '../../worker/message/read-response.ts';
import type { Name } from '../../zone/name.ts';
import { typeCodes } from '../../zone/rrset.ts';

export type AddressType = 'A' | 'AAAA';

/** A message with id 0, that wants recursion and takes what fits every path (RFC 6891). */
export function addressQuestion(name: Name, type: AddressType): Uint8Array {
  const header = [0, headerFlags.recursionDesired, 1, 0, 0, 1].flatMap(uint16);
  const qname = Array.from(name, (octet) => octet.charCodeAt(0));
  const opt = [0, ...[typeOpt, udpPayloadOctets, 0, 0, 0].flatMap(uint16)];
  return Uint8Array.from([...header, ...qname, ...uint16(typeCodes[type]), ...uint16(classIn), ...opt]);
}

function uint16(value: number): number[] {
  return [value >> 8, value & 255];
}
