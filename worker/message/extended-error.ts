/**
 * Extended DNS errors (RFC 8914; IANA "Extended DNS Error Codes"), those this server sends, under their IANA names.
 */

export const extendedErrorCodes = {
  Other: 0,
  'Stale Answer': 3,
  'Not Ready': 14,
  Prohibited: 18,
  'Stale NXDOMAIN Answer': 19,
  'Not Authoritative': 20,
  'Not Supported': 21,
  'No Reachable Authority': 22,
  'Network Error': 23,
  'Invalid Data': 24,
  'Invalid Query Type': 30,
} as const;

export type ExtendedErrorCode = keyof typeof extendedErrorCodes;

/** Tells people why; it never changes what the RCODE means (RFC 8914 §1). */
export interface ExtendedError {
  readonly code: ExtendedErrorCode;
  /** For people, may be empty. What exceeds 255 octets of UTF-8 is not sent. */
  readonly text: string;
}
