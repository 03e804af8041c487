/** ANY is answered with one set of those that the name has (RFC 8482 §4.1), and says as any type whether it exists. */
import { beforeAll, describe, expect, test } from 'vitest';
import { type Edge, startOpenEdge } from '../support/edge.ts';
import { soa, text } from '../support/outcome.ts';
import { address, cname, group, host, node, ns, plain, snapshot, txt } from '../support/zone.ts';

const srv = { priority: 0, weight: 50, port: 80, targets: 'base' } as const;

const zone = snapshot(
  [
    plain('@', ns('ns.dns')),
    group('ns.dns'),
    group('both.shop.svc', {
      own: [address('10.96.0.1'), address('fd00::1')],
      nodes: [node('', { addresses: 'base', services: [srv] })],
    }),
    group('six.shop.svc', {
      own: [address('fd00::2')],
      nodes: [node('', { addresses: 'base', services: [srv] })],
    }),
    group('ports.shop.svc', { own: [address('10.96.0.3')], nodes: [node('', { services: [srv] })] }),
    group('hosts.shop.svc', { hosts: [host('a', ['10.244.0.1'])], nodes: [node('', { addresses: 'hosts' })] }),
    plain('words.shop.svc', txt('1')),
    plain('words-and-servers.shop.svc', ns('ns.dns'), txt('1')),
    plain('outside.shop.svc', cname('db.example.com.')),
    plain('inside.shop.svc', cname('both.shop.svc')),
    group('empty.shop.svc'),
  ],
  { prefixes: ['10.0.0.0/8'] },
);

let edge: Edge;
beforeAll(async () => {
  edge = await startOpenEdge(zone);
});

const negative = [';; authority', soa('cluster.local')];

test.for([
  ['both.shop.svc', ['NOERROR', 'both.shop.svc.cluster.local 30 IN A 10.96.0.1']],
  ['six.shop.svc', ['NOERROR', 'six.shop.svc.cluster.local 30 IN AAAA fd00::2']],
  ['ports.shop.svc', ['NOERROR', 'ports.shop.svc.cluster.local 30 IN SRV 0 50 80 ports.shop.svc.cluster.local']],
  ['a.hosts.shop.svc', ['NOERROR', 'a.hosts.shop.svc.cluster.local 30 IN A 10.244.0.1']],
  ['words.shop.svc', ['NOERROR', 'words.shop.svc.cluster.local 30 IN TXT "1"']],
  ['words-and-servers.shop.svc', ['NOERROR', 'words-and-servers.shop.svc.cluster.local 30 IN TXT "1"']],
  ['outside.shop.svc', ['NOERROR', 'outside.shop.svc.cluster.local 30 IN CNAME db.example.com']],
  ['inside.shop.svc', ['NOERROR', 'inside.shop.svc.cluster.local 30 IN CNAME both.shop.svc.cluster.local']],
  ['empty.shop.svc', ['NOERROR', ...negative]],
  ['shop.svc', ['NOERROR', ...negative]],
  ['nope.shop.svc', ['NXDOMAIN', ...negative]],
] as const)('%s', async ([name, expected]) => {
  expect(text(await edge.ask(`${name}.cluster.local`, 'ANY'))).toEqual(expected);
});

describe('at an apex', () => {
  test('NS records before the SOA record', async () => {
    expect(text(await edge.ask('cluster.local', 'ANY'))).toEqual([
      'NOERROR',
      'cluster.local 30 IN NS ns.dns.cluster.local',
    ]);
    expect(text(await edge.ask('10.in-addr.arpa', 'ANY'))).toEqual([
      'NOERROR',
      '10.in-addr.arpa 30 IN NS ns.dns.cluster.local',
    ]);
  });

  test('the SOA record where there is nothing else', async () => {
    const bare = await startOpenEdge(snapshot([group('svc')]));
    expect(text(await bare.ask('cluster.local', 'ANY'))).toEqual(['NOERROR', soa('cluster.local')]);
  });
});

describe('of an address', () => {
  test.for([
    ['1.0.244.10.in-addr.arpa', ['NOERROR', '1.0.244.10.in-addr.arpa 30 IN PTR a.hosts.shop.svc.cluster.local']],
    ['2.0.244.10.in-addr.arpa', ['NXDOMAIN', ';; authority', soa('10.in-addr.arpa')]],
    ['0.244.10.in-addr.arpa', ['NOERROR', ';; authority', soa('10.in-addr.arpa')]],
  ] as const)('%s', async ([name, expected]) => {
    expect(text(await edge.ask(name, 'ANY'))).toEqual(expected);
  });
});
