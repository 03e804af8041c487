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
  return isNotEmpty(ports) ? ports : noPort;
}

const noPort: PortList = [undefined];

function isNotEmpty(ports: readonly Port[]): ports is readonly [Port, ...Port[]] {
  return ports.length > 0;
}

/** What a Service's own addresses offer. */
export function ownOffers(addresses: readonly Address[], ports: readonly Port[]): readonly Offer[] {
  return addresses.length === 0 ? [] : [{ ports: portListOf(ports), addressCount: addresses.length, members: 'base' }];
}

/** The addresses of one offer on one of its ports. */
interface PortEntries {
  readonly number: number | undefined;
  readonly members: Offer['members'];
}

/** The entries that are found at one name. The order in which they are added has no effect. */
export class Entries {
  #count = 0;
  readonly #ports: PortEntries[] = [];

  /** All addresses of the offer on one of its ports. */
  add({ addressCount, members }: Offer, port: Port | undefined): void {
    this.#count += addressCount;
    this.#ports.push({ number: port?.number, members });
  }

  /** Whose addresses the entries are. `hostCount` tells when that is all hosts. */
  members(hostCount: number): Members {
    return membersOf(this.#ports, 0, this.#ports.length, hostCount);
  }

  /** One rule per port number, ascending. */
  rules(hostCount: number): ServiceRule[] {
    const weight = weightOf(this.#count);
    const ports = numbered(this.#ports);
    const rules: ServiceRule[] = [];
    for (let from = 0, to = 1; from < ports.length; from = to, to += 1) {
      const { number: port } = ports[from]!;
      while (to < ports.length && ports[to]!.number === port) to += 1;
      rules.push({ priority: 0, weight, port, targets: membersOf(ports, from, to, hostCount) });
    }
    return rules;
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

type NumberedEntries = PortEntries & { readonly number: number };

function hasNumber(port: PortEntries): port is NumberedEntries {
  return port.number !== undefined;
}

/** Those that have a number, by that. */
function numbered(ports: readonly PortEntries[]): readonly NumberedEntries[] {
  const all = ports.every(hasNumber) ? [...ports] : ports.filter(hasNumber);
  return all.length < 2 ? all : all.sort((a, b) => a.number - b.number);
}

/** The members of the entries `from` to `to`, each once. Mostly they are those of one offer, or all hosts. */
function membersOf(ports: readonly PortEntries[], from: number, to: number, hostCount: number): Members {
  let lists: (readonly number[])[] | undefined;
  for (let i = from; i < to; i += 1) {
    const { members } = ports[i]!;
    if (typeof members === 'string') return members;
    // Those of one offer are neighbours.
    if (lists === undefined) lists = [members];
    else if (members !== lists.at(-1)) lists.push(members);
  }
  if (lists === undefined) return 'none';
  return lists.length === 1 ? lists[0]! : union(lists, hostCount);
}

/** In order. A Service can have as many lists as slices, and all of them at each of its ports, so this is a plain loop. */
function union(lists: readonly (readonly number[])[], hostCount: number): Members {
  const isIn = new Uint8Array(hostCount);
  for (const list of lists) for (const index of list) isIn[index] = 1;
  const indexes: number[] = [];
  for (let index = 0; index < hostCount; index += 1) if (isIn[index] === 1) indexes.push(index);
  return indexes.length === hostCount ? 'hosts' : indexes;
}
