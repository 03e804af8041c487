/** The synthetic cluster as manifests, with all that the controllers of a real one write into its EndpointSlices. Pure. */
import type { EndpointSlice, Namespace, Port, Service } from '../../../sync-agent/cluster.ts';
import { familyOf, formatAddress } from '../../../zone/address.ts';

/** When the change that an EndpointSlice carries was made, for whoever measures how long it takes to be served. */
export const triggerTimeAnnotation = 'endpoints.kubernetes.io/last-change-trigger-time';

const nodeCount = 5000;
const zones = ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'] as const;

export function namespaceManifest({ name }: Namespace): object {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}

/** The API server gives it its address. */
export function serviceManifest({ namespace, name, kind, ports }: Service): object {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace, name, labels: { 'app.kubernetes.io/name': name, 'app.kubernetes.io/part-of': namespace } },
    spec: {
      ...(kind.type === 'headless' ? { clusterIP: 'None' } : {}),
      selector: { 'app.kubernetes.io/name': name },
      ports: ports.map((port) => ({ ...portOf(port), targetPort: port.number })),
    },
  };
}

export function sliceManifest(slice: EndpointSlice): object {
  const { namespace, name, endpoints, ports } = slice;
  const service = slice.owners[0].service;
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      namespace,
      name,
      generateName: `${service}-`,
      labels: {
        'app.kubernetes.io/name': service,
        'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
        'kubernetes.io/service-name': service,
      },
      annotations: { [triggerTimeAnnotation]: new Date().toISOString() },
    },
    addressType: familyOf(endpoints[0]!.address) === 4 ? 'IPv4' : 'IPv6',
    endpoints: endpoints.map(({ address, hostname }, i) => {
      const node = address.charCodeAt(1) * 256 + address.charCodeAt(2);
      return {
        addresses: [formatAddress(address)],
        conditions: { ready: true, serving: true, terminating: false },
        nodeName: `node-${node % nodeCount}.eu-west-1.compute.internal`,
        zone: zones[node % zones.length],
        targetRef: {
          kind: 'Pod',
          namespace,
          name: hostname ?? `${service}-${(node * 7919).toString(36)}-${i}`,
          uid: uidOf(node, i),
        },
        ...(hostname === undefined ? {} : { hostname }),
      };
    }),
    ports: ports.map(portOf),
  };
}

function uidOf(node: number, index: number): string {
  const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0').slice(-digits);
  return `${hex(node * 40_503, 8)}-${hex(index, 4)}-4${hex(node, 3)}-8${hex(index * 31, 3)}-${hex(node * 2_654_435, 12)}`;
}

function portOf({ name, protocol, number }: Port): object {
  return { name, protocol: protocol.toUpperCase(), port: number };
}
