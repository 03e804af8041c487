/**
 * SRV records from entries: which targets and ports, and with which weight (Kubernetes DNS specification §2.3.2, §2.4.2).
 *
 * An entry is one address on one port. Several entries can be one record: a dual-stack Service, pods that share a
 * hostname, one number under two protocols. The weight divides by the entries and not by the records, because clients
 * are to see the same records from here as from CoreDNS.
 */
import type { HostService, Members, ServiceRule } from '../../zone/group.ts';
import type { Port } from '../cluster.ts';

export interface Entry {
  /** Whose address it is: the Service's own, or that of a host by its index. */
  readonly member: 'base' | number;
  /** Undefined where the object has no ports: such an entry counts in the weight, but is no SRV record. */
  readonly port: Port | undefined;
}

/** One rule per port number, ascending. `hostCount` tells when a rule speaks of all hosts. */
export function serviceRules(entries: readonly Entry[], hostCount: number): ServiceRule[] {
  const byNumber = Map.groupBy(entries, ({ port }) => port?.number);
  return hostServices(entries).map((service) => ({
    ...service,
    targets: membersOf(byNumber.get(service.port) ?? [], hostCount),
  }));
}

/** The SRV data at a host's own name, from that host's entries. */
export function hostServices(entries: readonly Entry[]): HostService[] {
  const weight = weightOf(entries.length);
  const portNumbers = new Set(entries.flatMap(({ port }) => port?.number ?? []));
  return [...portNumbers].sort((a, b) => a - b).map((port) => ({ priority: 0, weight, port }));
}

/** Whose addresses the entries are, each member once. */
export function membersOf(entries: readonly Entry[], hostCount: number): Members {
  const members = new Set(entries.map(({ member }) => member));
  if (members.size === 0) return 'none';
  if (members.has('base')) return 'base';
  if (members.size === hostCount) return 'hosts';
  return [...members].filter((member) => member !== 'base').sort((a, b) => a - b);
}

/** CoreDNS's share of 100, in its order of operations: 33 for three entries, 16 for six, 1 from fifty-one on. */
export function weightOf(entryCount: number): number {
  return Math.max(1, Math.floor((100 / (100 * entryCount)) * 100));
}
