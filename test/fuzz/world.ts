/**
 * What the fuzzed door serves: a cluster of some hundred names, with one of everything that a question can meet, and
 * another whose largest sets do not fit into a message.
 */
import { type Address, addressFromOctets } from '../../zone/address.ts';
import { flatten } from '../../zone/flat.ts';
import type { GroupNode, OwnerGroup } from '../../zone/group.ts';
import type { ForwardZone, Snapshot } from '../../zone/snapshot.ts';
import { origins as exampleOrigins, exampleZone } from '../worker/answers/example-zone.ts';
import { cname, group, host, node, ns, plain, snapshot } from '../worker/support/zone.ts';

export interface World {
  readonly cluster: string;
  readonly snapshot: Snapshot;
  readonly zones: readonly string[];
  readonly clustersetZones: readonly string[];
  /** Names below the zones, each without the root label, in wire form. */
  readonly owners: readonly Labels[];
  /** The zones as octets, with the root label. */
  readonly origins: readonly Labels[];
  readonly addresses: readonly Address[];
}

/** Octets of labels in wire form. */
export type Labels = readonly number[];

const reversePrefixes = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7'];

const namespaces = ['payments', 'search', 'media', 'billing', 'identity', 'ml-serving'];
const servicesPerNamespace = 10;
/** A Service of each of these many pods. */
const podCounts = [3, 15, 3, 1, 2, 5, 12] as const;

function forwardGroups(from: Snapshot): readonly OwnerGroup[] {
  if (from.kind !== 'live') throw new Error('the example zone is retired');
  return from.zones.filter((zone): zone is ForwardZone => zone.kind !== 'reverse').flatMap(({ groups }) => groups);
}

const srv = (port: number, targets: 'base' | 'hosts') => ({ priority: 0, weight: 50, port, targets });

function serviceGroup(namespace: string, index: number, number: number): OwnerGroup {
  const base = (name: string) => `${name}-${index}.${namespace}.svc`;
  switch (index % 3) {
    case 0:
      return headless(base('store'), podCounts[number % podCounts.length]!, number, index % 2 === 0);
    case 1:
      return group(base('api'), {
        own: [ipv4(96, number)],
        nodes: [
          node('', { addresses: 'base', services: [srv(80, 'base'), srv(443, 'base')] }),
          node('_http._tcp', { addresses: 'base', services: [srv(80, 'base')] }),
          node('_https._tcp', { addresses: 'base', services: [srv(443, 'base')] }),
        ],
      });
    default:
      return plain(base('external'), cname(`db-${number}.example.com.`));
  }
}

function headless(base: string, podCount: number, number: number, isDual: boolean): OwnerGroup {
  const ports: GroupNode[] = ['', '_db._tcp'].map((prefix) =>
    node(prefix, { addresses: 'hosts', services: [srv(5432, 'hosts')] }),
  );
  const hosts = Array.from({ length: podCount }, (_, i) => {
    const addresses = isDual ? [ipv4(number, i), ipv6(number, i)] : [ipv4(number, i)];
    return { ...host(`store-${i}`, [], [5432]), addresses };
  });
  return group(base, { hosts, nodes: ports });
}

function ipv4(block: number, index: number): Address {
  return addressFromOctets([10, block, index >> 8, index & 255]);
}

function ipv6(block: number, index: number): Address {
  return addressFromOctets([0xfd, 0, 0, 0x10, 2, 0x44, 0, block, 0, 0, 0, 0, 0, 0, index >> 8, index & 255]);
}

const ordinaryGroups: readonly OwnerGroup[] = [
  ...forwardGroups(exampleZone),
  ...namespaces.flatMap((namespace, i) => [
    group(`${namespace}.svc`),
    ...Array.from({ length: servicesPerNamespace }, (_, k) =>
      serviceGroup(namespace, k, 100 + i * servicesPerNamespace + k),
    ),
  ]),
  group('payments.pod', { answersDashed: true }),
  plain('to-set.shop.svc', cname('store.search.svc.clusterset.local.')),
];

const clustersetZones = ['clusterset.local', 'sets.k8s.example.com'];
const clustersetGroups: readonly OwnerGroup[] = [
  plain('@', ns('ns.dns')),
  group('ns.dns'),
  group('svc'),
  group('search.svc'),
  headless('store.search.svc', 6, 240, true),
  plain('back.search.svc', cname('api-1.search.svc.cluster.local.')),
];

const largeGroups: readonly OwnerGroup[] = [
  plain('@', ns('ns.dns')),
  group('ns.dns'),
  group('svc'),
  group('load.svc'),
  headless('hundred.load.svc', 100, 200, true),
  headless('thousands.load.svc', 6_000, 201, true),
];

function world(cluster: string, given: Snapshot, zones: readonly string[], sets: readonly string[] = []): World {
  const flat = flatten(forwardGroups(given).filter((one, i, all) => all.findIndex((o) => o.base === one.base) === i));
  return {
    cluster,
    snapshot: given,
    zones,
    clustersetZones: sets,
    owners: flat.names.map(octetsOf),
    origins: [...zones, ...sets].map((zone) => [...zone.split('.').flatMap(labelOf), 0]),
    addresses: flat.reverse.map(({ address }) => address),
  };
}

function octetsOf(name: string): Labels {
  return Array.from(name, (octet) => octet.charCodeAt(0));
}

function labelOf(text: string): Labels {
  return [text.length, ...octetsOf(text)];
}

/** Asked by default: what people run. */
export const ordinaryWorld: World = world(
  'local',
  snapshot(ordinaryGroups, {
    origins: exampleOrigins,
    prefixes: reversePrefixes,
    clusterset: { groups: clustersetGroups, origins: clustersetZones },
  }),
  exampleOrigins,
  clustersetZones,
);

/** Sets of 100 and of 6,000 pods. */
export const largeWorld: World = world(
  'large',
  snapshot(largeGroups, { origins: ['large.example'], prefixes: reversePrefixes }),
  ['large.example'],
);
