/**
 * Numbers in a question that are not just another record type or class (IANA "DNS CLASSes" and "Resource Record (RR)
 * TYPEs"). Every other type, known or not, is an ordinary lookup (RFC 8906 §3.1.2).
 */

export const classIn = 1;

/** QTYPE "*", all records (RFC 8482 on how little a server may answer). */
export const typeAny = 255;

export const typeSoa = 6;

export const typeOpt = 41;

const incrementalTransfer = 251;
const fullTransfer = 252;

/** IXFR (RFC 1995) and AXFR (RFC 5936). */
export function isTransferType(qtype: number): boolean {
  return qtype === incrementalTransfer || qtype === fullTransfer;
}

/** The reserved 0 (RFC 6895 §3.1), OPT (RFC 6891), NXNAME (RFC 9824 §3.5), TKEY (RFC 2930) and TSIG (RFC 8945). */
const neverAsked: ReadonlySet<number> = new Set([0, typeOpt, 128, 249, 250]);

/** Types that no name owns and no one may ask for. */
export function isMetaType(qtype: number): boolean {
  return neverAsked.has(qtype);
}
