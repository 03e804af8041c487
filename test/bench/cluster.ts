/**
 * A cluster as real ones are, the same on every run: 50 Services a namespace, every fifth of them headless in front of a
 * StatefulSet whose pods have hostnames, the others with a cluster IP and endpoints without hostnames; one to three named
 * ports; pods scattered over nodes of a /24 (and a /64) each; slices of at most 100 endpoints and of one family.
 */
import type { Endpoint, EndpointSlice, Namespace, Port, Service } from '../../sync-agent/cluster.ts';
import { type Address, addressFromOctets, type Family, familyOf } from '../../zone/address.ts';
import { SeededRandom } from './seeded-random.ts';
import type { Size } from './sizes.ts';

export interface SyntheticCluster {
  readonly namespaces: readonly Namespace[];
  readonly services: readonly SyntheticService[];
}

export interface SyntheticService {
  readonly service: Service;
  /** All of them. The n-th endpoint is the n-th pod in the slices of both families. */
  readonly slices: readonly EndpointSlice[];
  readonly podCount: number;
}

/** How much there is of it. */
export type Extent = Pick<Size, 'services' | 'endpoints' | 'families'>;

/** As the EndpointSlice controller has it by default. */
const maxSliceEndpoints = 100;
const servicesPerNamespace = 50;

export function syntheticCluster(size: Extent): SyntheticCluster {
  const random = new SeededRandom(size.endpoints);
  const pods = new PodAddresses(size.endpoints, random);
  const clusterIps = random.permutation(2 ** 17);
  const namespaces = Array.from({ length: Math.ceil(size.services / servicesPerNamespace) }, (_, i) => ({
    name: `${teams[i % teams.length]}-${stages[Math.floor(i / teams.length)]}`,
    isHidden: false,
  }));
  const services = Array.from({ length: size.services }, (_, i) => {
    const namespace = namespaces[Math.floor(i / servicesPerNamespace)]!.name;
    const addresses = size.families.map((family) => clusterIp(clusterIps[i]!, family));
    return syntheticService(namespace, i, podCountOf(i, size), addresses, pods, random);
  });
  return { namespaces, services };
}

/** Of each five Services in turn; the tenth five have what the average leaves, so that few Services are large: 100
 * pods, of 15 on average. */
const podCounts = [3, 15, 3, 1, 2, 3, 5, 3, 15] as const;

function podCountOf(serviceIndex: number, { services, endpoints }: Extent): number {
  const position = Math.floor(serviceIndex / 5) % (podCounts.length + 1);
  const others = podCounts.reduce((sum, count) => sum + count, 0);
  return podCounts[position] ?? (endpoints / services) * (podCounts.length + 1) - others;
}

function syntheticService(
  namespace: string,
  index: number,
  podCount: number,
  clusterIps: readonly Address[],
  pods: PodAddresses,
  random: SeededRandom,
): SyntheticService {
  const product = products[Math.floor((index % servicesPerNamespace) / 5)]!;
  const isHeadless = index % 5 === 0;
  const role = isHeadless ? random.pick(stores) : roles[(index % 5) - 1]!;
  const workload = `${product}-${role.name}`;
  const name = isHeadless ? `${workload}-headless` : workload;
  const ports = portsOf(role, random);
  const podNumbers = Array.from({ length: podCount }, () => pods.next());
  const endpointsOf = (family: Family): Endpoint[] =>
    podNumbers.map((pod, ordinal) => ({
      address: pods.addressOf(pod, family),
      hostname: isHeadless ? `${workload}-${ordinal}` : undefined,
      podName: undefined,
    }));
  const slices = clusterIps.flatMap((address) =>
    parts(endpointsOf(familyOf(address))).map(
      (endpoints): EndpointSlice => ({
        namespace,
        name: `${name}-${suffix(random)}`,
        owners: [{ kind: 'service', service: name }],
        endpoints,
        ports,
      }),
    ),
  );
  const kind = isHeadless ? ({ type: 'headless' } as const) : ({ type: 'clusterIP', addresses: clusterIps } as const);
  const service = { namespace, name, isHidden: false, kind, ports: isHeadless ? ports : ports.map(frontPort) };
  return { service, slices, podCount };
}

/** As the endpoints of one Service are spread over slices. */
function parts(endpoints: readonly Endpoint[]): Endpoint[][] {
  const count = Math.ceil(endpoints.length / maxSliceEndpoints);
  return Array.from({ length: count }, (_, i) => endpoints.slice(i * maxSliceEndpoints, (i + 1) * maxSliceEndpoints));
}

interface Role {
  readonly name: string;
  /** Of the port that every Service of the role has. */
  readonly port: NumberedPort;
}

type NumberedPort = Port & { readonly number: number };

const tcp = (name: string, number: number): NumberedPort => ({ name, protocol: 'tcp', number });
const furtherPorts = [tcp('metrics', 9090), tcp('admin', 9901)] as const;

/** One port in half of the Services, two in a third, three in a sixth. */
function portsOf({ port }: Role, random: SeededRandom): NumberedPort[] {
  return [port, ...furtherPorts.slice(0, random.pick([0, 0, 0, 1, 1, 2]))];
}

/** A Service has its own port numbers: 80 for 8080, 443 for 8443. */
function frontPort(port: NumberedPort): Port {
  return { ...port, number: port.number % 8000 };
}

const teams = (
  'checkout payments catalog search identity notifications recommendations logistics data-platform observability ' +
  'customer-support fraud-detection inventory pricing media partner-integrations ml-serving billing internal-tools ' +
  'mobile-backend'
).split(' ');
const stages = 'prod staging dev canary qa load-test eu-west us-east ap-south sandbox'.split(' ');
const products =
  'orders sessions user-profiles events product-catalog shipping-rates feature-flags audit-log email-templates cart'.split(
    ' ',
  );
const stores: readonly Role[] = [
  { name: 'redis', port: tcp('redis', 6379) },
  { name: 'postgresql', port: tcp('postgres', 5432) },
  { name: 'kafka', port: tcp('broker', 9092) },
  { name: 'elasticsearch', port: tcp('http', 9200) },
];
const roles: readonly Role[] = [
  { name: 'api', port: tcp('http', 8080) },
  { name: 'web', port: tcp('http', 8080) },
  { name: 'worker-metrics', port: tcp('http-metrics', 8081) },
  { name: 'grpc-gateway', port: tcp('grpc', 8443) },
];

/** What Kubernetes appends to generated names. */
function suffix(random: SeededRandom): string {
  const letters = [...'bcdfghjklmnpqrstvwxz2456789'];
  return Array.from({ length: 5 }, () => random.pick(letters)).join('');
}

const podsPerNode = 100;

/** Pods on random nodes: 10.128.0.0/9 and fd00:10:244::/48, a /24 and a /64 a node. */
class PodAddresses {
  readonly #places: Uint32Array;
  #taken = 0;

  constructor(count: number, random: SeededRandom) {
    this.#places = random.permutation(Math.ceil(count / podsPerNode) * podsPerNode);
  }

  /** A number for another pod. */
  next(): number {
    this.#taken += 1;
    return this.#places[this.#taken - 1]!;
  }

  addressOf(pod: number, family: Family): Address {
    const node = Math.floor(pod / podsPerNode);
    const host = 2 + (pod % podsPerNode);
    if (family === 4) return addressFromOctets([10, 128 + (node >> 8), node & 255, host]);
    return addressFromOctets([0xfd, 0, 0, 0x10, 2, 0x44, node >> 8, node & 255, 0, 0, 0, 0, 0, 0, 0, host]);
  }
}

function clusterIp(number: number, family: Family): Address {
  const low = [(number >> 8) & 255, number & 255];
  if (family === 4) return addressFromOctets([10, 96 + (number >> 16), ...low]);
  return addressFromOctets([0xfd, 0, 0, 0x10, 0, 0x96, 0, 0, 0, 0, 0, 0, 0, number >> 16, ...low]);
}
