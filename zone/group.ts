/**
 * Owner groups: the records that belong to one base name, in the shape in which they are computed and stored.
 *
 * A base name such as `redis-headless.cache.svc` owns many sets made of the same few facts: the addresses of its hosts
 * appear at the base name, at each host's name, beside SRV records and in the reverse zones. A group states each fact once.
 * What the facts mean was decided by whoever built the group; `flatten` (flat.ts) is the definition of what it says.
 */
import type { Address } from './address.ts';
import type { RelativeName } from './name.ts';
import type { RRset } from './rrset.ts';

export interface OwnerGroup {
  /** Unique in its zone. The base name exists even when the group holds nothing else (an empty non-terminal). */
  readonly base: RelativeName;
  /** TTL of every address, SRV and PTR record of the group, 0 to 2^31 - 1. */
  readonly ttlSeconds: number;
  /** The base name's own addresses, such as a cluster IP; each has a PTR record to the base name, and to no host. */
  readonly own: readonly Address[];
  /** Names below the base name, such as the pods of a StatefulSet. */
  readonly hosts: readonly Host[];
  /** Sets at the base name and at names of one or two labels below it. Prefixes are unique, and none is a host's. */
  readonly nodes: readonly GroupNode[];
  /** Whether the addresses of `own` and `hosts` have PTR records. */
  readonly hasPointers: boolean;
  /**
   * Whether every label that spells an address with dashes is a name below the base name, with that address and without
   * PTR records, also where no host has it. `hosts` is empty then.
   */
  readonly answersDashed: boolean;
}

export interface Host {
  /** One label, as octets, 1 to 63. Unique in the group together with `subdomain`. */
  readonly label: string;
  /** A label between the host's and the base name; undefined for a host that stands right below it. */
  readonly subdomain: string | undefined;
  /** At least one. Each has a PTR record to the host, unless some group of the zone has it as its own. */
  readonly addresses: readonly Address[];
  /** SRV records at the host's own name; each points to the host itself. */
  readonly services: readonly HostService[];
}

export interface HostService {
  readonly priority: number;
  readonly weight: number;
  readonly port: number;
}

export interface GroupNode {
  /** Empty for the base name, or the one or two labels before it, such as `_redis._tcp`. */
  readonly prefix: RelativeName;
  /** Whose addresses stand here as A and AAAA records. */
  readonly addresses: Members;
  /** SRV records: each rule is one record per member, in this order. */
  readonly services: readonly ServiceRule[];
  /** Sets that do not come from members: CNAME, NS, TXT. */
  readonly rrsets: readonly PlainRRset[];
}

export interface ServiceRule extends HostService {
  readonly targets: Members;
}

/** The base name itself, all hosts, or some hosts by their index in `hosts`, ascending. */
export type Members = 'none' | 'base' | 'hosts' | readonly number[];

export type PlainRRset = Extract<RRset, { type: 'CNAME' | 'NS' | 'TXT' }>;
