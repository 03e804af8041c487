/** Every row of the examples' table, asked with dig and kdig over HTTPS through TLS. */
import { beforeAll, describe, expect, test } from 'vitest';
import { askOverHttps, clientNames } from './support/clients.ts';
import { clusterAddressOf, type PodFact, podsOf } from './support/facts.ts';
import { system } from './support/system.ts';

const { ready, objects } = system();

/** The answer section, without owner and TTL; undefined for NXDOMAIN. */
type Expected = () => readonly string[] | undefined;

interface Row {
  /** Below `svc.cluster.local`. */
  readonly name: string;
  readonly type: 'A' | 'SRV';
  readonly expected: Expected;
}

const pods = new Map<string, readonly PodFact[]>();
const services = new Map<string, string>();

beforeAll(async () => {
  for (const key of [
    'logging/elasticsearch',
    'database/postgres',
    'data/postgres',
    'streaming/kafka',
    'default/mysql',
    'cache/redis',
    'default/web',
  ]) {
    const [namespace, app] = key.split('/');
    pods.set(key, await podsOf(objects, namespace!, app!));
  }
  for (const key of ['database/postgres-read', 'database/postgres-primary', 'default/mysql', 'default/web']) {
    const [namespace, name] = key.split('/');
    services.set(key, await clusterAddressOf(objects, namespace!, name!));
  }
});

const addresses = (app: string, count: number): Expected => {
  return () => {
    const found = pods.get(app)!.map(({ address }) => address);
    expect(new Set(found).size).toBe(count);
    return found;
  };
};
const addressOf =
  (app: string, pod: string): Expected =>
  () => [pods.get(app)!.find(({ name }) => name === pod)!.address];
const cluster =
  (service: string): Expected =>
  () => [services.get(service)!];
const srv =
  (weight: number, ports: readonly number[], targets: readonly string[], base: string): Expected =>
  () => {
    return ports.flatMap((port) => targets.map((target) => `0 ${weight} ${port} ${target}.${base}.svc.cluster.local.`));
  };
const nobody: Expected = () => undefined;
const numbered = (name: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${name}-${i}`);

const rows: readonly Row[] = [
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

describe.each(clientNames)('%s', (client) => {
  test.each(rows)('$name $type', async ({ name, type, expected }) => {
    const owner = `${name}.svc.cluster.local.`;
    const data = expected();
    const { rcode, answer, authority, additional } = await askOverHttps(client, ready, owner, type);
    if (data === undefined) {
      expect(rcode).toBe('NXDOMAIN');
      expect(authority).toHaveLength(1);
      return;
    }
    expect({ rcode, answer }).toEqual({
      rcode: 'NOERROR',
      answer: data.map((item) => `${owner} 30 IN ${type} ${item}`).sort(),
    });
    if (type === 'SRV') {
      // Each target's address comes along.
      const targets = new Set(answer.map((record) => record.split(' ').at(-1)));
      expect(new Set(additional.map((record) => record.split(' ')[0]))).toEqual(targets);
    }
  });

  test.each([
    { app: 'logging/elasticsearch', base: 'elasticsearch-hl.logging' },
    { app: 'cache/redis', base: 'redis-headless.cache' },
  ])('the pods of $app by their addresses', async ({ app, base }) => {
    for (const { name, address } of pods.get(app)!) {
      const { answer } = await askOverHttps(client, ready, address, 'PTR');
      const owner = `${address.split('.').reverse().join('.')}.in-addr.arpa.`;
      expect(answer).toEqual([`${owner} 30 IN PTR ${name}.${base}.svc.cluster.local.`]);
    }
  });

  test('pods of a Service that is not theirs, and of a Deployment, have only the names of their addresses', async () => {
    for (const [app, base] of [
      ['database/postgres', 'postgres-headless.database'],
      ['default/web', 'web-headless.default'],
    ] as const) {
      for (const { name, address } of pods.get(app)!) {
        const owner = `${address.replaceAll('.', '-')}.${base}.svc.cluster.local.`;
        const { answer } = await askOverHttps(client, ready, owner, 'A');
        expect(answer).toEqual([`${owner} 30 IN A ${address}`]);
        const { rcode } = await askOverHttps(client, ready, `${name}.${base}.svc.cluster.local.`, 'A');
        expect(rcode).toBe('NXDOMAIN');
      }
    }
  });

  test('an alias answers the same, in its own name', async () => {
    const owner = 'redis-headless.cache.svc.prod.k8s.example.com.';
    const { answer } = await askOverHttps(client, ready, owner, 'SRV');
    expect(answer).toEqual(numbered('redis', 3).map((pod) => `${owner} 30 IN SRV 0 33 6379 ${pod}.${owner}`));
  });
});
