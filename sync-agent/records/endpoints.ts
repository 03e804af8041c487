/**
 * The endpoints of a Service under their names.
 *
 * An endpoint has one name; the specification asks only that it is a hostname or a "unique, system-assigned identifier"
 * (Kubernetes DNS specification §2.4.1). Endpoints that share a name are one host with several addresses.
 */
import type { Address } from '../../zone/address.ts';
import type { Host } from '../../zone/group.ts';
import type { Name, RelativeName } from '../../zone/name.ts';
import type { EndpointSlice, Problem } from '../cluster.ts';
import { checkedLabel, plainLabel, rankOf } from './host-label.ts';
import { compareNames, inOrder, type OrderedName } from './name-order.ts';
import { roomBefore } from './owner-name.ts';
import { PortTally } from './port-tally.ts';
import { hostServices, type Offer } from './srv.ts';

/** Whether there is an endpoint at all, be it one that has no name; what is without any is empty. */
export function haveEndpoints(slices: readonly EndpointSlice[]): boolean {
  return slices.some(({ endpoints }) => endpoints.length > 0);
}

/** A slice, and where the names of its endpoints are. */
export interface PlacedSlice {
  readonly slice: EndpointSlice;
  /** The label of `Host.subdomain`; then `base` is the name that it makes. */
  readonly subdomain: string | undefined;
  readonly base: RelativeName;
}

export interface NamedEndpoints {
  /** In an order that depends on their names alone. */
  readonly hosts: readonly Host[];
  /** What they offer, by lists of ports. */
  readonly offers: readonly Offer[];
  readonly problems: readonly Problem[];
}

export const noEndpoints: NamedEndpoints = { hosts: [], offers: [], problems: [] };

interface NameOptions {
  /** Of the zones in which the names are. */
  readonly origins: readonly Name[];
  readonly usesPodNames: boolean;
}

/** The endpoints of slices that belong together. The order of slices and endpoints has no effect on what comes of it. */
export function namedEndpoints(slices: readonly PlacedSlice[], { origins, usesPodNames }: NameOptions): NamedEndpoints {
  const problems: Problem[] = [];
  const endpoints: NamedEndpoint[] = [];
  const tallies: PortTally[] = [];
  for (const { slice, subdomain, base } of slices) {
    // Slices of one Service nearly always have the same ports.
    if (tallies.at(-1)?.hasPorts(slice.ports) !== true) tallies.push(new PortTally(slice.ports));
    const tally = tallies.at(-1)!;
    const room = roomBefore(base, origins);
    for (const endpoint of slice.endpoints) {
      let label = plainLabel(endpoint, usesPodNames, room);
      if (label === undefined) {
        const checked = checkedLabel(endpoint, usesPodNames, base, origins);
        const object = `EndpointSlice ${slice.namespace}/${slice.name}`;
        if (checked.reason !== undefined) problems.push({ object, reason: checked.reason });
        if (checked.label === undefined) continue;
        label = checked.label;
      }
      const { address } = endpoint;
      endpoints.push({ label, rank: rankOf(label, endpoint, usesPodNames), subdomain, address, tally });
    }
  }
  const hosts = hostsOf(inOrder(endpoints));
  return { hosts, offers: tallies.flatMap((tally) => tally.offer(hosts.length)), problems };
}

interface NamedEndpoint extends OrderedName {
  readonly address: Address;
  readonly tally: PortTally;
}

/** Neighbours with the same name are one host. */
function hostsOf(endpoints: readonly NamedEndpoint[]): Host[] {
  const hosts: Host[] = [];
  for (let from = 0, to = 1; from < endpoints.length; from = to, to += 1) {
    const { label, subdomain, address, tally } = endpoints[from]!;
    while (to < endpoints.length && compareNames(endpoints[from]!, endpoints[to]!) === 0) to += 1;
    for (let i = from; i < to; i += 1) endpoints[i]!.tally.note(hosts.length);
    // Mostly one endpoint is one host.
    if (to - from === 1) hosts.push({ label, subdomain, addresses: [address], services: tally.servicesOfOne });
    else hosts.push({ label, subdomain, ...sharedBy(endpoints.slice(from, to)) });
  }
  return hosts;
}

function sharedBy(endpoints: readonly NamedEndpoint[]): Pick<Host, 'addresses' | 'services'> {
  const byTally = [...Map.groupBy(endpoints, ({ tally }) => tally)];
  return {
    addresses: uniqueAddresses(endpoints.map(({ address }) => address)),
    services: hostServices(byTally.map(([{ ports }, { length }]) => ({ ports, addressCount: length }))),
  };
}

/** Each address once, IPv4 first, in the order of their octets. */
export function uniqueAddresses(addresses: readonly Address[]): readonly Address[] {
  if (addresses.length < 2) return addresses;
  return [...new Set(addresses)].sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
}
