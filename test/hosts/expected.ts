/** What programs on every host must find once it is set up, and what before. */
import type { Edge } from './edge/edge.ts';
import { others, zones } from './names.ts';
import type { Found } from './programs/resolvers.ts';

export interface Expected {
  readonly name: string;
  readonly addresses: readonly string[] | 'not found';
}

/** Names of the cluster, in each of its zones. */
export function clusterNames(edge: Edge): Expected[] {
  return zones.flatMap((zone) => [
    { name: `redis-0.redis-headless.cache.svc.${zone}`, addresses: podsOf(edge, 'cache/redis-0') },
    { name: `redis-headless.cache.svc.${zone}`, addresses: podsOf(edge, 'cache/redis-') },
    { name: `mysql.default.svc.${zone}`, addresses: [edge.services['default/mysql']!] },
    { name: `redis-9.redis-headless.cache.svc.${zone}`, addresses: 'not found' as const },
  ]);
}

/** Of the port of the headless Service in a zone: `PRIORITY WEIGHT PORT TARGET`, sorted. */
export function serviceRecords(zone: string): { readonly name: string; readonly records: readonly string[] } {
  const service = `redis-headless.cache.svc.${zone}`;
  const records = ['redis-0', 'redis-1', 'redis-2'].map((pod) => `0 33 6379 ${pod}.${service}`);
  return { name: `_redis._tcp.${service}`, records };
}

/** Names that are none of the cluster's. */
export const otherNames: readonly Expected[] = [
  ...Object.entries(others).map(([name, address]) => ({ name, addresses: [address] })),
  { name: 'absent.example.org', addresses: 'not found' },
];

export function namesOf(all: readonly Expected[]): string[] {
  return all.map(({ name }) => name);
}

/** As resolvers are to answer, in the same order. */
export function found(all: readonly Expected[]): Found {
  return all.map(({ addresses }) => addresses);
}

function podsOf(edge: Edge, start: string): string[] {
  const found = Object.entries(edge.pods).filter(([name]) => name.startsWith(start));
  return found.map(([, address]) => address).sort();
}
