/**
 * SRV records: which targets and ports, and with which weight (Kubernetes DNS specification §2.3.2, §2.4.2).
 *
 * An address on a port is an entry. Several entries can be one record: a dual-stack Service, pods that share a hostname,
 * one number under two protocols. The weight divides by the entries and not by the records, because clients are to see
 * the same records from here as from CoreDNS.
 */
import type { Address } from '../../zone/address.ts';
import type { HostService, Members, ServiceRule } from '../../zone/group.ts';
import type { Port } from '../cluster.ts';

/** Never empty: no port at all is one absent port, so that the address still counts and still answers. */
export type PortList = readonly [Port | undefined, ...(Port | undefined)[]];

/** Addresses that are reached on the same ports: as many entries as addresses times ports. */
export interface Offer {
  readonly ports: PortList;
  /** An address that is listed twice counts twice. */
  readonly addressCount: number;
  /** Whose addresses they are. */
  readonly members: Exclude<Members, 'none'>;
}

export function portListOf(ports: readonly Port[]): PortList {
  const [first, ...others] = ports;
  return [first, ...others];
}

/** What a Service's own addresses offer. */
export function ownOffers(addresses: readonly Address[], ports: readonly Port[]): readonly Offer[] {
  return addresses.length === 0 ? [] : [{ ports: portListOf(ports), addressCount: addresses.length, members: 'base' }];
}

/** The entries that are found at one name. The order in which they are added has no effect. */
export class Entries {
  #count = 0;
  readonly #members = new MemberLists();
  readonly #membersByNumber = new Map<number, MemberLists>();

  /** All addresses of the offer on one of its ports. The ports of one offer must come one behind the other. */
  add({ addressCount, members }: Offer, port: Port | undefined): void {
    this.#count += addressCount;
    this.#members.add(members);
    if (port?.number === undefined) return;
    let ofNumber = this.#membersByNumber.get(port.number);
    if (ofNumber === undefined) {
      ofNumber = new MemberLists();
      this.#membersByNumber.set(port.number, ofNumber);
    }
    ofNumber.add(members);
  }

  /** Whose addresses the entries are. `hostCount` tells when that is all hosts. */
  members(hostCount: number): Members {
    return this.#members.together(hostCount);
  }

  /** One rule per port number, ascending. */
  rules(hostCount: number): ServiceRule[] {
    const weight = weightOf(this.#count);
    const byNumber = [...this.#membersByNumber];
    if (byNumber.length > 1) byNumber.sort(([a], [b]) => a - b);
    return byNumber.map(([port, lists]) => ({ priority: 0, weight, port, targets: lists.together(hostCount) }));
  }
}

/** The SRV data at a host's own name, from what its addresses offer. */
export function hostServices(offers: readonly Pick<Offer, 'ports' | 'addressCount'>[]): HostService[] {
  let entryCount = 0;
  const portNumbers = new Set<number>();
  for (const { ports, addressCount } of offers) {
    entryCount += ports.length * addressCount;
    for (const port of ports) if (port?.number !== undefined) portNumbers.add(port.number);
  }
  const weight = weightOf(entryCount);
  return [...portNumbers].sort((a, b) => a - b).map((port) => ({ priority: 0, weight, port }));
}

/** CoreDNS's share of 100, in its order of operations: 33 for three entries, 16 for six, 1 from fifty-one on. */
export function weightOf(entryCount: number): number {
  return Math.max(1, Math.floor((100 / (100 * entryCount)) * 100));
}

/** The members of one offer or of several. Mostly there is one, or one that speaks of all hosts. */
class MemberLists {
  /** What speaks of all that there is. */
  #whole: 'base' | 'hosts' | undefined;
  readonly #lists: (readonly number[])[] = [];

  /** The members of one offer may be added again and again, one time behind the other. */
  add(members: Offer['members']): void {
    if (typeof members === 'string') this.#whole = members;
    else if (this.#lists.at(-1) !== members) this.#lists.push(members);
  }

  /** Each once. */
  together(hostCount: number): Members {
    const [first, ...others] = this.#lists;
    if (this.#whole !== undefined) return this.#whole;
    if (first === undefined) return 'none';
    if (others.length === 0) return first;
    return union(this.#lists, hostCount);
  }
}

/** In order. A Service can have as many lists as slices, and all of them at each of its ports, so this is a plain loop. */
function union(lists: readonly (readonly number[])[], hostCount: number): Members {
  const isIn = new Uint8Array(hostCount);
  for (const list of lists) for (const index of list) isIn[index] = 1;
  const indexes: number[] = [];
  for (let index = 0; index < hostCount; index += 1) if (isIn[index] === 1) indexes.push(index);
  return indexes.length === hostCount ? 'hosts' : indexes;
}
