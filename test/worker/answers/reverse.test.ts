/**
 * Names of addresses: published addresses wherever they lie, and what is said of others inside and outside the blocks that
 * the cluster speaks for.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { type Edge, startOpenEdge } from '../support/edge.ts';
import { outcome, soa, text } from '../support/outcome.ts';
import { address, group, host, node, snapshot } from '../support/zone.ts';

const prefixes = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.4.0/22',
  '198.18.0.0/24',
  '203.0.113.7/32',
  'fc00::/7',
  '2001:db8:1::/48',
];

let edge: Edge;
beforeAll(async () => {
  const groups = [
    group('redis.cache.svc', {
      hosts: [host('redis-0', ['10.244.0.8', 'fd00:10:244::8']), host('redis-1', ['172.20.1.9'])],
      nodes: [node('', { addresses: 'hosts' })],
    }),
    // The same address under another name.
    group('metrics.cache.svc', { hosts: [host('10-244-0-8', ['10.244.0.8'])], ttlSeconds: 10 }),
    group('web.shop.svc', {
      own: [address('10.96.0.10'), address('203.0.113.7')],
      nodes: [node('', { addresses: 'base' })],
    }),
    // The own address of one group is a host's of another; and a group whose addresses point nowhere.
    group('front.shop.svc', { own: [address('172.20.1.8')], nodes: [node('', { addresses: 'base' })] }),
    group('behind.shop.svc', { hosts: [host('behind-0', ['172.20.1.8', '172.20.1.7'])], ttlSeconds: 10 }),
    group('silent.shop.svc', {
      own: [address('10.96.0.11')],
      hosts: [host('silent-0', ['10.244.0.8', '10.244.0.9'])],
      hasPointers: false,
    }),
    // Outside every block.
    group('edge.shop.svc', { hosts: [host('edge-0', ['198.51.100.4', '2001:db8:2::4'])] }),
  ];
  const origins = ['cluster.local', 'prod.k8s.example.com'];
  edge = await startOpenEdge(snapshot(groups, { origins, prefixes }), origins);
});

type Row = readonly [question: string, type: string, answer: readonly string[]];

async function check([question, type, expected]: Row): Promise<void> {
  const answer = await edge.ask(question, type);
  expect(text(answer)).toEqual(expected);
  expect(answer.flags).toBe('QR AA RD');
}

/** The name of an IPv6 address; `::` is not understood. */
function ip6(groups: string): string {
  const nibbles = groups
    .split(':')
    .map((part) => part.padStart(4, '0'))
    .join('');
  return [...nibbles].reverse().join('.');
}

const redis6 = `${ip6('fd00:10:244:0:0:0:0:8')}.ip6.arpa`;
const edge6 = `${ip6('2001:db8:2:0:0:0:0:4')}.ip6.arpa`;
const noData = (zone: string) => ['NOERROR', ';; authority', soa(zone)];
const noName = (zone: string) => ['NXDOMAIN', ';; authority', soa(zone)];

describe('a published address', () => {
  test.for<Row>([
    [
      '9.1.20.172.in-addr.arpa',
      'PTR',
      ['NOERROR', '9.1.20.172.in-addr.arpa 30 IN PTR redis-1.redis.cache.svc.cluster.local'],
    ],
    ['10.0.96.10.in-addr.arpa', 'PTR', ['NOERROR', '10.0.96.10.in-addr.arpa 30 IN PTR web.shop.svc.cluster.local']],
    [redis6, 'PTR', ['NOERROR', `${redis6} 30 IN PTR redis-0.redis.cache.svc.cluster.local`]],
    ['7.113.0.203.in-addr.arpa', 'PTR', ['NOERROR', '7.113.0.203.in-addr.arpa 30 IN PTR web.shop.svc.cluster.local']],
  ])('%s %s', check);

  test('of several names has all of them, with the lowest TTL', async () => {
    const answer = await edge.ask('8.0.244.10.in-addr.arpa', 'PTR');
    expect(answer.answer.toSorted()).toEqual([
      '8.0.244.10.in-addr.arpa 10 IN PTR 10-244-0-8.metrics.cache.svc.cluster.local',
      '8.0.244.10.in-addr.arpa 10 IN PTR redis-0.redis.cache.svc.cluster.local',
    ]);
  });

  test("that is some name's own points to no host", async () => {
    expect((await edge.ask('8.1.20.172.in-addr.arpa', 'PTR')).answer).toEqual([
      '8.1.20.172.in-addr.arpa 30 IN PTR front.shop.svc.cluster.local',
    ]);
    expect((await edge.ask('7.1.20.172.in-addr.arpa', 'PTR')).answer).toEqual([
      '7.1.20.172.in-addr.arpa 10 IN PTR behind-0.behind.shop.svc.cluster.local',
    ]);
  });

  test('answers in the spelling that was asked', async () => {
    const upper = `${ip6('fd00:10:244:0:0:0:0:8').toUpperCase()}.IP6.Arpa`;
    expect((await edge.ask(upper, 'PTR')).answer).toEqual([`${upper} 30 IN PTR redis-0.redis.cache.svc.cluster.local`]);
    expect((await edge.ask('10.0.96.10.IN-ADDR.arpa', 'PTR')).answer).toEqual([
      '10.0.96.10.IN-ADDR.arpa 30 IN PTR web.shop.svc.cluster.local',
    ]);
  });

  test.for<Row>(
    ['A', 'AAAA', 'SOA', 'NS', 'TXT', 'SRV', 'CNAME'].map((type) => [
      '8.0.244.10.in-addr.arpa',
      type,
      noData('10.in-addr.arpa'),
    ]),
  )('has nothing but PTR records: %s %s', check);

  test.for<Row>([
    [
      '4.100.51.198.in-addr.arpa',
      'PTR',
      ['NOERROR', '4.100.51.198.in-addr.arpa 30 IN PTR edge-0.edge.shop.svc.cluster.local'],
    ],
    [edge6, 'PTR', ['NOERROR', `${edge6} 30 IN PTR edge-0.edge.shop.svc.cluster.local`]],
    ['4.100.51.198.in-addr.arpa', 'A', noData('4.100.51.198.in-addr.arpa')],
    ['4.100.51.198.in-addr.arpa', 'SOA', ['NOERROR', soa('4.100.51.198.in-addr.arpa')]],
  ])('outside every block is a zone of its own: %s %s', check);
});

describe('inside a block', () => {
  test.for<Row>([
    ['9.0.244.10.in-addr.arpa', 'PTR', noName('10.in-addr.arpa')],
    ['9.0.244.10.in-addr.arpa', 'A', noName('10.in-addr.arpa')],
    // Addresses that hosts and base names have, and that point nowhere.
    ['11.0.96.10.in-addr.arpa', 'PTR', noName('10.in-addr.arpa')],
    ['255.10.in-addr.arpa', 'PTR', noName('10.in-addr.arpa')],
    ['1.0.16.172.in-addr.arpa', 'PTR', noName('16.172.in-addr.arpa')],
    ['1.0.31.172.in-addr.arpa', 'PTR', noName('31.172.in-addr.arpa')],
    ['1.7.168.192.in-addr.arpa', 'PTR', noName('7.168.192.in-addr.arpa')],
    [`${ip6('fd00:10:244:0:0:0:0:9')}.ip6.arpa`, 'PTR', noName('d.f.ip6.arpa')],
    [`${ip6('fc12:0:0:0:0:0:0:1')}.ip6.arpa`, 'PTR', noName('c.f.ip6.arpa')],
    [`${ip6('2001:db8:1:0:0:0:0:1')}.ip6.arpa`, 'PTR', noName(`${ip6('2001:db8:1')}.ip6.arpa`)],
  ])('another address does not exist: %s %s', check);

  test.for<Row>([
    ['244.10.in-addr.arpa', 'PTR', noData('10.in-addr.arpa')],
    ['0.244.10.in-addr.arpa', 'A', noData('10.in-addr.arpa')],
    ['96.10.in-addr.arpa', 'ANY', noData('10.in-addr.arpa')],
    ['1.20.172.in-addr.arpa', 'PTR', noData('20.172.in-addr.arpa')],
    ['0.0.d.f.ip6.arpa', 'PTR', noData('d.f.ip6.arpa')],
    ['0.0.0.d.f.ip6.arpa', 'PTR', noData('d.f.ip6.arpa')],
    ['1.0.0.0.0.d.f.ip6.arpa', 'PTR', noData('d.f.ip6.arpa')],
    ['0.0.0.0.0.d.f.ip6.arpa', 'PTR', noName('d.f.ip6.arpa')],
    ['245.10.in-addr.arpa', 'PTR', noName('10.in-addr.arpa')],
    ['1.244.10.in-addr.arpa', 'PTR', noName('10.in-addr.arpa')],
    ['0.1.d.f.ip6.arpa', 'PTR', noName('d.f.ip6.arpa')],
  ])('a part of an address exists where an address is below it: %s %s', check);

  test.for<Row>([
    ['10.in-addr.arpa', 'SOA', ['NOERROR', soa('10.in-addr.arpa')]],
    ['10.in-addr.arpa', 'NS', ['NOERROR', '10.in-addr.arpa 30 IN NS ns.dns.cluster.local']],
    ['10.in-addr.arpa', 'PTR', noData('10.in-addr.arpa')],
    ['10.in-addr.arpa', 'A', noData('10.in-addr.arpa')],
    ['16.172.in-addr.arpa', 'SOA', ['NOERROR', soa('16.172.in-addr.arpa')]],
    ['31.172.in-addr.arpa', 'NS', ['NOERROR', '31.172.in-addr.arpa 30 IN NS ns.dns.cluster.local']],
    ['4.168.192.in-addr.arpa', 'SOA', ['NOERROR', soa('4.168.192.in-addr.arpa')]],
    ['c.f.ip6.arpa', 'SOA', ['NOERROR', soa('c.f.ip6.arpa')]],
    ['d.f.ip6.arpa', 'TXT', noData('d.f.ip6.arpa')],
    ['7.113.0.203.in-addr.arpa', 'SOA', ['NOERROR', soa('7.113.0.203.in-addr.arpa')]],
  ])('the apex is there: %s %s', check);

  test.for<Row>([
    ['x.8.0.244.10.in-addr.arpa', 'PTR', noName('10.in-addr.arpa')],
    ['1.8.0.244.10.in-addr.arpa', 'PTR', noName('10.in-addr.arpa')],
    ['08.0.244.10.in-addr.arpa', 'PTR', noName('10.in-addr.arpa')],
    ['8.00.244.10.in-addr.arpa', 'PTR', noName('10.in-addr.arpa')],
    ['256.0.244.10.in-addr.arpa', 'PTR', noName('10.in-addr.arpa')],
    ['-1.0.244.10.in-addr.arpa', 'PTR', noName('10.in-addr.arpa')],
    ['x.10.in-addr.arpa', 'PTR', noName('10.in-addr.arpa')],
    ['x.244.10.in-addr.arpa', 'A', noName('10.in-addr.arpa')],
    [`0.${redis6}`, 'PTR', noName('d.f.ip6.arpa')],
    ['g.0.d.f.ip6.arpa', 'PTR', noName('d.f.ip6.arpa')],
    ['00.d.f.ip6.arpa', 'PTR', noName('d.f.ip6.arpa')],
  ])('a name that spells no address does not exist: %s %s', check);
});

describe('outside every block nothing is claimed', () => {
  test.for([
    '8.8.8.8.in-addr.arpa',
    '4.100.51.199.in-addr.arpa',
    '5.100.51.198.in-addr.arpa',
    '100.51.198.in-addr.arpa',
    'x.4.100.51.198.in-addr.arpa',
    '1.0.15.172.in-addr.arpa',
    '1.0.32.172.in-addr.arpa',
    '172.in-addr.arpa',
    'x.172.in-addr.arpa',
    '016.172.in-addr.arpa',
    '168.192.in-addr.arpa',
    '18.198.in-addr.arpa',
    '198.in-addr.arpa',
    '1.8.168.192.in-addr.arpa',
    '8.113.0.203.in-addr.arpa',
    'in-addr.arpa',
    'ip6.arpa',
    'arpa',
    'f.ip6.arpa',
    'e.f.ip6.arpa',
    `${ip6('2001:db8:1')}.ip6.arpa`.slice(2),
    `${ip6('2001:db8:2:0:0:0:0:5')}.ip6.arpa`,
    'x10.in-addr.arpa',
    '10.in-addr.arpa.cluster',
    '10.xin-addr.arpa',
  ])('%s', async (question) => {
    const answer = await edge.ask(question, 'PTR');
    expect(outcome(answer)).toBe('REFUSED EDE 20');
    expect(answer).toMatchObject({ flags: 'QR RD', authority: [] });
  });
});

test('without a reverse zone, no address is answered', async () => {
  const published = snapshot([group('a.svc', { hosts: [host('a-0', ['10.1.1.1'])] })]);
  if (published.kind === 'retired') throw new Error('it is live');
  const zones = published.zones.filter(({ kind }) => kind !== 'reverse');
  const bare = await startOpenEdge({ ...published, zones });
  expect(outcome(await bare.ask('a-0.a.svc.cluster.local'))).toBe('NOERROR 10.1.1.1');
  expect(outcome(await bare.ask('1.1.1.10.in-addr.arpa', 'PTR'))).toBe('REFUSED EDE 20');
});
