/** Names below a cluster's domain: what exists, what does not, and what stands beside an answer. */
import { beforeAll, describe, expect, test } from 'vitest';
import { name } from '../message/build-query.ts';
import { decodeAnswer } from '../message/decode-answer.ts';
import { type Edge, startOpenEdge } from '../support/edge.ts';
import { outcome, soa, text } from '../support/outcome.ts';
import { post, queryForName } from '../support/question.ts';
import { exampleZone, origins } from './example-zone.ts';

let edge: Edge;
beforeAll(async () => {
  edge = await startOpenEdge(exampleZone, [...origins]);
});

type Row = readonly [question: string, type: string, answer: readonly string[]];

/** Names that end in a dot are whole; others are below `cluster.local`. */
function asked(question: string): string {
  return question.endsWith('.') ? question.slice(0, -1) : `${question}.cluster.local`;
}

async function check([question, type, expected]: Row): Promise<void> {
  const answer = await edge.ask(asked(question), type);
  expect(text(answer)).toEqual(expected);
  expect(answer.flags).toBe('QR AA RD');
  expect(answer.questions[0]?.split(' ')[0]).toBe(asked(question));
}

const negative = (rcode: string, zone = 'cluster.local') => [rcode, ';; authority', soa(zone)];
const noData = negative('NOERROR');
const noName = negative('NXDOMAIN');

describe('data', () => {
  test.for<Row>([
    ['redis-0.redis.cache.svc', 'A', ['NOERROR', 'redis-0.redis.cache.svc.cluster.local 30 IN A 10.244.0.8']],
    [
      'redis.cache.svc',
      'A',
      [
        'NOERROR',
        'redis.cache.svc.cluster.local 30 IN A 10.244.0.8',
        'redis.cache.svc.cluster.local 30 IN A 10.244.0.9',
      ],
    ],
    ['db-0.db.cache.svc', 'A', ['NOERROR', 'db-0.db.cache.svc.cluster.local 30 IN A 10.244.1.5']],
    ['db-0.db.cache.svc', 'AAAA', ['NOERROR', 'db-0.db.cache.svc.cluster.local 30 IN AAAA fd00:10:244::5']],
    ['2001-db8--0.db.cache.svc', 'AAAA', ['NOERROR', '2001-db8--0.db.cache.svc.cluster.local 30 IN AAAA 2001:db8::']],
    ['web.shop.svc', 'A', ['NOERROR', 'web.shop.svc.cluster.local 30 IN A 10.96.0.10']],
    ['_http._tcp.web.shop.svc', 'A', ['NOERROR', '_http._tcp.web.shop.svc.cluster.local 30 IN A 10.96.0.10']],
  ])('%s %s', check);

  test.for<Row>([
    [
      '_redis._tcp.redis.cache.svc',
      'SRV',
      [
        'NOERROR',
        '_redis._tcp.redis.cache.svc.cluster.local 30 IN SRV 0 50 6379 redis-0.redis.cache.svc.cluster.local',
        '_redis._tcp.redis.cache.svc.cluster.local 30 IN SRV 0 50 6379 redis-1.redis.cache.svc.cluster.local',
        ';; additional',
        'redis-0.redis.cache.svc.cluster.local 30 IN A 10.244.0.8',
        'redis-1.redis.cache.svc.cluster.local 30 IN A 10.244.0.9',
      ],
    ],
    [
      'redis-1.redis.cache.svc',
      'SRV',
      [
        'NOERROR',
        'redis-1.redis.cache.svc.cluster.local 30 IN SRV 0 100 6379 redis-1.redis.cache.svc.cluster.local',
        ';; additional',
        'redis-1.redis.cache.svc.cluster.local 30 IN A 10.244.0.9',
      ],
    ],
    [
      'web.shop.svc',
      'SRV',
      [
        'NOERROR',
        'web.shop.svc.cluster.local 30 IN SRV 0 50 80 web.shop.svc.cluster.local',
        'web.shop.svc.cluster.local 30 IN SRV 0 50 443 web.shop.svc.cluster.local',
        ';; additional',
        'web.shop.svc.cluster.local 30 IN A 10.96.0.10',
      ],
    ],
  ])('%s %s, with the addresses of its targets', check);
});

describe('the apex', () => {
  test.for<Row>([
    ['cluster.local.', 'SOA', ['NOERROR', soa('cluster.local')]],
    ['cluster.local.', 'NS', ['NOERROR', 'cluster.local 30 IN NS ns.dns.cluster.local']],
    ['dns-version', 'TXT', ['NOERROR', 'dns-version.cluster.local 28800 IN TXT "1.1.0"']],
    ['cluster.local.', 'A', noData],
    ['cluster.local.', 'TXT', noData],
    ['cluster.local.', 'DS', noData],
    ['ns.dns', 'A', noData],
    ['dns', 'A', noData],
  ])('%s %s', check);
});

describe('NODATA: the name exists, the type does not', () => {
  test.for<Row>([
    ['redis-0.redis.cache.svc', 'AAAA', noData],
    ['2001-db8--0.db.cache.svc', 'A', noData],
    ['db-0.db.cache.svc', 'SRV', noData],
    ['web.shop.svc', 'AAAA', noData],
    ['web.shop.svc', 'CNAME', noData],
    ['web.shop.svc', 'MX', noData],
    ['web.shop.svc', 'HTTPS', noData],
    ['web.shop.svc', 'TXT', noData],
    ['web.shop.svc', 'SOA', noData],
    ['web.shop.svc', 'NS', noData],
    ['web.shop.svc', 'PTR', noData],
    ['web.shop.svc', 'DS', noData],
    ['dns-version', 'A', noData],
    ['_redis._tcp.redis.cache.svc', 'AAAA', noData],
  ])('%s %s', check);

  test('a type that nobody knows', async () => {
    for (const type of [1000, 65_535, 65_280]) {
      expect(text(await edge.ask('web.shop.svc.cluster.local', type))).toEqual(noData);
    }
  });
});

describe('empty non-terminals exist', () => {
  test.for<Row>([
    ['svc', 'A', noData],
    ['pod', 'A', noData],
    ['cache.svc', 'A', noData],
    ['empty.svc', 'A', noData],
    ['empty.svc', 'ANY', noData],
    ['_tcp.redis.cache.svc', 'SRV', noData],
    ['_tcp.web.shop.svc', 'A', noData],
    ['odd.svc', 'AAAA', noData],
  ])('%s %s', check);
});

describe('NXDOMAIN: the name does not exist, whatever the type', () => {
  const names = [
    'nope',
    'nope.svc',
    'nope.cache.svc',
    'redis-2.redis.cache.svc',
    'x.redis-0.redis.cache.svc',
    'x.web.shop.svc',
    '_x._tcp.redis.cache.svc',
    '_redis._udp.redis.cache.svc',
    '_redis._tcp.redis-0.redis.cache.svc',
    'x._redis._tcp.redis.cache.svc',
    'a.b.c.d.redis.cache.svc',
    'x.dns-version',
    'x.ns.dns',
    'x.pod',
    '*',
    '*.cache.svc',
    'google.com.cache.svc',
    'google.com',
  ];
  test.for(names.flatMap((given) => ['A', 'SRV', 'SOA', 'TXT', 'ANY'].map((type) => [given, type, noName] as Row)))(
    '%s %s',
    check,
  );
});

describe('the zone that is asked', () => {
  test.for<Row>([
    [
      'redis-0.redis.cache.svc.prod.k8s.example.com.',
      'A',
      ['NOERROR', 'redis-0.redis.cache.svc.prod.k8s.example.com 30 IN A 10.244.0.8'],
    ],
    ['prod.k8s.example.com.', 'SOA', ['NOERROR', soa('prod.k8s.example.com')]],
    ['prod.k8s.example.com.', 'NS', ['NOERROR', 'prod.k8s.example.com 30 IN NS ns.dns.prod.k8s.example.com']],
    ['nope.prod.k8s.example.com.', 'A', negative('NXDOMAIN', 'prod.k8s.example.com')],
    ['cache.svc.prod.k8s.example.com.', 'A', negative('NOERROR', 'prod.k8s.example.com')],
    [
      '_http._tcp.web.shop.svc.prod.k8s.example.com.',
      'SRV',
      [
        'NOERROR',
        '_http._tcp.web.shop.svc.prod.k8s.example.com 30 IN SRV 0 100 80 web.shop.svc.prod.k8s.example.com',
        ';; additional',
        'web.shop.svc.prod.k8s.example.com 30 IN A 10.96.0.10',
      ],
    ],
    ['inner.cluster.local.', 'SOA', ['NOERROR', soa('inner.cluster.local')]],
    ['nope.inner.cluster.local.', 'A', negative('NXDOMAIN', 'inner.cluster.local')],
    ['web.shop.svc.inner.cluster.local.', 'A', ['NOERROR', 'web.shop.svc.inner.cluster.local 30 IN A 10.96.0.10']],
    ['x.deep.inner.cluster.local.', 'A', negative('NXDOMAIN', 'deep.inner.cluster.local')],
    ['xdeep.inner.cluster.local.', 'A', negative('NXDOMAIN', 'inner.cluster.local')],
    ['xinner.cluster.local.', 'A', noName],
  ])('is the longest that holds the name, and answers are in it: %s %s', check);

  test.for([
    'cluster.local.example',
    'local',
    'xcluster.local',
    'k8s.example.com',
    'xprod.k8s.example.com',
    'web.shop.svc',
    'example.com',
    '.',
  ])('no zone holds %s', async (question) => {
    const answer = await edge.ask(question);
    expect(outcome(answer)).toBe('REFUSED EDE 20');
    expect(answer).toMatchObject({ flags: 'QR RD', authority: [], additional: [] });
  });

  test('a label with a dot in it is not two labels', async () => {
    const response = await edge.fetch('/dns-query', post(queryForName(name('web', 'shop', 'svc', 'cluster.local'))));
    expect(outcome(decodeAnswer(new Uint8Array(await response.arrayBuffer())))).toBe('REFUSED EDE 20');
  });
});

describe('letter case', () => {
  test.for([
    ['WEB.Shop.SVC.Cluster.LOCAL', 'A', ['NOERROR', 'WEB.Shop.SVC.Cluster.LOCAL 30 IN A 10.96.0.10']],
    [
      '_HTTP._tcp.web.shop.svc.CLUSTER.local',
      'SRV',
      [
        'NOERROR',
        '_HTTP._tcp.web.shop.svc.CLUSTER.local 30 IN SRV 0 100 80 web.shop.svc.CLUSTER.local',
        ';; additional',
        // Written before in the question, in its spelling.
        'web.shop.svc.CLUSTER.local 30 IN A 10.96.0.10',
      ],
    ],
    ['Nope.CLUSTER.local', 'A', negative('NXDOMAIN', 'CLUSTER.local')],
    ['Prod.K8s.Example.COM', 'SOA', ['NOERROR', soa('Prod.K8s.Example.COM')]],
  ] as const)('does not matter and comes back: %s %s', async ([question, type, expected]) => {
    expect(text(await edge.ask(question, type))).toEqual(expected);
  });
});

describe('labels are octets', () => {
  const rest = ['odd', 'svc', 'cluster', 'local'] as const;

  test.for([
    ['a dot in a label', ['a.b', ...rest], 'NOERROR 10.244.9.1'],
    ['the same dot between labels', ['a', 'b', ...rest], 'NOERROR 10.244.9.5'],
    ['a NUL and 255', ['\0\xff', ...rest], 'NOERROR 10.244.9.2'],
    ['a NUL more', ['\0\0\xff', ...rest], 'NXDOMAIN'],
    ['a property of every object', ['__proto__', ...rest], 'NOERROR 10.244.9.3'],
    ['another', ['constructor', ...rest], 'NOERROR 10.244.9.4'],
    ['one that nobody published', ['hasOwnProperty', ...rest], 'NXDOMAIN'],
    [
      'the Kelvin sign, which is no k',
      ['redis-0', 'redis', 'cache', 'svc', 'cluster', 'local\xe2\x84\xaa'],
      'REFUSED EDE 20',
    ],
    ['a letter with its eighth bit set', ['web'.replace('w', '\xf7'), 'shop', 'svc', 'cluster', 'local'], 'NXDOMAIN'],
  ] as const)('%s', async ([, labels, expected]) => {
    const response = await edge.fetch('/dns-query', post(queryForName(name(...labels))));
    expect(outcome(decodeAnswer(new Uint8Array(await response.arrayBuffer())))).toBe(expected);
  });
});

test('a name of 255 octets is a name', async () => {
  const labels = ['x'.repeat(63), 'x'.repeat(63), 'x'.repeat(63), 'x'.repeat(47), 'cluster', 'local'];
  expect(name(...labels)).toHaveLength(255);
  const response = await edge.fetch('/dns-query', post(queryForName(name(...labels))));
  expect(outcome(decodeAnswer(new Uint8Array(await response.arrayBuffer())))).toBe('NXDOMAIN');
});
