/**
 * Sizes of the fixed parts of a DNS message (RFC 1035 §4.1), in octets.
 */

/** The header; the question follows it. */
export const headerOctets = 12;

/** What a record has between its owner and its RDATA: TYPE, CLASS, TTL and RDLENGTH. */
export const recordFixedOctets = 10;

/** The most that a message over any stream transport holds. */
export const maxMessageOctets = 65_535;
