/** Labels that spell addresses: names that are answered without standing in the snapshot. */
import { beforeAll, describe, expect, test } from 'vitest';
import { name } from '../message/build-query.ts';
import { decodeAnswer } from '../message/decode-answer.ts';
import { type Edge, startOpenEdge } from '../support/edge.ts';
import { outcome, soa, text } from '../support/outcome.ts';
import { post, queryForName } from '../support/question.ts';
import { group, host, snapshot } from '../support/zone.ts';

let edge: Edge;
beforeAll(async () => {
  const spelled = { answersDashed: true, hasPointers: false };
  const groups = [
    group('shop.pod', { ...spelled, ttlSeconds: 5 }),
    group('quiet.pod'),
    group('listed.pod', { hosts: [host('10-0-0-1', ['10.0.0.1'])], hasPointers: false }),
  ];
  const origins = ['cluster.local', 'k8s.example.com'];
  edge = await startOpenEdge(snapshot(groups, { origins, prefixes: ['10.0.0.0/8'] }), origins);
});

type Row = readonly [question: string, type: string, answer: readonly string[]];

async function check([question, type, expected]: Row): Promise<void> {
  expect(text(await edge.ask(`${question}.cluster.local`, type))).toEqual(expected);
}

const record = (owner: string, type: string, address: string) => [
  'NOERROR',
  `${owner}.cluster.local 5 IN ${type} ${address}`,
];
const authority = [';; authority', soa('cluster.local')];
const noData = ['NOERROR', ...authority];
const noName = ['NXDOMAIN', ...authority];

describe('an address', () => {
  test.for<Row>([
    ['10-1-2-3.shop.pod', 'A', record('10-1-2-3.shop.pod', 'A', '10.1.2.3')],
    ['255-255-255-255.shop.pod', 'A', record('255-255-255-255.shop.pod', 'A', '255.255.255.255')],
    ['fd00--1.shop.pod', 'AAAA', record('fd00--1.shop.pod', 'AAAA', 'fd00::1')],
    ['FD00-0-0-0-0-0-0-1.Shop.pod', 'AAAA', record('FD00-0-0-0-0-0-0-1.Shop.pod', 'AAAA', 'fd00::1')],
    ['--.shop.pod', 'AAAA', record('--.shop.pod', 'AAAA', '::')],
    ['--ffff-a00-1.shop.pod', 'A', record('--ffff-a00-1.shop.pod', 'A', '10.0.0.1')],
  ])('%s %s', check);

  test.for<Row>(
    ['AAAA', 'SRV', 'TXT', 'CNAME', 'MX', 'SOA', 'NS', 'HTTPS'].map((type) => ['10-1-2-3.shop.pod', type, noData]),
  )('has one type: %s %s', check);

  test.for<Row>([
    ['fd00--1.shop.pod', 'A', noData],
    ['--ffff-a00-1.shop.pod', 'AAAA', noData],
  ])('has one type: %s %s', check);

  test('is answered below every origin, and has no PTR record', async () => {
    expect(text(await edge.ask('10-1-2-3.shop.pod.k8s.example.com'))).toEqual([
      'NOERROR',
      '10-1-2-3.shop.pod.k8s.example.com 5 IN A 10.1.2.3',
    ]);
    expect(outcome(await edge.ask('3.2.1.10.in-addr.arpa', 'PTR'))).toBe('NXDOMAIN');
  });
});

describe('what spells none does not exist', () => {
  test.for<Row>(
    [
      ...['10-1-2.shop.pod', '10-1-2-03.shop.pod', '10-1-2-256.shop.pod', '10-1-2-3-4.shop.pod', 'redis-0.shop.pod'],
      ...['fd00--1--2.shop.pod', '-.shop.pod', 'x.10-1-2-3.shop.pod', 'x.y.10-1-2-3.shop.pod'],
      ...['10-1-2-3.10-1-2-3.shop.pod', '10-1-2-3.pod', '10-1-2-3.quiet.pod', '10-1-2-3.nope.pod'],
      // Where addresses are listed, only those that are.
      ...['10-0-0-2.listed.pod', '--ffff-a00-1.listed.pod'],
    ].map((question) => [question, 'A', noName]),
  )('%s %s', check);

  test.for<Row>([
    ['shop.pod', 'A', noData],
    ['10-0-0-1.listed.pod', 'AAAA', noData],
  ])('but this exists: %s %s', check);

  test('a dot in a label is no dash', async () => {
    const ask = async (label: string) => {
      const question = queryForName(name(label, 'shop', 'pod', 'cluster', 'local'));
      const response = await edge.fetch('/dns-query', post(question));
      return outcome(decodeAnswer(new Uint8Array(await response.arrayBuffer())));
    };
    expect(await ask('10-1-2-3')).toBe('NOERROR 10.1.2.3');
    for (const label of ['10.1.2.3', '10-1-2.3', 'fd00::1', '--ffff-10.0.0.1']) {
      expect(await ask(label)).toBe('NXDOMAIN');
    }
  });
});
