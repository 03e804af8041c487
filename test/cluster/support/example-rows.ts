/** The examples' table (demo/examples/README.md) as questions, and what the API server says must be answered. */
import type { ClusterObjects } from '../control-plane/apply.ts';
import { clusterAddressOf, type PodFact, podsOf } from './facts.ts';

/** Keys are `namespace/app` and `namespace/service`. */
export interface ExampleFacts {
  readonly pods: ReadonlyMap<string, readonly PodFact[]>;
  readonly services: ReadonlyMap<string, string>;
}

/** The answer section, without owner and TTL; undefined for NXDOMAIN. */
type Expected = (facts: ExampleFacts) => readonly string[] | undefined;

export interface Row {
  /** Below `svc.cluster.local`. */
  readonly name: string;
  readonly type: 'A' | 'SRV';
  readonly expected: Expected;
}

const apps = [
  'logging/elasticsearch',
  'database/postgres',
  'data/postgres',
  'streaming/kafka',
  'default/mysql',
  'cache/redis',
  'default/web',
];
const clusterServices = ['database/postgres-read', 'database/postgres-primary', 'default/mysql', 'default/web'];

export async function exampleFacts(objects: ClusterObjects): Promise<ExampleFacts> {
  const pods = new Map<string, readonly PodFact[]>();
  const services = new Map<string, string>();
  for (const key of apps) {
    const [namespace, app] = key.split('/');
    pods.set(key, await podsOf(objects, namespace!, app!));
  }
  for (const key of clusterServices) {
    const [namespace, name] = key.split('/');
    services.set(key, await clusterAddressOf(objects, namespace!, name!));
  }
  return { pods, services };
}

const addresses = (app: string, count: number): Expected => {
  return ({ pods }) => {
    const found = pods.get(app)!.map(({ address }) => address);
    if (new Set(found).size !== count) throw new Error(`${app} has ${found.length} pods, not ${count}`);
    return found;
  };
};
const addressOf =
  (app: string, pod: string): Expected =>
  ({ pods }) => [pods.get(app)!.find(({ name }) => name === pod)!.address];
const cluster =
  (service: string): Expected =>
  ({ services }) => [services.get(service)!];
const srv =
  (weight: number, ports: readonly number[], targets: readonly string[], base: string): Expected =>
  () => {
    return ports.flatMap((port) => targets.map((target) => `0 ${weight} ${port} ${target}.${base}.svc.cluster.local.`));
  };
const nobody: Expected = () => undefined;
export const numbered = (name: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${name}-${i}`);

export const rows: readonly Row[] = [
  { name: 'elasticsearch-hl.logging', type: 'A', expected: addresses('logging/elasticsearch', 3) },
  ...numbered('elasticsearch', 3).map((pod): Row => {
    return { name: `${pod}.elasticsearch-hl.logging`, type: 'A', expected: addressOf('logging/elasticsearch', pod) };
  }),
  {
    name: 'elasticsearch-hl.logging',
    type: 'SRV',
    expected: srv(33, [9200], numbered('elasticsearch', 3), 'elasticsearch-hl.logging'),
  },

  { name: 'postgres.database', type: 'A', expected: addresses('database/postgres', 3) },
  { name: 'postgres-0.postgres.database', type: 'A', expected: addressOf('database/postgres', 'postgres-0') },
  {
    name: '_postgresql._tcp.postgres.database',
    type: 'SRV',
    expected: srv(33, [5432], numbered('postgres', 3), 'postgres.database'),
  },
  { name: 'postgres-headless.database', type: 'A', expected: addresses('database/postgres', 3) },
  { name: 'postgres-0.postgres-headless.database', type: 'A', expected: nobody },
  { name: 'postgres-read.database', type: 'A', expected: cluster('database/postgres-read') },
  { name: 'postgres-primary.database', type: 'A', expected: cluster('database/postgres-primary') },
  { name: 'postgres.data', type: 'A', expected: addresses('data/postgres', 5) },
  ...numbered('postgres', 5).map((pod): Row => {
    return { name: `${pod}.postgres.data`, type: 'A', expected: addressOf('data/postgres', pod) };
  }),

  {
    name: 'kafka-headless.streaming',
    type: 'SRV',
    expected: srv(16, [9092, 9093], numbered('kafka', 3), 'kafka-headless.streaming'),
  },
  {
    name: '_broker._tcp.kafka-headless.streaming',
    type: 'SRV',
    expected: srv(33, [9092], numbered('kafka', 3), 'kafka-headless.streaming'),
  },
  {
    name: '_controller._tcp.kafka-headless.streaming',
    type: 'SRV',
    expected: srv(33, [9093], numbered('kafka', 3), 'kafka-headless.streaming'),
  },
  { name: 'kafka-0.kafka-headless.streaming', type: 'A', expected: addressOf('streaming/kafka', 'kafka-0') },

  { name: 'mysql.default', type: 'A', expected: cluster('default/mysql') },
  { name: 'mysql-headless.default', type: 'A', expected: addresses('default/mysql', 3) },
  { name: 'mysql-0.mysql-headless.default', type: 'A', expected: addressOf('default/mysql', 'mysql-0') },
  {
    name: '_tcp.mysql-headless.default',
    type: 'SRV',
    expected: srv(33, [3306], numbered('mysql', 3), 'mysql-headless.default'),
  },

  { name: 'redis-headless.cache', type: 'A', expected: addresses('cache/redis', 3) },
  ...['', '_redis._tcp.', '_tcp.'].map((prefix): Row => {
    return {
      name: `${prefix}redis-headless.cache`,
      type: 'SRV',
      expected: srv(33, [6379], numbered('redis', 3), 'redis-headless.cache'),
    };
  }),

  { name: 'web.default', type: 'A', expected: cluster('default/web') },
  { name: 'web-headless.default', type: 'A', expected: addresses('default/web', 3) },
];
