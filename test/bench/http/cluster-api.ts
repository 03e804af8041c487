/** The API server that CoreDNS reads the synthetic cluster from: lists and watches, without rules for writing. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Faults } from '../../../demo/cluster/api/faults.ts';
import { handle } from '../../../demo/cluster/api/handler.ts';
import { kubeconfigOf } from '../../../demo/cluster/kubeconfig.ts';
import { Registry, type Strategies } from '../../../demo/cluster/registry/registry.ts';
import { ObjectStore } from '../../../demo/cluster/store.ts';
import type { Protocol } from '../../../demo/cluster/types.ts';
import type { Port } from '../../../sync-agent/cluster.ts';
import { familyOf, formatAddress } from '../../../zone/address.ts';
import type { SyntheticCluster, SyntheticService } from '../cluster.ts';

export interface ClusterApi {
  /** The text of one that needs no credential. */
  readonly kubeconfig: string;
  stop(): Promise<void>;
}

/** Asked for nothing older. */
const historySize = 1;
const bookmarkIntervalMilliseconds = 60_000;

export async function startClusterApi(cluster: SyntheticCluster): Promise<ClusterApi> {
  const store = new ObjectStore(historySize, Date.now);
  fill(store, cluster);
  const watches = new Set<never>();
  const api = {
    registry: new Registry(store, {} as Strategies),
    faults: new Faults(watches),
    watches,
    token: undefined,
    bookmarkIntervalMilliseconds,
    log: () => {},
  };
  const server = createServer((request, response) => void handle(api, request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    kubeconfig: kubeconfigOf({ url, token: undefined, authorityPem: undefined }),
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function fill(store: ObjectStore, { namespaces, services }: SyntheticCluster): void {
  for (const { name } of namespaces) {
    store.insert('namespaces', {
      ...kind('v1', 'Namespace'),
      metadata: { name },
      spec: { finalizers: [] },
      status: { phase: 'Active' },
    });
  }
  for (const one of services) insertService(store, one);
}

function insertService(store: ObjectStore, { service, slices }: SyntheticService): void {
  const { namespace, name } = service;
  const addresses = service.kind.type === 'clusterIP' ? service.kind.addresses.map(formatAddress) : ['None'];
  store.insert('services', {
    ...kind('v1', 'Service'),
    metadata: { namespace, name },
    spec: {
      type: 'ClusterIP',
      clusterIP: addresses[0]!,
      clusterIPs: addresses,
      ports: service.ports.map((port) => ({ ...portOf(port), targetPort: port.number! })),
    },
    status: { loadBalancer: {} },
  });
  for (const slice of slices) {
    store.insert('endpointslices', {
      ...kind('discovery.k8s.io/v1', 'EndpointSlice'),
      metadata: { namespace, name: slice.name, labels: { 'kubernetes.io/service-name': name } },
      addressType: familyOf(slice.endpoints[0]!.address) === 4 ? 'IPv4' : 'IPv6',
      endpoints: slice.endpoints.map(({ address, hostname }) => ({
        addresses: [formatAddress(address)],
        conditions: { ready: true },
        ...(hostname === undefined ? {} : { hostname }),
      })),
      ports: slice.ports.map(portOf),
    });
  }
}

function kind<V extends string, K extends string>(apiVersion: V, name: K) {
  return { apiVersion, kind: name };
}

function portOf({ name, protocol, number }: Port) {
  return { name, protocol: protocol.toUpperCase() as Protocol, port: number! };
}
