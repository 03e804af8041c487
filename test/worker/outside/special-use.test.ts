/** Names outside the zones by each policy, and names that are special by any: those are never asked of anybody else. */
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { OutsidePolicy } from '../../../worker/outside/policy.ts';
import { type DecodedAnswer, decodeAnswer } from '../message/decode-answer.ts';
import { type Edge, startEdge, startOpenEdge } from '../support/edge.ts';
import { outcome, text } from '../support/outcome.ts';
import { post, queryFor } from '../support/question.ts';
import { outside, Upstream } from '../support/upstream.ts';
import { snapshot, webGroup } from '../support/zone.ts';

const endpointHost = 'dns.example.com';
const policies = ['refuse', 'nxdomain', 'forward'] as const;
const zones = ['cluster.local', 'prod.test', 'k8s.internal'];
const world = snapshot([webGroup('10.96.0.10')], { origins: zones, prefixes: ['10.0.0.0/8'] });

type Edges = Readonly<Record<OutsidePolicy['kind'], Edge>>;

let edges: Edges;
/** Of the edge that forwards. */
let upstream: Upstream;
beforeAll(async () => {
  const start = (kind: OutsidePolicy['kind']) =>
    startOpenEdge(world, zones, [], { outside: outside(kind, endpointHost) });
  edges = { refuse: await start('refuse'), nxdomain: await start('nxdomain'), forward: await start('forward') };
});
beforeEach(() => {
  upstream = new Upstream(edges.forward.machine);
  const names = { mname: 'elsewhere.example', rname: 'x.example' };
  const data = { ...names, serial: 1, refresh: 2, retry: 3, expire: 4, minimum: 60 };
  upstream.answers({ authorities: [{ name: '.', type: 'SOA', ttl: 60, data }] });
});

async function send(edge: Edge, name: string, type: string | number) {
  const response = await edge.fetch('/dns-query', post(queryFor(name, type)));
  expect(response.status).toBe(200);
  return {
    answer: decodeAnswer(new Uint8Array(await response.arrayBuffer())),
    caching: response.headers.get('cache-control'),
  };
}

/** The records of one section or another, or what was said instead. */
function lines(answer: DecodedAnswer): readonly string[] {
  return answer.rcode === 5 ? [outcome(answer)] : text(answer);
}

function emptyZone(apex: string): string {
  return `${apex} 10800 IN SOA ${apex} nobody.invalid 1 3600 1200 604800 10800`;
}

const refused = ['REFUSED EDE 20'];
const denied = ['NXDOMAIN'];
const forwarded = ['NOERROR', ';; authority', '. 60 IN SOA elsewhere.example x.example 1 2 3 4 60'];
const noName = (apex: string) => ['NXDOMAIN', ';; authority', emptyZone(apex)];
const noData = (apex: string) => ['NOERROR', ';; authority', emptyZone(apex)];

type Row = readonly [name: string, type: string | number];

describe('any other name: by the policy', () => {
  test.for<Row>([
    ['example.com', 'A'],
    ['example.com', 'ANY'],
    ['example.com', 65_280],
    ['.', 'NS'],
    ['com', 'A'],
    ['xlocalhost', 'A'],
    ['localhost.example', 'A'],
    ['local.example', 'A'],
    ['mytest', 'A'],
    ['dnscrypt', 'A'],
    ['arpa', 'NS'],
    ['example', 'A'],
    ['dns.example.com', 'A'],
    ['_dns.other.example.com', 64],
    ['x._dns.dns.example.com', 64],
    ['1.1.1.1.in-addr.arpa', 'PTR'],
    ['1.0.15.172.in-addr.arpa', 'PTR'],
    ['1.0.32.172.in-addr.arpa', 'PTR'],
    ['1.0.63.100.in-addr.arpa', 'PTR'],
    ['1.0.128.100.in-addr.arpa', 'PTR'],
    ['a.9.b.8.7.ip6.arpa', 'PTR'],
  ])('%s %s', async ([name, type]) => {
    expect(lines((await send(edges.refuse, name, type)).answer)).toEqual(refused);
    expect(lines((await send(edges.nxdomain, name, type)).answer)).toEqual(denied);
    expect(lines((await send(edges.forward, name, type)).answer)).toEqual(forwarded);
    expect(upstream.received).toHaveLength(1);
  });

  test('nobody vouches for it, and only what was asked for is kept', async () => {
    const [refuse, nxdomain, forward] = await Promise.all(
      policies.map((kind) => send(edges[kind], 'example.com', 'A')),
    );
    expect(refuse).toMatchObject({ answer: { flags: 'QR RD' }, caching: 'no-store' });
    expect(nxdomain).toMatchObject({ answer: { flags: 'QR RD' }, caching: 'no-store' });
    expect(forward).toMatchObject({ answer: { flags: 'QR RD RA' }, caching: 'max-age=60' });
  });
});

/** The same by every policy, for certain; and for as long as RFC 6303 §3 says, unless told otherwise. */
async function checkLocal(
  name: string,
  type: string | number,
  expected: readonly string[],
  maxAgeSeconds = 10_800,
): Promise<void> {
  for (const kind of policies) {
    const { answer, caching } = await send(edges[kind], name, type);
    expect(lines(answer)).toEqual(expected);
    expect(answer.flags).toBe(kind === 'forward' ? 'QR AA RD RA' : 'QR AA RD');
    expect(caching).toBe(`max-age=${maxAgeSeconds}`);
  }
  expect(upstream.received).toEqual([]);
}

describe('localhost is this machine', () => {
  test.for<Row>([
    ['localhost', 'A'],
    ['a.b.localhost', 'A'],
    ['LocalHost', 'ANY'],
  ])('%s %s', ([name, type]) => checkLocal(name, type, ['NOERROR', `${name} 10800 IN A 127.0.0.1`]));

  test.for(['localhost', 'a.b.localhost'])('%s AAAA', (name) =>
    checkLocal(name, 'AAAA', ['NOERROR', `${name} 10800 IN AAAA ::1`]),
  );

  test.for<Row>([
    ['localhost', 'MX'],
    ['localhost', 'SOA'],
    ['localhost', 'NS'],
    ['a.localhost', 'HTTPS'],
  ])('%s %s: no data', ([name, type]) => checkLocal(name, type, noData('localhost')));
});

describe('names that nobody has', () => {
  test.for(['invalid', 'test', 'onion', 'alt', 'test.dnscrypt'])('%s', async (apex) => {
    for (const name of [apex, `x.${apex}`, `a.b.c.${apex}`]) {
      for (const type of ['A', 'NS', 'SOA', 'ANY', 'HTTPS']) await checkLocal(name, type, noName(apex));
    }
  });
});

describe('the designated resolver', () => {
  const svcb = [
    ...[0, 1],
    ...wire('dns', 'example', 'com'),
    ...[0, 1, 0, 6, 2, ...octets('h2'), 2, ...octets('h3')],
    ...[0, 7, 0, 16, ...octets('/dns-query{?dns}')],
  ];
  const record = `\\# ${svcb.length} ${Buffer.from(svcb).toString('hex')}`;

  test.for(['_dns.resolver.arpa', '_dns.dns.example.com', '_DNS.Resolver.arpa'])('%s SVCB', (name) =>
    checkLocal(name, 64, ['NOERROR', `${name} 300 IN TYPE64 ${record}`], 300),
  );

  test.for<Row>([
    ['resolver.arpa', 64],
    ['resolver.arpa', 'SOA'],
    ['x.resolver.arpa', 'A'],
    ['x._dns.resolver.arpa', 64],
    ['_dns.resolver.arpa', 'A'],
    ['_dns.resolver.arpa', 'HTTPS'],
    ['_dns.resolver.arpa', 'ANY'],
  ])('%s %s: no data', ([name, type]) => checkLocal(name, type, noData('resolver.arpa')));

  test('nothing else is at the name of this one', () =>
    checkLocal('_dns.dns.example.com', 'A', noData('_dns.dns.example.com')));

  test('an endpoint that does not know its host designates nobody', async () => {
    const nameless = await startOpenEdge(world, zones, [], { outside: outside('refuse') });
    expect(text(await nameless.ask('_dns.resolver.arpa', 64))).toEqual(noData('resolver.arpa'));
    expect(outcome(await nameless.ask('_dns.dns.example.com', 64))).toBe('REFUSED EDE 20');
  });

  function octets(characters: string): number[] {
    return [...characters].map((character) => character.charCodeAt(0));
  }

  function wire(...labels: string[]): number[] {
    return [...labels.flatMap((label) => [label.length, ...octets(label)]), 0];
  }
});

describe('names of somebody’s own network are refused', () => {
  const zeros = (count: number) => '0.'.repeat(count);

  test.for([
    'local',
    'printer.local',
    'notcluster.local',
    'home.arpa',
    'nas.home.arpa',
    'service.arpa',
    'default.service.arpa',
    'tls.eap.arpa',
    'internal',
    'db.corp.internal',
    'ipv4only.arpa',
    '1.168.192.in-addr.arpa',
    '1.0.16.172.in-addr.arpa',
    '1.0.31.172.in-addr.arpa',
    '1.0.64.100.in-addr.arpa',
    '1.0.127.100.in-addr.arpa',
    '1.0.0.127.in-addr.arpa',
    '1.1.254.169.in-addr.arpa',
    '0.in-addr.arpa',
    '9.2.0.192.in-addr.arpa',
    '170.0.0.192.in-addr.arpa',
    '255.255.255.255.in-addr.arpa',
    '1.0.0.0.c.f.ip6.arpa',
    '1.0.0.0.d.f.ip6.arpa',
    'b.e.f.ip6.arpa',
    '1.8.b.d.0.1.0.0.2.ip6.arpa',
    '1.0.f.f.f.3.ip6.arpa',
    `1.${zeros(31)}ip6.arpa`,
    `${zeros(32)}ip6.arpa`,
  ])('%s', async (name) => {
    for (const type of ['A', 'PTR', 'ANY']) {
      expect(lines((await send(edges.refuse, name, type)).answer)).toEqual(refused);
      expect(lines((await send(edges.nxdomain, name, type)).answer)).toEqual(denied);
      expect(lines((await send(edges.forward, name, type)).answer)).toEqual(refused);
    }
    expect(upstream.received).toEqual([]);
  });
});

test('the name that switches a browser’s DoH off is not denied', async () => {
  for (const type of ['A', 'AAAA']) {
    expect(lines((await send(edges.refuse, 'use-application-dns.net', type)).answer)).toEqual(refused);
    expect(lines((await send(edges.nxdomain, 'use-application-dns.net', type)).answer)).toEqual(refused);
    expect(lines((await send(edges.forward, 'use-application-dns.net', type)).answer)).toEqual(forwarded);
  }
});

test('a zone of one’s own comes first', async () => {
  for (const kind of policies) {
    const edge = edges[kind];
    for (const zone of zones) {
      expect(outcome(await edge.ask(`web.shop.svc.${zone}`))).toBe('NOERROR 10.96.0.10');
      expect(outcome(await edge.ask(`nope.shop.svc.${zone}`))).toBe('NXDOMAIN');
    }
    expect(outcome(await edge.ask('10.0.96.10.in-addr.arpa', 'PTR'))).toBe('NOERROR web.shop.svc.cluster.local');
    expect(outcome(await edge.ask('11.0.96.10.in-addr.arpa', 'PTR'))).toBe('NXDOMAIN');
  }
  expect(upstream.received).toEqual([]);
});

describe('without knowing the zones', () => {
  const answered = [
    ['localhost', 'A', 'NOERROR 127.0.0.1'],
    ['x.localhost', 'MX', 'NOERROR'],
    ['_dns.resolver.arpa', 'A', 'NOERROR'],
    ['_dns.dns.example.com', 'A', 'NOERROR'],
    ['abcdefgh.test.dnscrypt', 'NS', 'NXDOMAIN'],
  ] as const;
  const unknown = ['example.com', 'x.test', 'x.invalid', 'x.onion', 'x.local', 'use-application-dns.net', '.'];

  test.for(policies)('only names that no zone can hold are answered: %s', async (kind) => {
    const empty = await startEdge({ isOpen: true, outside: outside(kind, endpointHost) });
    const never = new Upstream(empty.machine);
    for (const [name, type, expected] of answered) expect(outcome(await empty.ask(name, type))).toBe(expected);
    for (const name of unknown) expect(outcome(await empty.ask(name))).toBe('SERVFAIL EDE 14');
    expect(never.received).toEqual([]);
  });

  test('a cluster that was retired refuses the rest', async () => {
    const edge = await startOpenEdge(world, zones, [], { outside: outside('forward', endpointHost) });
    const never = new Upstream(edge.machine);
    await edge.publish({ kind: 'retired' }, { serial: 2 });
    edge.machine.advance(60_000);
    await edge.ask('localhost');
    for (const [name, type, expected] of answered) expect(outcome(await edge.ask(name, type))).toBe(expected);
    for (const name of unknown) expect(outcome(await edge.ask(name))).toBe('REFUSED EDE 20');
    expect(never.received).toEqual([]);
  });
});

test('a snapshot that is too old still tells which names are outside', async () => {
  const edge = await startOpenEdge(world, zones, [], { outside: outside('forward') });
  new Upstream(edge.machine).answers({ answers: [{ name: 'example.com', type: 'A', ttl: 60, data: '192.0.2.1' }] });
  edge.machine.advance(25 * 3_600_000);
  expect(outcome(await edge.ask('web.shop.svc.cluster.local'))).toBe('SERVFAIL EDE 22');
  expect(outcome(await edge.ask('example.com'))).toBe('NOERROR 192.0.2.1');
});
