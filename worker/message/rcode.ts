/**
 * Response codes (IANA "DNS RCODEs") under the names that DNS tools print: those this server sends by itself, and those
 * that it passes on.
 */

/** Codes above 15 do not fit the header; their upper bits travel in the OPT record (RFC 6891 §6.1.3). */
export const rcodes = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
  YXDOMAIN: 6,
  YXRRSET: 7,
  NXRRSET: 8,
  NOTAUTH: 9,
  NOTZONE: 10,
  BADVERS: 16,
} as const;

export type Rcode = keyof typeof rcodes;
