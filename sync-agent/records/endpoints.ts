/**
 * The endpoints of a Service under their names.
 *
 * An endpoint has one name: its hostname, or else its address with dashes, as CoreDNS writes it; the specification asks
 * only for a "unique, system-assigned identifier" (Kubernetes DNS specification §2.4.1). Endpoints that share a hostname
 * are one host with several addresses.
 */
import { type Address, formatAddress } from '../../zone/address.ts';
import { dashedLabel } from '../../zone/dashed.ts';
import type { Host } from '../../zone/group.ts';
import { type Name, NameError, type RelativeName } from '../../zone/name.ts';
import type { Endpoint, EndpointSlice, Port, Problem } from '../cluster.ts';
import { ownerName } from './owner-name.ts';
import { type Entry, hostServices } from './srv.ts';

export interface NamedEndpoints {
  /** In the order of their labels. */
  readonly hosts: readonly Host[];
  /** Every endpoint once for each port of its slice. */
  readonly entries: readonly Entry[];
  readonly problems: readonly Problem[];
}

/** The endpoints of all slices of one Service, whose name is `base`. The order of slices and endpoints has no effect. */
export function namedEndpoints(
  slices: readonly EndpointSlice[],
  base: RelativeName,
  zoneOrigins: readonly Name[],
): NamedEndpoints {
  const problems: Problem[] = [];
  const endpoints: LabelledEndpoint[] = [];
  for (const slice of slices) {
    const ports = portsOrNone(slice.ports);
    for (const endpoint of slice.endpoints) {
      const { label, reason } = labelOf(endpoint, base, zoneOrigins);
      if (label !== undefined) endpoints.push({ label, address: endpoint.address, ports });
      if (reason !== undefined) problems.push({ object: `EndpointSlice ${slice.namespace}/${slice.name}`, reason });
    }
  }

  const byLabel = [...Map.groupBy(endpoints, ({ label }) => label)].sort(([a], [b]) => (a < b ? -1 : 1));
  const entriesByHost = byLabel.map(([, sharers], member) =>
    sharers.flatMap(({ ports }) => ports.map((port): Entry => ({ member, port }))),
  );
  const hosts = byLabel.map(([label, sharers], member) => ({
    label,
    addresses: uniqueAddresses(sharers.map(({ address }) => address)),
    services: hostServices(entriesByHost[member]!),
  }));
  return { hosts, entries: entriesByHost.flat(), problems };
}

interface LabelledEndpoint {
  readonly label: string;
  readonly address: Address;
  readonly ports: readonly (Port | undefined)[];
}

/** No port at all is one absent port: the address still counts and still answers. */
export function portsOrNone(ports: readonly Port[]): readonly (Port | undefined)[] {
  return ports.length === 0 ? [undefined] : ports;
}

/** Each address once, IPv4 first, in the order of their octets. */
export function uniqueAddresses(addresses: readonly Address[]): readonly Address[] {
  return [...new Set(addresses)].sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
}

/** The endpoint's label, and why it is not the one it should be. Without a label there is no name for it. */
function labelOf(
  { address, hostname }: Endpoint,
  base: RelativeName,
  zoneOrigins: readonly Name[],
): { label?: string; reason?: string } {
  const dashed = dashedLabel(address);
  const label = hostname ?? dashed;
  const name = ownerName([label], base, zoneOrigins);
  if (!(name instanceof NameError)) return { label };
  const refusal = `endpoint ${formatAddress(address)}: ${name.message}`;
  if (hostname === undefined || ownerName([dashed], base, zoneOrigins) instanceof NameError) {
    return { reason: `${refusal}; it is left out` };
  }
  // Without a name of its own the address would also be missing from the Service's name.
  return { label: dashed, reason: `${refusal}; it is named ${dashed} instead` };
}
