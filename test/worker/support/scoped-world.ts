/**
 * Two clusters with the same names in the same namespaces, where every address says whose it is: `10.<cluster>.<namespace>.x`
 * and `fd00:<cluster>:<namespace>::x`. Aliases, one in another, ExternalNames from one namespace into another and shared
 * addresses lie where a scope could leak.
 */
import { parseName } from '../../../zone/name.ts';
import type { ForwardZone, Snapshot, Zone } from '../../../zone/snapshot.ts';
import { clusterId } from './agent.ts';
import { type Edge, startEdge } from './edge.ts';
import { address, cname, group, host, node, plain, snapshot, txt } from './zone.ts';

export const clusters = ['red', 'blue'] as const;
/** Two are called as the trees above namespaces are. */
export const namespaces = ['shop', 'bank', 'cache', 'svc', 'pod'] as const;

export type Cluster = (typeof clusters)[number];
export type Namespace = (typeof namespaces)[number];

export const sharedZones = ['cluster.local', 'clusterset.local'] as const;
export const aliasOf = (cluster: Cluster): string => `${cluster}.example`;
/** Lies where a namespace of the other alias could be. */
export const nestedAliasOf = (cluster: Cluster): string => `deep.svc.${aliasOf(cluster)}`;

/** How old what is published is. */
export const ages = ['fresh', 'stale', 'expired', 'retired'] as const;
export type Age = (typeof ages)[number];

/** The addresses that two namespaces of a cluster share. */
export const sharedAddress = (cluster: Cluster): string => `10.${clusters.indexOf(cluster) + 1}.200.1`;
export const sharedAddress6 = (cluster: Cluster): string => `fd00:${clusters.indexOf(cluster) + 1}:200::1`;

/** Whose an address is. */
export function ownersOf(text: string): { cluster: Cluster; namespaces: readonly Namespace[] } | undefined {
  const isIpv6 = text.includes(':');
  const [first, cluster, namespace] = text.split(isIpv6 ? ':' : '.');
  const owner = clusters[Number(cluster) - 1];
  if (first !== (isIpv6 ? 'fd00' : '10') || owner === undefined || namespace === undefined) return undefined;
  if (namespace === '200') return { cluster: owner, namespaces: ['shop', 'bank'] };
  // A zero would not be written.
  const one = namespaces[Number(namespace) - (isIpv6 ? 1 : 0)];
  return one && { cluster: owner, namespaces: [one] };
}

/** Below an apex: what exists, in every namespace. */
export function namesIn(namespace: Namespace): readonly string[] {
  const below = [
    'web',
    'db',
    'db-0.db',
    'db-1.db',
    '_sql._tcp.db',
    '_tcp.db',
    'near',
    'far',
    'further',
    'abroad',
    'loop',
    'twin',
  ];
  return [namespace, ...below.map((name) => `${name}.${namespace}`)].map((name) => `${name}.svc`);
}

/** An edge with both clusters registered and published, when what they published is that old. */
export async function startScopedWorld(age: Age = 'fresh'): Promise<Edge> {
  const edge = await startEdge();
  for (const cluster of clusters) {
    const registration = {
      publicKeys: [edge.agent.publicKey],
      zones: ['cluster.local', aliasOf(cluster), nestedAliasOf(cluster)],
      clustersetZones: ['clusterset.local'],
    };
    const { status } = await edge.administer('PUT', `/v1/clusters/${cluster}`, registration);
    if (status !== 200) throw new Error(`${cluster} is not registered: ${status}`);
    await edge.publish(snapshotOf(cluster), { cluster: clusterId(cluster) });
    if (age === 'retired') await edge.publish({ kind: 'retired' }, { cluster: clusterId(cluster), serial: 2 });
  }
  if (age === 'stale') edge.machine.advance(20 * 60_000);
  if (age === 'expired') edge.machine.advance(25 * 60 * 60_000);
  return edge;
}

function snapshotOf(cluster: Cluster): Snapshot {
  const origins = ['cluster.local', aliasOf(cluster), nestedAliasOf(cluster)];
  const groups = [
    plain('dns-version', txt('1.1.0')),
    ...namespaces.flatMap((namespace) => groupsOf(cluster, namespace)),
  ];
  const published = snapshot(groups, { origins, prefixes: ['10.0.0.0/8', 'fd00::/8'] });
  if (published.kind !== 'live') throw new Error('nothing is published');
  const shared: ForwardZone = {
    kind: 'clusterset',
    origins: [parseName('clusterset.local')],
    ttlSeconds: 30,
    groups: namespaces.flatMap((namespace) => webOf(cluster, namespace)),
  };
  const [forward, ...others] = published.zones;
  return { kind: 'live', zones: [forward as Zone, shared, ...others] };
}

function addressIn(cluster: Cluster, namespace: Namespace, last: number) {
  return `10.${clusters.indexOf(cluster) + 1}.${namespaces.indexOf(namespace)}.${last}`;
}

export function addressIn6(cluster: Cluster, namespace: Namespace, last: number) {
  return `fd00:${clusters.indexOf(cluster) + 1}:${namespaces.indexOf(namespace) + 1}::${last}`;
}

function webOf(cluster: Cluster, namespace: Namespace) {
  return group(`web.${namespace}.svc`, {
    own: [addressIn(cluster, namespace, 1), addressIn6(cluster, namespace, 1)].map(address),
    nodes: [node('', { addresses: 'base' })],
  });
}

function groupsOf(cluster: Cluster, namespace: Namespace) {
  const next = namespaces[(namespaces.indexOf(namespace) + 1) % namespaces.length]!;
  const sql = { priority: 0, weight: 50, port: 5432, targets: 'hosts' } as const;
  const shared = namespace === 'shop' || namespace === 'bank' ? [sharedAddress(cluster), sharedAddress6(cluster)] : [];
  return [
    webOf(cluster, namespace),
    group(`db.${namespace}.svc`, {
      hosts: [0, 1].map((i) => host(`db-${i}`, [addressIn(cluster, namespace, 10 + i)], [5432])),
      nodes: [
        node('', { addresses: 'hosts', services: [sql] }),
        node('_sql._tcp', { addresses: 'hosts', services: [sql] }),
      ],
    }),
    group(`twin.${namespace}.svc`, {
      own: [...shared, addressIn(cluster, namespace, 20), addressIn6(cluster, namespace, 20)].map(address),
      nodes: [node('', { addresses: 'base' })],
    }),
    // A pod's name, as CoreDNS offers them on request.
    plain(`10-1-0-1.${namespace}.pod`, txt(`a pod of ${namespace}`)),
    plain(`near.${namespace}.svc`, cname(`web.${namespace}.svc`)),
    plain(`far.${namespace}.svc`, cname(`web.${next}.svc`)),
    // In two steps, of which the first stays.
    plain(`further.${namespace}.svc`, cname(`far.${namespace}.svc`)),
    // Through an alias, through one in another, and through the other zone of the snapshot.
    plain(`abroad.${namespace}.svc`, cname(`web.${next}.svc.${aliasOf(cluster)}.`)),
    plain(`abroad3.${namespace}.svc`, cname(`web.${next}.svc.${nestedAliasOf(cluster)}.`)),
    plain(`abroad2.${namespace}.svc`, cname(`web.${next}.svc.clusterset.local.`)),
    plain(`outside.${namespace}.svc`, cname('db.example.com.')),
    plain(`loop.${namespace}.svc`, cname(`loop.${next}.svc`)),
  ];
}
