/** Questions in JSON: their answers say what the DNS messages say. */
import { beforeAll, describe, expect, test } from 'vitest';
import { type Edge, startOpenEdge } from '../support/edge.ts';
import { asked, json, soa, web, zone } from '../support/json-questions.ts';
import { outside, Upstream } from '../support/upstream.ts';
import { whole } from '../support/whole-response.ts';
import { address, group, node, snapshot } from '../support/zone.ts';

let edge: Edge;
beforeAll(async () => {
  edge = await startOpenEdge(zone);
});

describe('an answer', () => {
  test.for<[string, string, object]>([
    [
      'with data',
      `name=${web}`,
      {
        Status: 0,
        Question: [{ name: `${web}.`, type: 1 }],
        Answer: [{ name: `${web}.`, type: 1, TTL: 30, data: '10.0.0.1' }],
      },
    ],
    [
      'of a type by name',
      `name=${web}.&type=aaaa`,
      {
        Status: 0,
        Question: [{ name: `${web}.`, type: 28 }],
        Answer: [{ name: `${web}.`, type: 28, TTL: 30, data: '2001:db8:0:0:1::' }],
      },
    ],
    [
      'of a type by number, with addresses beside it',
      `name=${web}&type=33`,
      {
        Status: 0,
        Question: [{ name: `${web}.`, type: 33 }],
        Answer: [{ name: `${web}.`, type: 33, TTL: 30, data: `0 100 80 ${web}.` }],
        Additional: [
          { name: `${web}.`, type: 1, TTL: 30, data: '10.0.0.1' },
          { name: `${web}.`, type: 28, TTL: 30, data: '2001:db8:0:0:1::' },
        ],
      },
    ],
    [
      'with text',
      'name=about.shop.svc.cluster.local&type=TXT',
      {
        Status: 0,
        Question: [{ name: 'about.shop.svc.cluster.local.', type: 16 }],
        Answer: [{ name: 'about.shop.svc.cluster.local.', type: 16, TTL: 28_800, data: '"v=\\"1\\"; a\\\\b"' }],
      },
    ],
    [
      'through an alias, in the letters of the question',
      'name=ALIAS.shop.SVC.cluster.local&type=A',
      {
        Status: 0,
        Question: [{ name: 'ALIAS.shop.SVC.cluster.local.', type: 1 }],
        Answer: [
          { name: 'ALIAS.shop.SVC.cluster.local.', type: 5, TTL: 7, data: 'web.shop.SVC.cluster.local.' },
          { name: 'web.shop.SVC.cluster.local.', type: 1, TTL: 30, data: '10.0.0.1' },
        ],
      },
    ],
    [
      'that leads out of the zone',
      'name=outside.shop.svc.cluster.local',
      {
        Status: 0,
        Question: [{ name: 'outside.shop.svc.cluster.local.', type: 1 }],
        Answer: [{ name: 'outside.shop.svc.cluster.local.', type: 5, TTL: 30, data: 'db.example.com.' }],
      },
    ],
    [
      'that there is no such type',
      `name=${web}&type=MX`,
      { Status: 0, Question: [{ name: `${web}.`, type: 15 }], Authority: [soa] },
    ],
    [
      'that there is no such name',
      'name=nope.cluster.local',
      { Status: 3, Question: [{ name: 'nope.cluster.local.', type: 1 }], Authority: [soa] },
    ],
    [
      'about the zone itself',
      'name=cluster.local&type=SOA',
      { Status: 0, Question: [{ name: 'cluster.local.', type: 6 }], Answer: [soa] },
    ],
    [
      'about a label with a dot',
      'name=a\\.b.odd.svc.cluster.local',
      {
        Status: 0,
        Question: [{ name: 'a\\.b.odd.svc.cluster.local.', type: 1 }],
        Answer: [{ name: 'a\\.b.odd.svc.cluster.local.', type: 1, TTL: 30, data: '10.0.9.1' }],
      },
    ],
    [
      'about octets that are no letters',
      'name=\\000%5C255.odd.svc.cluster.local',
      {
        Status: 0,
        Question: [{ name: '\\000\\255.odd.svc.cluster.local.', type: 1 }],
        Answer: [{ name: '\\000\\255.odd.svc.cluster.local.', type: 1, TTL: 30, data: '10.0.9.2' }],
      },
    ],
    [
      'about another label than the one with a dot',
      'name=a.b.odd.svc.cluster.local',
      { Status: 3, Question: [{ name: 'a.b.odd.svc.cluster.local.', type: 1 }], Authority: [soa] },
    ],
    [
      'that is a refusal, with its reason',
      'name=example.com',
      {
        Status: 5,
        Question: [{ name: 'example.com.', type: 1 }],
        Comment: 'EDE 20 (Not Authoritative): no zone of this cluster holds the name',
      },
    ],
    [
      'to a transfer',
      'name=cluster.local&type=AXFR',
      {
        Status: 5,
        Question: [{ name: 'cluster.local.', type: 252 }],
        Comment: 'EDE 21 (Not Supported): zone transfers are not offered',
      },
    ],
    [
      'to a type that nobody may ask for',
      'name=cluster.local&type=OPT',
      {
        Status: 1,
        Question: [{ name: 'cluster.local.', type: 41 }],
        Comment: 'EDE 30 (Invalid Query Type): nobody may ask for this type',
      },
    ],
  ])('%s', async ([, search, expected]) => {
    expect(await json(await edge.fetch(`/resolve?${search}`))).toEqual({ ...asked, ...expected });
  });

  test.for([
    ['cd', { CD: true }],
    ['do', {}],
  ] as const)('%s is taken', async ([parameter, flags]) => {
    const answer = await json(await edge.fetch(`/resolve?name=${web}&${parameter}=1`));
    expect(answer).toMatchObject({ ...asked, ...flags, Status: 0 });
  });

  test.for([
    ['random_padding', 'random_padding=XXXXXXXX'],
    ['a client subnet', 'edns_client_subnet=192.0.2.0/24'],
    ['what is unknown', 'x=1&__proto__=2&NAME=a'],
    ['a second name, type and flag', 'name=..&type=0&do=1&do=x'],
  ] as const)('%s is passed over', async ([, search]) => {
    const plainAnswer = await json(await edge.fetch(`/resolve?name=${web}&type=A`));
    expect(await json(await edge.fetch(`/resolve?name=${web}&type=A&${search}`))).toEqual(plainAnswer);
  });

  test('is one line of text that ends', async () => {
    const { body } = await whole(await edge.fetch(`/resolve?name=${web}`));
    expect(body).toBe(
      `{"Status":0,"TC":false,"RD":true,"RA":false,"AD":false,"CD":false,"Question":[{"name":"${web}.","type":1}],` +
        `"Answer":[{"name":"${web}.","type":1,"TTL":30,"data":"10.0.0.1"}]}\n`,
    );
  });

  test('what is stale says so', async () => {
    const open = await startOpenEdge(zone);
    await json(await open.fetch(`/resolve?name=${web}`));
    open.machine.advance(16 * 60 * 1000);
    expect(await json(await open.fetch(`/resolve?name=${web}`))).toMatchObject({
      Status: 0,
      Answer: [{ TTL: 5 }],
      Comment: expect.stringMatching(/^EDE 3 \(Stale Answer\): age=9\d\ds serial=1$/),
    });
  });
});

describe('names outside the zones', () => {
  test('are asked of somebody else, who is told DO and CD, and what he says is written down', async () => {
    const open = await startOpenEdge(zone, ['cluster.local'], [], { outside: outside('forward') });
    const upstream = new Upstream(open.machine);
    const mail = {
      name: 'Example.com',
      type: 'MX',
      ttl: 300,
      data: { preference: 10, exchange: 'mail.Example.com' },
    } as const;
    upstream.answers({ answers: [mail] });

    const response = await open.fetch('/resolve?name=Example.com&type=MX&do=1&cd=1');
    expect(response.headers.get('cache-control')).toBe('max-age=300');
    expect(await json(response)).toEqual({
      ...asked,
      Status: 0,
      RA: true,
      CD: true,
      Question: [{ name: 'Example.com.', type: 15 }],
      Answer: [{ name: 'Example.com.', type: 15, TTL: 300, data: '10 mail.Example.com.' }],
    });
    const [flags, opt] = upstream.received.flatMap(({ body }) => [[...body.subarray(2, 4)], [...body.subarray(-4)]]);
    expect(flags).toEqual([0x01, 0x10]);
    expect(opt).toEqual([0x80, 0, 0, 0]);
  });

  test('are asked of somebody else for types that nobody has named, too (RFC 3597)', async () => {
    const open = await startOpenEdge(zone, ['cluster.local'], [], { outside: outside('forward') });
    const unknown = { name: 'example.com', type: 'UNKNOWN_65280', ttl: 9, data: Buffer.from([0, 255]) } as never;
    new Upstream(open.machine).answers({ answers: [unknown] });
    const response = await open.fetch('/resolve?name=example.com&type=65280');
    expect(response.headers.get('cache-control')).toBe('max-age=9');
    expect(await json(response)).toMatchObject({
      Answer: [{ name: 'example.com.', type: 65280, TTL: 9, data: '\\# 2 00ff' }],
    });
  });

  test('who is not there: SERVFAIL, and why', async () => {
    const open = await startOpenEdge(zone, ['cluster.local'], [], { outside: outside('forward') });
    expect(await json(await open.fetch('/resolve?name=example.com'))).toMatchObject({
      Status: 2,
      RA: true,
      Comment: expect.stringMatching(/^EDE 2[23] \((Network Error|No Reachable Authority)\)/),
    });
  });

  test('where this server is found (RFC 9462)', async () => {
    const open = await startOpenEdge(zone, ['cluster.local'], [], { outside: outside('refuse', 'dns.example.com') });
    expect(await json(await open.fetch('/resolve?name=_dns.resolver.arpa&type=SVCB'))).toMatchObject({
      Status: 0,
      Answer: [{ type: 64, data: '1 dns.example.com. alpn="h2,h3" dohpath="/dns-query{?dns}"' }],
    });
  });
});

test('a large answer is whole JSON', async () => {
  const many = Array.from({ length: 1_000 }, (_, i) => address(`10.1.${i >> 8}.${i & 255}`));
  const large = await startOpenEdge(
    snapshot([group('web.shop.svc', { own: many, nodes: [node('', { addresses: 'base' })] })]),
  );
  const answer = (await json(await large.fetch(`/resolve?name=${web}`))) as { Answer: { data: string }[] };
  expect(new Set(answer.Answer.map(({ data }) => data)).size).toBe(1_000);
});
