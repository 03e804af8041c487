/**
 * The numbers of the format, which writer and readers share. docs/snapshot.md explains them, and a test compares.
 */

export const imageFormat = 1;

/** What a group says of itself. */
export const groupFlags = {
  /** A set of the group may come out with a record twice; the reader leaves the second out. */
  hasRepeats: 1,
  /** The group's addresses have no PTR records and are not in the address index. */
  withoutPointers: 2,
  /** Every label that spells an address with dashes is a name below the base name. Such a group has no hosts. */
  dashedAddresses: 4,
} as const;

/** All of them together. */
export const knownFlags = groupFlags.hasRepeats | groupFlags.withoutPointers | groupFlags.dashedAddresses;

/**
 * How the hosts of a run are written: as an address from which the label follows, or as label and addresses. The label
 * below which subdomained hosts stand is written once for all of them.
 */
export const runKinds = { dashedIpv4: 0, dashedIpv6: 1, labelled: 2, subdomained: 3 } as const;

/** Whose addresses or names a node speaks of. */
export const memberKinds = { none: 0, base: 1, hosts: 2, listed: 3 } as const;

export const targetKinds = { relative: 0, absolute: 1 } as const;

/** What one group may hold; counts and host numbers have 16 bits, or 8. */
export const groupLimits = {
  /**
   * All of it: an answer costs no more than a pass over a group. 5,000 pods with hostnames, ports and two families take
   * a tenth of this; only what multiplies takes more, such as pods with a hundred ports each, and all of them others.
   */
  octets: 2 * 1024 * 1024,
  /** Nor are there more different lists of ports. */
  hosts: 0xffff,
  nodes: 0xffff,
  /** Services in a list of ports, and rules of a node. */
  services: 0xffff,
  /** Addresses of one family of a host, or of the base name. */
  addresses: 0xffff,
  /** Labels that a node has before the base name. */
  prefixLabels: 2,
  /** Sets of a node that are written out: one of each type. */
  plainSets: 3,
  /** Records of such a set, strings of a TXT record, and octets of a string. */
  plainRecords: 0xff,
  strings: 0xff,
  stringOctets: 0xff,
} as const;

/** The header is small, and read before anything else is known of an image. */
export const maxHeaderOctets = 64 * 1024;

/** RFC 2181 §8. */
export const maxTtlSeconds = 2 ** 31 - 1;

/** An empty group at the apex: lengths and counts that are zero, TTL, flags. Without the length of the whole. */
export const minGroupOctets = 13;

/** Priority, weight and port. */
export const serviceOctets = 6;
