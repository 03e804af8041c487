/**
 * An imitation of a Kubernetes cluster inside this process: an API server on 127.0.0.1 that clients can list, watch and
 * write, and controllers that bring its objects to life. For the demo and for tests of what watches a cluster. There
 * are no containers and no network behind it: the pods' addresses lead nowhere.
 */
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { AddressPool, ipv4Range, ipv6Range } from './addresses.ts';
import { followAddressesInUse } from './addresses-in-use.ts';
import { Faults } from './api/faults.ts';
import { handle } from './api/handler.ts';
import type { OpenWatch } from './api/watch.ts';
import { ClusterObjects } from './cluster-objects.ts';
import { Controllers } from './controllers/run.ts';
import { createInitialObjects } from './initial-objects.ts';
import { kubeconfigOf } from './kubeconfig.ts';
import { ClusterIps } from './registry/cluster-ips.ts';
import { endpointSliceStrategy } from './registry/endpointslice-strategy.ts';
import { namespaceStrategy } from './registry/namespace-strategy.ts';
import { podStrategy } from './registry/pod-strategy.ts';
import { Registry } from './registry/registry.ts';
import { serviceStrategy } from './registry/service-strategy.ts';
import { deploymentStrategy, replicaSetStrategy, statefulSetStrategy } from './registry/workload-strategy.ts';
import { ObjectStore } from './store.ts';
import type { Clock } from './time.ts';

/** How to start an embedded cluster. */
export interface EmbeddedClusterOptions {
  /** YAML texts of the objects to begin with; a text may hold several documents. */
  readonly manifests: readonly string[];
  /** The bearer token to demand; without one, none is needed. kubectl sends a token over TLS only. */
  readonly token?: string;
  /** The port on 127.0.0.1; 0, the default, takes a free one. */
  readonly port?: number;
  /** Serve HTTPS with this certificate for 127.0.0.1; the kubeconfig names its authority. */
  readonly tls?: { readonly authorityPem: string; readonly certificatePem: string; readonly privateKeyPem: string };
  /** How long a pod takes from its address to readiness; 300 by default. */
  readonly readyDelayMilliseconds?: number;
  /** How long a deleted pod takes to be gone; as long as readiness by default. */
  readonly terminationDelayMilliseconds?: number;
  /** How often watches get a bookmark; a minute by default, as with a real server. */
  readonly bookmarkIntervalMilliseconds?: number;
  /** How many changes can be watched from the past; 1000 by default. */
  readonly historySize?: number;
  /** Whether pods and Services that ask for it have IPv6 addresses too; no by default. */
  readonly dualStack?: boolean;
  readonly now?: Clock;
  /** Where problems inside the cluster are told, a line each; nowhere by default. */
  readonly log?: (line: string) => void;
}

/** A running embedded cluster. */
export interface EmbeddedCluster {
  /** `http://127.0.0.1:<port>`, or https with TLS. */
  readonly url: string;
  /** The YAML text of a kubeconfig for it. */
  readonly kubeconfig: string;
  readonly store: ClusterObjects;
  /** Switches that make the API misbehave. */
  readonly faults: Faults;
  /** Resolves as soon as the controllers have nothing left to do. */
  settled(): Promise<void>;
  /** Ends everything at once, open watches too. */
  stop(): Promise<void>;
}

/** The port that was asked for cannot be had. */
export class ClusterPortError extends Error {
  override readonly name = 'ClusterPortError';
  readonly code = 'PORT_UNAVAILABLE';
}

/** Starts a cluster; throws ManifestError for manifests that it cannot take, ClusterPortError for its port. */
export async function startEmbeddedCluster(options: EmbeddedClusterOptions): Promise<EmbeddedCluster> {
  const { readyDelayMilliseconds = 300, token, log = () => {} } = options;
  const store = new ObjectStore(options.historySize ?? 1000, options.now ?? Date.now);
  const isInUse = followAddressesInUse(store);
  const { serviceAddresses, podAddresses } = addressPools(options.dualStack === true);
  const registry = new Registry(store, {
    namespaces: namespaceStrategy,
    services: serviceStrategy(new ClusterIps(serviceAddresses, isInUse)),
    pods: podStrategy(store.now),
    statefulsets: statefulSetStrategy,
    deployments: deploymentStrategy,
    replicasets: replicaSetStrategy,
    endpointslices: endpointSliceStrategy,
  });
  const setting = {
    podAddresses,
    isInUse,
    readyDelayMilliseconds,
    terminationDelayMilliseconds: options.terminationDelayMilliseconds ?? readyDelayMilliseconds,
  };
  const controllers = new Controllers(registry, setting, log);
  try {
    createInitialObjects(registry, options.manifests);
    const watches = new Set<OpenWatch>();
    const faults = new Faults(watches);
    const bookmarkIntervalMilliseconds = options.bookmarkIntervalMilliseconds ?? 60_000;
    const api = { registry, faults, watches, token, bookmarkIntervalMilliseconds, log };
    const server = createListener(options.tls, (request, response) => void handle(api, request, response));
    const port = await listen(server, options.port ?? 0);
    const url = `${options.tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`;
    return {
      url,
      kubeconfig: kubeconfigOf({ url, token, authorityPem: options.tls?.authorityPem }),
      store: new ClusterObjects(registry),
      faults,
      settled: () => controllers.settled(),
      stop() {
        controllers.stop();
        return close(server);
      },
    };
  } catch (error) {
    controllers.stop();
    throw error;
  }
}

/** The ranges of kubeadm's documentation; the first addresses are left to those who are always there. */
function addressPools(dualStack: boolean) {
  const families = dualStack ? 2 : 1;
  return {
    serviceAddresses: [new AddressPool(ipv4Range('10.96'), 10), new AddressPool(ipv6Range('fd00:96'), 10)].slice(
      0,
      families,
    ),
    podAddresses: [new AddressPool(ipv4Range('10.244'), 2), new AddressPool(ipv6Range('fd00:10:244'), 2)].slice(
      0,
      families,
    ),
  };
}

function createListener(tls: EmbeddedClusterOptions['tls'], listener: RequestListener): Server {
  if (tls === undefined) return createServer(listener);
  return createTlsServer({ cert: tls.certificatePem, key: tls.privateKeyPem }, listener);
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const why = `the embedded cluster cannot listen on 127.0.0.1:${port} (${error.message}); choose another port, or 0`;
      reject(new ClusterPortError(why, { cause: error }));
    });
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
