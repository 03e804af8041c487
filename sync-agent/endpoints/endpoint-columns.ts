/** What is told of each endpoint of a line, under the names of Prometheus's discovery of EndpointSlices. Pure. */
import { formatAddress } from '../../zone/address.ts';
import type { LineEndpoint } from '../../zone/endpoints/line.ts';
import type { RelativeName } from '../../zone/name.ts';
import { asInDns, type EndpointFacts } from '../facts.ts';
import { checkedLabel, plainLabel } from '../records/host-label.ts';
import type { RecordOptions } from '../records/options.ts';
import { roomBefore } from '../records/owner-name.ts';

export interface Column {
  readonly label: string;
  /** Empty where there is nothing to tell. `address` is that of the endpoint as text. */
  readonly read: (endpoint: EndpointFacts, address: string) => string;
}

const columns: readonly Column[] = [
  {
    label: '__meta_kubernetes_endpointslice_endpoint_conditions_ready',
    read: ({ standing }) => String(standing === 'ready'),
  },
  {
    label: '__meta_kubernetes_endpointslice_endpoint_conditions_terminating',
    read: ({ standing }) => (standing === 'terminating' ? 'true' : ''),
  },
  { label: '__meta_kubernetes_pod_name', read: ({ podName = '' }) => podName },
  { label: '__meta_kubernetes_pod_ip', read: ({ podName }, address) => (podName === undefined ? '' : address) },
  {
    label: '__meta_kubernetes_pod_node_name',
    read: ({ podName, nodeName = '' }) => (podName === undefined ? '' : nodeName),
  },
  { label: '__meta_kubernetes_endpointslice_endpoint_zone', read: ({ topologyZone = '' }) => topologyZone },
];

/** Those in which there is something to tell of one of the endpoints. */
export function columnsOf(endpoints: readonly EndpointFacts[]): readonly Column[] {
  // Whether an address is told does not depend on which it is.
  return columns.filter(({ read }) => endpoints.some((endpoint) => read(endpoint, 'address') !== ''));
}

/** `base` is the name of the Service. */
export function endpointRows(
  endpoints: readonly EndpointFacts[],
  columns: readonly Column[],
  base: RelativeName,
  { zoneOrigins, usesPodNames }: RecordOptions,
): LineEndpoint[] {
  const room = roomBefore(base, zoneOrigins);
  return endpoints.map((endpoint) => {
    const address = formatAddress(endpoint.address);
    const inDns = asInDns(endpoint);
    const host =
      plainLabel(inDns, usesPodNames, room) ?? checkedLabel(inDns, usesPodNames, base, zoneOrigins).label ?? '';
    return [address, host, endpoint.standing, ...columns.map(({ read }) => read(endpoint, address))];
  });
}
