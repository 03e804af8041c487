/** CNAME records: they answer every type, and the RCODE is that of the last name. */
import { beforeAll, describe, expect, test } from 'vitest';
import { type Edge, startOpenEdge } from '../support/edge.ts';
import { soa, text } from '../support/outcome.ts';
import { exampleZone, maxChain, origins } from './example-zone.ts';

let edge: Edge;
beforeAll(async () => {
  edge = await startOpenEdge(exampleZone, [...origins]);
});

type Row = readonly [question: string, type: string, answer: readonly string[]];

async function check([question, type, expected]: Row): Promise<void> {
  expect(text(await edge.ask(`${question}.cluster.local`, type))).toEqual(expected);
}

function cname(owner: string, target: string, zone = 'cluster.local'): string {
  return `${owner}.${zone} 30 IN CNAME ${target}${target === '' ? '' : '.'}${zone}`;
}

const toDb = 'outside.shop.svc.cluster.local 30 IN CNAME db.example.com';
const authority = [';; authority', soa('cluster.local')];

describe('to a name outside: the CNAME alone, for every type', () => {
  test.for<Row>(
    ['A', 'AAAA', 'CNAME', 'SRV', 'TXT', 'MX', 'HTTPS', 'SOA', 'NS', 'ANY'].map((type) => [
      'outside.shop.svc',
      type,
      ['NOERROR', toDb],
    ]),
  )('%s %s', check);

  test.for<Row>([
    ['on-outside.shop.svc', 'A', ['NOERROR', cname('on-outside.shop.svc', 'outside.shop.svc'), toDb]],
    ['x.outside.shop.svc', 'A', ['NXDOMAIN', ...authority]],
  ])('%s %s', check);
});

describe('to a name in the zone', () => {
  const toWeb = cname('alias.shop.svc', 'web.shop.svc');

  test.for<Row>([
    ['alias.shop.svc', 'A', ['NOERROR', toWeb, 'web.shop.svc.cluster.local 30 IN A 10.96.0.10']],
    ['alias.shop.svc', 'CNAME', ['NOERROR', toWeb]],
    ['alias.shop.svc', 'ANY', ['NOERROR', toWeb]],
    [
      'alias.shop.svc',
      'SRV',
      [
        'NOERROR',
        toWeb,
        'web.shop.svc.cluster.local 30 IN SRV 0 50 80 web.shop.svc.cluster.local',
        'web.shop.svc.cluster.local 30 IN SRV 0 50 443 web.shop.svc.cluster.local',
        ';; additional',
        'web.shop.svc.cluster.local 30 IN A 10.96.0.10',
      ],
    ],
    ['alias.shop.svc', 'AAAA', ['NOERROR', toWeb, ...authority]],
    ['alias.shop.svc', 'TXT', ['NOERROR', toWeb, ...authority]],
    [
      'twice.shop.svc',
      'A',
      ['NOERROR', cname('twice.shop.svc', 'alias.shop.svc'), toWeb, 'web.shop.svc.cluster.local 30 IN A 10.96.0.10'],
    ],
    ['dangling.shop.svc', 'A', ['NXDOMAIN', cname('dangling.shop.svc', 'nothing.shop.svc'), ...authority]],
    ['dangling.shop.svc', 'MX', ['NXDOMAIN', cname('dangling.shop.svc', 'nothing.shop.svc'), ...authority]],
    ['dangling.shop.svc', 'CNAME', ['NOERROR', cname('dangling.shop.svc', 'nothing.shop.svc')]],
    ['to-parent.shop.svc', 'A', ['NOERROR', cname('to-parent.shop.svc', 'shop.svc'), ...authority]],
    ['to-apex.shop.svc', 'A', ['NOERROR', cname('to-apex.shop.svc', ''), ...authority]],
    ['to-apex.shop.svc', 'SOA', ['NOERROR', cname('to-apex.shop.svc', ''), soa('cluster.local')]],
    [
      'to-apex.shop.svc',
      'NS',
      ['NOERROR', cname('to-apex.shop.svc', ''), 'cluster.local 30 IN NS ns.dns.cluster.local'],
    ],
  ])('%s %s', check);

  test('is in the zone and the spelling that was asked', async () => {
    expect(text(await edge.ask('Alias.Shop.svc.Prod.K8s.example.com', 'A'))).toEqual([
      'NOERROR',
      'Alias.Shop.svc.Prod.K8s.example.com 30 IN CNAME web.Shop.svc.Prod.K8s.example.com',
      'web.Shop.svc.Prod.K8s.example.com 30 IN A 10.96.0.10',
    ]);
  });
});

describe('a chain that does not end', () => {
  const aToB = cname('a.loop.svc', 'b.loop.svc');
  const bToA = cname('b.loop.svc', 'a.loop.svc');

  test.for<Row>([
    ['to-self.shop.svc', 'A', ['NOERROR', cname('to-self.shop.svc', 'to-self.shop.svc')]],
    ['a.loop.svc', 'A', ['NOERROR', aToB, bToA]],
    ['b.loop.svc', 'AAAA', ['NOERROR', bToA, aToB]],
    [
      'A.LOOP.svc',
      'A',
      ['NOERROR', cname('A.LOOP.svc', 'b.LOOP.svc'), 'b.LOOP.svc.cluster.local 30 IN CNAME A.LOOP.svc.cluster.local'],
    ],
    ['into.loop.svc', 'A', ['NOERROR', cname('into.loop.svc', 'a.loop.svc'), aToB, bToA]],
  ])('%s %s: each record once', check);
});

describe('a long chain', () => {
  function chainFrom(first: number, count: number): string[] {
    return Array.from({ length: count }, (_, i) => cname(`c${first + i}.chain.svc`, `c${first + i + 1}.chain.svc`));
  }

  test(`of ${maxChain - 1} is followed to its end`, async () => {
    expect(text(await edge.ask('c2.chain.svc.cluster.local'))).toEqual([
      'NOERROR',
      ...chainFrom(2, maxChain - 1),
      `c${maxChain + 1}.chain.svc.cluster.local 30 IN A 10.96.0.99`,
    ]);
  });

  test(`stops after ${maxChain}: whoever asked goes on from there`, async () => {
    expect(text(await edge.ask('c0.chain.svc.cluster.local'))).toEqual(['NOERROR', ...chainFrom(0, maxChain)]);
  });
});
