/**
 * Sizes of the fixed parts of a DNS message (RFC 1035 §4.1), in octets, and what it is called as a whole.
 */

/** The header; the question follows it. */
export const headerOctets = 12;

/** What a record has between its owner and its RDATA: TYPE, CLASS, TTL and RDLENGTH. */
export const recordFixedOctets = 10;

/** The most that a message over any stream transport holds. */
export const maxMessageOctets = 65_535;

/** The media type (RFC 8484 §6). */
export const dnsMessageType = 'application/dns-message';
