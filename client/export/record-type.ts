/** The record types that the exports ask for, and how types and response codes are printed. */
import { parseRecordType } from '../../worker/json/record-types.ts';
import { rcodes } from '../../worker/message/rcode.ts';
import { typeCodes } from '../../zone/rrset.ts';

export { parseRecordType };

/** A and AAAA. */
export const addressTypes: readonly number[] = [typeCodes.A, typeCodes.AAAA];

const printedTypes = 'A NS CNAME SOA PTR MX TXT AAAA SRV NAPTR DS RRSIG NSEC DNSKEY SVCB HTTPS ANY CAA'.split(' ');
const typeNames: ReadonlyMap<number | undefined, string> = new Map(
  printedTypes.map((name) => [parseRecordType(name), name]),
);
const rcodeNames: ReadonlyMap<number, string> = new Map(Object.entries(rcodes).map(([name, code]) => [code, name]));

/** As `SRV`; `TYPE4711` where the type has no name here (RFC 3597 §5). */
export function typeText(type: number): string {
  return typeNames.get(type) ?? `TYPE${type}`;
}

/** As `NXDOMAIN`. */
export function rcodeText(rcode: number): string {
  return rcodeNames.get(rcode) ?? `RCODE${rcode}`;
}
