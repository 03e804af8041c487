/** A snapshot with two forward zones: the cluster's own, and the one that several clusters share. */
import { beforeAll, describe, expect, test } from 'vitest';
import { type Edge, startOpenEdge } from '../support/edge.ts';
import { outcome, soa, text } from '../support/outcome.ts';
import { address, cname, group, host, hostBelow, node, ns, plain, snapshot, webGroup } from '../support/zone.ts';

const set = 'clusterset.local';
const setOrigins = [set, 'set.example.com'];
// The last one lies in the other zone.
const origins = ['cluster.local', 'k8s.example.com', 'inner.clusterset.local'];
const longName = `${['x', 'y', 'z'].map((letter) => letter.repeat(63)).join('.')}.${'w'.repeat(45)}.example.com`;

const srv = (targets: 'base' | 'hosts') => ({ priority: 0, weight: 50, port: 6379, targets });

let edge: Edge;
beforeAll(async () => {
  const groups = [
    plain('@', ns('ns.dns')),
    webGroup('10.96.0.10'),
    group('redis.cache.svc', { hosts: [host('redis-0', ['10.244.0.8'])] }),
    plain('to-set.shop.svc', cname('redis.cache.svc.clusterset.local.')),
    plain('to-set-alias.shop.svc', cname('redis.cache.svc.set.example.com.')),
    plain('to-nothing.shop.svc', cname('nope.cache.svc.clusterset.local.')),
    plain('to-apex.shop.svc', cname('clusterset.local.')),
    plain('to-chain.shop.svc', cname('alias.cache.svc.clusterset.local.')),
    plain('to-own-alias.shop.svc', cname('web.shop.svc.k8s.example.com.')),
    plain('and-back.shop.svc', cname('back.cache.svc.clusterset.local.')),
    plain('a.loop.svc', cname('b.loop.svc.clusterset.local.')),
    plain('same.shop.svc', cname('same.shop.svc.clusterset.local.')),
    plain('to-inner.shop.svc', cname('web.shop.svc.inner.clusterset.local.')),
    plain('to-long.shop.svc', cname('long.shop.svc.clusterset.local.')),
    plain('outside.shop.svc', cname('db.example.com.')),
  ];
  const shared = [
    plain('@', ns('ns.dns')),
    group('ns.dns', { own: [address('10.96.0.2')], nodes: [node('', { addresses: 'base' })], hasPointers: false }),
    group('redis.cache.svc', {
      hosts: [
        hostBelow('cluster1', 'redis-0', ['10.244.0.8', 'fd00:10:244::8'], [6379]),
        hostBelow('cluster2', 'redis-0', ['10.245.0.8'], [6379]),
        hostBelow('cluster2', '10-245-0-9', ['10.245.0.9'], [6379]),
      ],
      nodes: [
        node('', { addresses: 'hosts', services: [srv('hosts')] }),
        node('_redis._tcp', { addresses: 'hosts', services: [srv('hosts')] }),
      ],
    }),
    group('web.shop.svc', { own: [address('10.96.7.7')], nodes: [node('', { addresses: 'base' })] }),
    plain('alias.cache.svc', cname('redis.cache.svc')),
    plain('back.cache.svc', cname('web.shop.svc.cluster.local.')),
    group('same.shop.svc', { own: [address('10.96.7.8')], nodes: [node('', { addresses: 'base' })] }),
    plain('long.shop.svc', cname(`${longName}.`)),
    plain('b.loop.svc', cname('a.loop.svc.cluster.local.')),
  ];
  const clusterset = { groups: shared, origins: setOrigins };
  edge = await startOpenEdge(snapshot(groups, { origins, prefixes: ['10.0.0.0/8'], clusterset }), origins, setOrigins);
});

type Row = readonly [question: string, type: string, answer: readonly string[]];

async function check([question, type, expected]: Row): Promise<void> {
  const answer = await edge.ask(question, type);
  expect(text({ ...answer, answer: answer.answer.toSorted(), additional: answer.additional.toSorted() })).toEqual(
    expected,
  );
  expect(answer.flags).toBe('QR AA RD');
}

const redis = `redis.cache.svc.${set}`;
const noData = (zone: string) => ['NOERROR', ';; authority', soa(zone)];
const noName = (zone: string) => ['NXDOMAIN', ';; authority', soa(zone)];
const glue = (zone = set) => [
  ';; additional',
  `10-245-0-9.cluster2.redis.cache.svc.${zone} 30 IN A 10.245.0.9`,
  `redis-0.cluster1.redis.cache.svc.${zone} 30 IN A 10.244.0.8`,
  `redis-0.cluster1.redis.cache.svc.${zone} 30 IN AAAA fd00:10:244::8`,
  `redis-0.cluster2.redis.cache.svc.${zone} 30 IN A 10.245.0.8`,
];
const targets = (owner: string, zone = set) =>
  ['10-245-0-9.cluster2', 'redis-0.cluster1', 'redis-0.cluster2'].map(
    (first) => `${owner} 30 IN SRV 0 50 6379 ${first}.redis.cache.svc.${zone}`,
  );

describe('each zone answers for its own names', () => {
  test.for<Row>([
    [set, 'SOA', ['NOERROR', soa(set)]],
    [set, 'NS', ['NOERROR', `${set} 30 IN NS ns.dns.${set}`]],
    [`ns.dns.${set}`, 'A', ['NOERROR', `ns.dns.${set} 30 IN A 10.96.0.2`]],
    ['set.example.com', 'SOA', ['NOERROR', soa('set.example.com')]],
    ['cluster.local', 'SOA', ['NOERROR', soa('cluster.local')]],
    [`web.shop.svc.${set}`, 'A', ['NOERROR', `web.shop.svc.${set} 30 IN A 10.96.7.7`]],
    ['web.shop.svc.cluster.local', 'A', ['NOERROR', 'web.shop.svc.cluster.local 30 IN A 10.96.0.10']],
    [`web.shop.svc.${set}`, 'AAAA', noData(set)],
    [`shop.svc.${set}`, 'A', noData(set)],
    [`redis-0.redis.cache.svc.${set}`, 'A', noName(set)],
    ['redis-0.cluster1.redis.cache.svc.cluster.local', 'A', noName('cluster.local')],
    ['redis-0.redis.cache.svc.set.example.com', 'A', noName('set.example.com')],
  ])('%s %s', check);
});

describe('hosts below a subdomain', () => {
  test.for<Row>([
    [`redis-0.cluster1.${redis}`, 'A', ['NOERROR', `redis-0.cluster1.${redis} 30 IN A 10.244.0.8`]],
    [`redis-0.cluster2.${redis}`, 'A', ['NOERROR', `redis-0.cluster2.${redis} 30 IN A 10.245.0.8`]],
    [`10-245-0-9.cluster2.${redis}`, 'A', ['NOERROR', `10-245-0-9.cluster2.${redis} 30 IN A 10.245.0.9`]],
    [`redis-0.cluster2.${redis}`, 'AAAA', noData(set)],
    [`cluster1.${redis}`, 'A', noData(set)],
    [`cluster3.${redis}`, 'A', noName(set)],
    [`10-245-0-9.cluster1.${redis}`, 'A', noName(set)],
    [`x.redis-0.cluster1.${redis}`, 'A', noName(set)],
    [
      `redis-0.cluster2.${redis}`,
      'SRV',
      [
        'NOERROR',
        `redis-0.cluster2.${redis} 30 IN SRV 0 100 6379 redis-0.cluster2.${redis}`,
        ';; additional',
        `redis-0.cluster2.${redis} 30 IN A 10.245.0.8`,
      ],
    ],
    [`_redis._tcp.${redis}`, 'SRV', ['NOERROR', ...targets(`_redis._tcp.${redis}`), ...glue()]],
    [
      '_redis._tcp.redis.cache.svc.set.example.com',
      'SRV',
      [
        'NOERROR',
        ...targets('_redis._tcp.redis.cache.svc.set.example.com', 'set.example.com'),
        ...glue('set.example.com'),
      ],
    ],
  ])('%s %s', check);
});

describe('a CNAME into the other zone is followed', () => {
  const zone = 'cluster.local';
  const toSet = `to-set.shop.svc.${zone} 30 IN CNAME ${redis}`;

  test.for<Row>([
    [`to-set.shop.svc.${zone}`, 'CNAME', ['NOERROR', toSet]],
    [`to-set.shop.svc.${zone}`, 'ANY', ['NOERROR', toSet]],
    [`to-set.shop.svc.${zone}`, 'AAAA', ['NOERROR', `${redis} 30 IN AAAA fd00:10:244::8`, toSet]],
    [`to-set.shop.svc.${zone}`, 'SRV', ['NOERROR', ...targets(redis), toSet, ...glue()]],
    [`to-set.shop.svc.${zone}`, 'TXT', ['NOERROR', toSet, ';; authority', soa(set)]],
    [
      'to-set-alias.shop.svc.k8s.example.com',
      'AAAA',
      [
        'NOERROR',
        'redis.cache.svc.set.example.com 30 IN AAAA fd00:10:244::8',
        'to-set-alias.shop.svc.k8s.example.com 30 IN CNAME redis.cache.svc.set.example.com',
      ],
    ],
    [
      `to-nothing.shop.svc.${zone}`,
      'A',
      ['NXDOMAIN', `to-nothing.shop.svc.${zone} 30 IN CNAME nope.cache.svc.${set}`, ';; authority', soa(set)],
    ],
    [`to-apex.shop.svc.${zone}`, 'SOA', ['NOERROR', soa(set), `to-apex.shop.svc.${zone} 30 IN CNAME ${set}`]],
    [
      `to-apex.shop.svc.${zone}`,
      'NS',
      ['NOERROR', `${set} 30 IN NS ns.dns.${set}`, `to-apex.shop.svc.${zone} 30 IN CNAME ${set}`],
    ],
    [
      `to-chain.shop.svc.${zone}`,
      'AAAA',
      [
        'NOERROR',
        `alias.cache.svc.${set} 30 IN CNAME ${redis}`,
        `${redis} 30 IN AAAA fd00:10:244::8`,
        `to-chain.shop.svc.${zone} 30 IN CNAME alias.cache.svc.${set}`,
      ],
    ],
    [
      `and-back.shop.svc.${zone}`,
      'A',
      [
        'NOERROR',
        `and-back.shop.svc.${zone} 30 IN CNAME back.cache.svc.${set}`,
        `back.cache.svc.${set} 30 IN CNAME web.shop.svc.${zone}`,
        `web.shop.svc.${zone} 30 IN A 10.96.0.10`,
      ],
    ],
    [
      `to-own-alias.shop.svc.${zone}`,
      'A',
      [
        'NOERROR',
        `to-own-alias.shop.svc.${zone} 30 IN CNAME web.shop.svc.k8s.example.com`,
        'web.shop.svc.k8s.example.com 30 IN A 10.96.0.10',
      ],
    ],
    [
      `a.loop.svc.${zone}`,
      'A',
      [
        'NOERROR',
        `a.loop.svc.${zone} 30 IN CNAME b.loop.svc.${set}`,
        `b.loop.svc.${set} 30 IN CNAME a.loop.svc.${zone}`,
      ],
    ],
    // The same name in the other zone is another name.
    [
      `same.shop.svc.${zone}`,
      'A',
      ['NOERROR', `same.shop.svc.${zone} 30 IN CNAME same.shop.svc.${set}`, `same.shop.svc.${set} 30 IN A 10.96.7.8`],
    ],
    // The longest origin counts.
    [
      `to-inner.shop.svc.${zone}`,
      'A',
      [
        'NOERROR',
        `to-inner.shop.svc.${zone} 30 IN CNAME web.shop.svc.inner.${set}`,
        `web.shop.svc.inner.${set} 30 IN A 10.96.0.10`,
      ],
    ],
    // Out of both.
    [
      `to-long.shop.svc.${zone}`,
      'A',
      [
        'NOERROR',
        `long.shop.svc.${set} 30 IN CNAME ${longName}`,
        `to-long.shop.svc.${zone} 30 IN CNAME long.shop.svc.${set}`,
      ],
    ],
    [`outside.shop.svc.${zone}`, 'A', ['NOERROR', `outside.shop.svc.${zone} 30 IN CNAME db.example.com`]],
  ])('%s %s', check);
});

describe('PTR records', () => {
  test.for([
    ['8.0.244.10.in-addr.arpa', 'NOERROR redis-0.redis.cache.svc.cluster.local'],
    ['10.0.96.10.in-addr.arpa', 'NOERROR web.shop.svc.cluster.local'],
    ['8.0.245.10.in-addr.arpa', 'NXDOMAIN'],
    ['7.7.96.10.in-addr.arpa', 'NXDOMAIN'],
  ])("are those of the cluster's own zone: %s", async ([question, expected]) => {
    expect(outcome(await edge.ask(question!, 'PTR'))).toBe(expected);
  });
});
