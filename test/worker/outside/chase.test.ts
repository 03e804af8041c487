/** Aliases that lead out of the zones: followed where names are forwarded, and left to the asker where they are not. */
import { beforeEach, describe, expect, test } from 'vitest';
import { dotted, header, message, opt, option, question } from '../message/build-query.ts';
import { decodeAnswer } from '../message/decode-answer.ts';
import { type Edge, startOpenEdge } from '../support/edge.ts';
import { extendedError, outcome, text } from '../support/outcome.ts';
import { post, queryFor } from '../support/question.ts';
import { answerTo, type Contents, dohResponse, outside, rcode, Upstream } from '../support/upstream.ts';
import { cname, plain, snapshot } from '../support/zone.ts';

const world = snapshot([
  plain('db.shop.svc', cname('db.example.com.')),
  plain('via.shop.svc', cname('db.shop.svc')),
  ...['printer.local', 'db.internal', 'x.test', 'localhost', '1.168.192.in-addr.arpa', '_dns.resolver.arpa'].map(
    (target) => plain(`to-${target.replaceAll('.', '-')}.shop.svc`, cname(`${target}.`)),
  ),
]);

let edge: Edge;
let upstream: Upstream;
beforeEach(async () => {
  edge = await startOpenEdge(world, ['cluster.local'], [], { outside: outside('forward') });
  upstream = new Upstream(edge.machine);
});

const alias = 'db.shop.svc.cluster.local 30 IN CNAME db.example.com';
const soa = {
  name: 'example.com',
  type: 'SOA',
  ttl: 900,
  data: { mname: 'ns.example.com', rname: 'x.example.com', serial: 7, refresh: 1, retry: 2, expire: 3, minimum: 20 },
} as const;
const soaLine = 'example.com 900 IN SOA ns.example.com x.example.com 7 1 2 3 20';

async function send(name: string, type: string) {
  const response = await edge.fetch('/dns-query', post(queryFor(`${name}.cluster.local`, type)));
  const answer = decodeAnswer(new Uint8Array(await response.arrayBuffer()));
  return { answer, caching: response.headers.get('cache-control') };
}

describe('the alias comes first, then what the upstream says of its target', () => {
  test.for<readonly [string, string, Contents, readonly string[], string]>([
    [
      'addresses',
      'A',
      { answers: [{ name: 'db.example.com', type: 'A', ttl: 60, data: '192.0.2.1' }] },
      ['NOERROR', alias, 'db.example.com 60 IN A 192.0.2.1'],
      'max-age=30',
    ],
    [
      'addresses of the other family, for less long',
      'AAAA',
      { answers: [{ name: 'db.example.com', type: 'AAAA', ttl: 5, data: '2001:db8::1' }] },
      ['NOERROR', alias, 'db.example.com 5 IN AAAA 2001:db8::1'],
      'max-age=5',
    ],
    [
      'another alias',
      'A',
      {
        answers: [
          { name: 'db.example.com', type: 'CNAME', ttl: 60, data: 'cdn.example.net' },
          { name: 'cdn.example.net', type: 'A', ttl: 60, data: '192.0.2.1' },
        ],
      },
      ['NOERROR', alias, 'db.example.com 60 IN CNAME cdn.example.net', 'cdn.example.net 60 IN A 192.0.2.1'],
      'max-age=30',
    ],
    ['no data', 'MX', { authorities: [soa] }, ['NOERROR', alias, ';; authority', soaLine], 'max-age=20'],
    [
      'no such name',
      'A',
      { flags: rcode.nameError, authorities: [soa] },
      ['NXDOMAIN', alias, ';; authority', soaLine],
      'max-age=20',
    ],
  ])('%s', async ([, type, contents, expected, expectedCaching]) => {
    upstream.answers(contents);
    const { answer, caching } = await send('db.shop.svc', type);
    expect(text(answer)).toEqual(expected);
    expect(answer.flags).toBe('QR AA RD RA');
    expect(caching).toBe(expectedCaching);
    expect(upstream.questions).toEqual([`db.example.com ${type}`]);
  });

  test('behind an alias of its own, in the zone and the spelling that was asked', async () => {
    upstream.answers({ answers: [{ name: 'db.example.com', type: 'A', ttl: 60, data: '192.0.2.1' }] });
    expect(text(await edge.ask('Via.Shop.svc.Cluster.local'))).toEqual([
      'NOERROR',
      'Via.Shop.svc.Cluster.local 30 IN CNAME db.Shop.svc.Cluster.local',
      'db.Shop.svc.Cluster.local 30 IN CNAME db.example.com',
      'db.example.com 60 IN A 192.0.2.1',
    ]);
  });
});

test('of whose zone the version is told, is told of its own answers alone', async () => {
  upstream.answers({ answers: [{ name: 'db.example.com', type: 'A', ttl: 60, data: '192.0.2.1' }] });
  const optionsOf = async (type: number) => {
    const asked = message(
      header({ counts: [1, 0, 0, 1] }),
      question(dotted('db.shop.svc.cluster.local'), type),
      opt(option(19)),
    );
    const response = await edge.fetch('/dns-query', post(Uint8Array.from(asked)));
    return decodeAnswer(new Uint8Array(await response.arrayBuffer())).opt!.options.map(({ code }) => code);
  };
  expect(await optionsOf(5)).toEqual([19]);
  expect(await optionsOf(1)).toEqual([]);
});

test.for(['CNAME', 'ANY'])('%s asks for the alias itself', async (type) => {
  expect(text((await send('db.shop.svc', type)).answer)).toEqual(['NOERROR', alias]);
  expect(upstream.received).toEqual([]);
});

test('where the upstream gives no answer there is none: half of one would be taken for all', async () => {
  upstream.does(() => new Response(null, { status: 500 }));
  const { answer, caching } = await send('db.shop.svc', 'A');
  expect(text(answer)).toEqual(['SERVFAIL']);
  expect(extendedError(answer)).toEqual({ code: 22, text: 'the upstream answered with HTTP status 500' });
  expect(caching).toBe('no-store');
});

test.for([
  ['REFUSED', rcode.refused],
  ['SERVFAIL', rcode.serverFailure],
] as const)('%s of the upstream is nobody’s answer about the alias', async ([expected, flags]) => {
  upstream.answers({ flags });
  const { answer, caching } = await send('db.shop.svc', 'A');
  expect(text(answer)).toEqual([expected]);
  expect(answer.flags).toBe('QR RD RA');
  expect(caching).toBe('no-store');
});

test('whoever wants no recursion gets the alias alone', async () => {
  const asked = message(header({ flags: 0 }), question(dotted('db.shop.svc.cluster.local')));
  const response = await edge.fetch('/dns-query', post(Uint8Array.from(asked)));
  expect(text(decodeAnswer(new Uint8Array(await response.arrayBuffer())))).toEqual(['NOERROR', alias]);
  expect(upstream.received).toEqual([]);
});

test('no data without SOA is not kept, though an alias leads there', async () => {
  upstream.answers({});
  const { answer, caching } = await send('db.shop.svc', 'A');
  expect(text(answer)).toEqual(['NOERROR', alias]);
  expect(caching).toBe('no-store');
});

test('an upstream that answers the first question instead of the target’s is not believed', async () => {
  upstream.does(() => dohResponse(answerTo(queryFor('db.shop.svc.cluster.local'), {})));
  expect(outcome((await send('db.shop.svc', 'A')).answer)).toBe('SERVFAIL EDE 23');
});

describe('a target that is special is asked of nobody', () => {
  const to = (target: string, label = target.replaceAll('.', '-')) =>
    `to-${label}.shop.svc.cluster.local 30 IN CNAME ${target}`;
  const empty = (apex: string) => `${apex} 10800 IN SOA ${apex} nobody.invalid 1 3600 1200 604800 10800`;

  test.for([
    ['printer.local', ['NOERROR', to('printer.local')]],
    ['db.internal', ['NOERROR', to('db.internal')]],
    ['1.168.192.in-addr.arpa', ['NOERROR', to('1.168.192.in-addr.arpa')]],
    ['localhost', ['NOERROR', to('localhost'), 'localhost 10800 IN A 127.0.0.1']],
    ['x.test', ['NXDOMAIN', to('x.test'), ';; authority', empty('test')]],
    ['_dns.resolver.arpa', ['NOERROR', to('_dns.resolver.arpa'), ';; authority', empty('resolver.arpa')]],
  ] as const)('%s', async ([target, expected]) => {
    const { answer } = await send(`to-${target.replaceAll('.', '-')}.shop.svc`, 'A');
    expect(text(answer)).toEqual(expected);
    expect(upstream.received).toEqual([]);
  });
});

describe('a snapshot that is not fresh', () => {
  beforeEach(() => upstream.answers({ answers: [{ name: 'db.example.com', type: 'A', ttl: 60, data: '192.0.2.1' }] }));

  test('stale: it is said, and only its own records are kept shorter', async () => {
    edge.machine.advance(3_600_000);
    const { answer } = await send('db.shop.svc', 'A');
    expect(text(answer)).toEqual([
      'NOERROR',
      'db.shop.svc.cluster.local 5 IN CNAME db.example.com',
      'db.example.com 60 IN A 192.0.2.1',
    ]);
    expect(extendedError(answer)?.code).toBe(3);
  });

  test('too old: nobody is asked', async () => {
    edge.machine.advance(25 * 3_600_000);
    expect(outcome((await send('db.shop.svc', 'A')).answer)).toBe('SERVFAIL EDE 22');
    expect(upstream.received).toEqual([]);
  });
});

test.for(['refuse', 'nxdomain'] as const)('by the policy %s the alias stands alone', async (kind) => {
  const alone = await startOpenEdge(world, ['cluster.local'], [], { outside: outside(kind) });
  for (const type of ['A', 'MX', 'ANY']) {
    expect(text(await alone.ask('db.shop.svc.cluster.local', type))).toEqual(['NOERROR', alias]);
  }
  expect(text(await alone.ask('to-localhost.shop.svc.cluster.local'))).toEqual([
    'NOERROR',
    'to-localhost.shop.svc.cluster.local 30 IN CNAME localhost',
  ]);
  expect(alone.machine.fetched).toEqual([]);
});
