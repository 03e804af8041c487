/** What of an upstream's answer is handed on: what leads from the name to what was asked, and nothing of our own. */
import { beforeEach, describe, expect, test } from 'vitest';
import { dotted, header, message, name, opt, question, record, repeat, uint16 } from '../message/build-query.ts';
import { type DecodedAnswer, decodeAnswer } from '../message/decode-answer.ts';
import { type Edge, startEdge, startOpenEdge } from '../support/edge.ts';
import { extendedError, outcome, text } from '../support/outcome.ts';
import { post } from '../support/question.ts';
import { answerTo, type Contents, dohResponse, outside, rcode, Upstream } from '../support/upstream.ts';
import { cname, plain, snapshot, webGroup } from '../support/zone.ts';

const world = snapshot([
  webGroup('10.96.0.10'),
  plain('out.shop.svc', cname('db.example.com.')),
  plain('round.shop.svc', cname('round.example.com.')),
]);

let edge: Edge;
let upstream: Upstream;
beforeEach(async () => {
  edge = await startOpenEdge(world, ['cluster.local'], [], { outside: outside('forward') });
  upstream = new Upstream(edge.machine);
});

const a = (owner: string, data = '192.0.2.1') => ({ name: owner, type: 'A', ttl: 60, data }) as const;
const alias = (owner: string, data: string) => ({ name: owner, type: 'CNAME', ttl: 60, data }) as const;
const soaOf = (owner: string) => {
  const names = { mname: 'ns.example', rname: 'x.example' };
  return {
    name: owner,
    type: 'SOA',
    ttl: 60,
    data: { ...names, serial: 1, refresh: 2, retry: 3, expire: 4, minimum: 5 },
  } as const;
};
const soaLine = (owner: string) => `${owner} 60 IN SOA ns.example x.example 1 2 3 4 5`;
const raw = (owner: string, type: number, data: readonly number[]) =>
  ({ name: owner, type: `UNKNOWN_${type}`, ttl: 60, data: Buffer.from(data) }) as never;
const rrsig = (owner: string, covered: number) =>
  raw(owner, 46, [...uint16(covered), 13, 2, 0, 0, 0, 60, 1, 2, 3, 4, 1, 2, 3, 4, 0, 7, ...name('example'), 9]);
const nsec = (owner: string) => raw(owner, 47, [...name('z', 'example'), 0, 1, 64]);

async function ask(type: string | number = 'A', flags = 0, asked = 'www.example.com'): Promise<DecodedAnswer> {
  const code = typeof type === 'number' ? type : { A: 1, AAAA: 28, TXT: 16, CNAME: 5, ANY: 255 }[type]!;
  const octets = message(header({ counts: [1, 0, 0, 1] }), question(dotted(asked), code), opt([], { flags }));
  const response = await edge.fetch('/dns-query', post(Uint8Array.from(octets)));
  return decodeAnswer(new Uint8Array(await response.arrayBuffer()));
}

describe('of the answer: the chain', () => {
  test.for<readonly [string, Contents, readonly string[]]>([
    [
      'in any order, without what nobody asked',
      {
        answers: [
          a('web.shop.svc.cluster.local', '203.0.113.66'),
          a('cdn.example.net'),
          a('other.example.com', '203.0.113.66'),
          alias('www.example.com', 'cdn.example.net'),
        ],
        authorities: [
          { name: 'example.net', type: 'NS', ttl: 60, data: 'ns.example.net' },
          { name: 'cluster.local', type: 'NS', ttl: 60, data: 'ns.example.net' },
        ],
        additionals: [a('ns.example.net'), a('web.shop.svc.cluster.local', '203.0.113.66')],
      },
      ['NOERROR', 'www.example.com 60 IN CNAME cdn.example.net', 'cdn.example.net 60 IN A 192.0.2.1'],
    ],
    [
      'of nothing, of the cluster’s names alone',
      { answers: [a('web.shop.svc.cluster.local')], authorities: [soaOf('cluster.local')] },
      ['NOERROR'],
    ],
    [
      'that ends in nothing, with the SOA record above its end',
      {
        flags: rcode.nameError,
        answers: [alias('www.example.com', 'cdn.example.net')],
        authorities: [soaOf('example.com'), soaOf('example.net'), nsec('a.example.net')],
      },
      ['NXDOMAIN', 'www.example.com 60 IN CNAME cdn.example.net', ';; authority', soaLine('example.net')],
    ],
    [
      'with no SOA record beside what is found',
      { answers: [a('www.example.com')], authorities: [soaOf('com')] },
      ['NOERROR', 'www.example.com 60 IN A 192.0.2.1'],
    ],
    [
      'with the DNAME record that the alias is from',
      {
        answers: [
          raw('example.com', 39, name('example', 'net')),
          raw('com', 39, name('example', 'org')),
          alias('www.example.com', 'www.example.net'),
          a('www.example.net'),
        ],
      },
      [
        'NOERROR',
        'example.com 60 IN DNAME example.net',
        'www.example.com 60 IN CNAME www.example.net',
        'www.example.net 60 IN A 192.0.2.1',
      ],
    ],
  ])('%s', async ([, contents, expected]) => {
    upstream.answers(contents);
    const lines = text(await ask());
    expect(lines.map((line) => line.replace(/TYPE39 .*$/, 'DNAME example.net'))).toEqual(expected);
  });

  test('signatures and proofs are for those who want DNSSEC', async () => {
    upstream.answers({
      answers: [alias('www.example.com', 'cdn.example'), rrsig('www.example.com', 5), rrsig('www.example.com', 1)],
      authorities: [
        soaOf('example'),
        rrsig('example', 6),
        nsec('a.example'),
        rrsig('a.example', 47),
        nsec('x.cluster.local'),
      ],
    });
    const types = ({ answer, authority }: DecodedAnswer) =>
      [answer, authority].map((lines) =>
        lines.map((line) =>
          line
            .split(' ', 4)
            .filter((_, i) => i !== 1)
            .join(' '),
        ),
      );
    expect(types(await ask('A', 0x8000))).toEqual([
      ['www.example.com IN CNAME', 'www.example.com IN RRSIG'],
      ['example IN SOA', 'example IN RRSIG', 'a.example IN NSEC', 'a.example IN RRSIG'],
    ]);
    expect(types(await ask('A'))).toEqual([['www.example.com IN CNAME'], ['example IN SOA']]);
  });

  test.for(['CNAME', 'ANY'] as const)('%s asks for the alias', async (type) => {
    upstream.answers({ answers: [alias('www.example.com', 'cdn.example.net'), a('cdn.example.net')] });
    expect(text(await ask(type))).toEqual(['NOERROR', 'www.example.com 60 IN CNAME cdn.example.net']);
  });

  test('that is too long, or goes round, is no answer', async () => {
    const chain = (count: number) =>
      Array.from({ length: count }, (_, i) => alias(i === 0 ? 'www.example.com' : `${i}.example`, `${i + 1}.example`));
    upstream.answers({ answers: [...chain(16), a('16.example')] });
    expect((await ask()).answer).toHaveLength(17);
    upstream.answers({ answers: [...chain(17), a('17.example')] });
    expect(outcome(await ask())).toBe('SERVFAIL EDE 23');
    edge.machine.advance(2000);
    upstream.answers({ answers: [alias('www.example.com', 'b.example'), alias('b.example', 'www.example.com')] });
    expect(extendedError(await ask())?.text).toBe('there are too many aliases');
  });
});

describe('a chain that leads into a zone of our own', () => {
  const into = (target: string) =>
    upstream.answers({ answers: [alias('www.example.com', target), a(target, '203.0.113.66')] });
  const first = (target: string) => `www.example.com 60 IN CNAME ${target}`;

  test('goes on there with our own records', async () => {
    into('web.shop.svc.cluster.local');
    const answer = await ask();
    expect(text(answer)).toEqual([
      'NOERROR',
      first('web.shop.svc.cluster.local'),
      'web.shop.svc.cluster.local 30 IN A 10.96.0.10',
    ]);
    expect(answer.flags).toBe('QR RD RA');
  });

  test('and with what they do not have', async () => {
    into('nope.shop.svc.cluster.local');
    const answer = await ask();
    expect(text(answer).slice(0, 2)).toEqual(['NXDOMAIN', first('nope.shop.svc.cluster.local')]);
    expect(answer.authority.join()).toMatch(/^cluster\.local 30 IN SOA ns\.dns\.cluster\.local /);
  });

  test('and out of it again', async () => {
    upstream.does(
      (asked) => dohResponse(answerTo(asked, { answers: [alias('www.example.com', 'out.shop.svc.cluster.local')] })),
      (asked) => dohResponse(answerTo(asked, { answers: [a('db.example.com')] })),
    );
    expect(text(await ask())).toEqual([
      'NOERROR',
      first('out.shop.svc.cluster.local'),
      'out.shop.svc.cluster.local 30 IN CNAME db.example.com',
      'db.example.com 60 IN A 192.0.2.1',
    ]);
    expect(upstream.questions).toEqual(['www.example.com A', 'db.example.com A']);
  });

  test('and round and round ends', async () => {
    upstream.answers({ answers: [alias('round.example.com', 'round.shop.svc.cluster.local')] });
    expect(extendedError(await ask('A', 0, 'round.example.com'))?.text).toBe('there are too many aliases');
    expect(upstream.received.length).toBeLessThan(10);
  });

  test('ends in front of what the asker may not hear of', async () => {
    edge = await startEdge({ outside: outside('forward') });
    upstream = new Upstream(edge.machine);
    into('web.shop.svc.cluster.local');
    await edge.register('local');
    await edge.publish(world);
    const own = await edge.createToken(['local'], null, { namespaces: ['shop'] });
    const other = await edge.createToken(['local'], null, { namespaces: ['other'] });
    expect(text(await edge.ask('www.example.com', 'A', `/t/${own}/dns-query`))).toHaveLength(3);
    expect(text(await edge.ask('www.example.com', 'A', `/t/${other}/dns-query`))).toEqual([
      'NOERROR',
      first('web.shop.svc.cluster.local'),
    ]);
  });
});

describe('what nobody could read', () => {
  const pointer = [0xc0, 12];
  const asked = [0xc0, 12];
  const sends = (...records: (readonly number[])[]) =>
    upstream.does((query) => {
      const { length } = answerTo(query, {});
      const octets = [...answerTo(query, {}).subarray(0, length), ...records.flat()];
      octets[7] = records.length;
      return dohResponse(Uint8Array.from(octets));
    });
  const good = record(asked, 1, [192, 0, 2, 1]);

  test.for<readonly [string, readonly number[]]>([
    ['an address of 3 octets', record(asked, 1, [192, 0, 2])],
    ['an address of 15 octets', record(asked, 28, new Array<number>(15).fill(0))],
    ['a text without strings', record(asked, 16, [])],
    ['TYPE 0', record(asked, 0, [1])],
    ['ANY', record(asked, 255, [1])],
    ['AXFR', record(asked, 252, [1])],
    ['TSIG', record(asked, 250, [1])],
    ['TKEY', record(asked, 249, [1])],
    ['a pointer in SVCB', record(asked, 64, [0, 1, ...pointer])],
    ['a pointer in HTTPS', record(asked, 65, [0, 1, 3, 0x77, 0x77, 0x77, ...pointer])],
    ['a pointer in DNAME', record(asked, 39, pointer)],
    ['a pointer in NSEC', record(asked, 47, [...pointer, 0, 1, 64])],
    ['a pointer in RRSIG', record(asked, 46, [...new Array<number>(18).fill(0), ...pointer, 1])],
    ['a DNAME that goes on', record(asked, 39, [...name('x'), 1])],
    ['another class', [...asked, 0, 1, 0, 3, 0, 0, 0, 30, 0, 4, 192, 0, 2, 1]],
  ])('%s', async ([, bad]) => {
    sends(good, bad);
    const answer = await ask();
    expect(outcome(answer)).toBe('SERVFAIL EDE 23');
    expect(extendedError(answer)?.text).toBe('a record of the upstream is malformed');
    edge.machine.advance(2000);
    sends(good);
    expect(outcome(await ask())).toBe('NOERROR 192.0.2.1');
  });

  test.for([
    ['SVCB', 64, [0, 1, ...name('svc', 'example')]],
    ['NSEC', 47, [...name('z', 'example'), 0, 1, 64]],
    ['DNAME', 39, name('x', 'example')],
  ] as const)('%s with its name in full is handed on', async ([, type, data]) => {
    sends(record(asked, type, data));
    expect((await ask(type)).answer).toHaveLength(1);
  });
});

describe('an answer is whole', () => {
  const characters = (count: number) => [count, ...new Array<number>(count).fill(120)];
  /** As many as a message has room for, each other than the rest, and `more` octets in one. */
  const texts = (more: number) => (asked: Uint8Array) => {
    const records = Array.from({ length: 83 }, (_, i) =>
      record([0xc0, 12], 16, [...repeat(3, characters(255)), 2, ...uint16(i)]),
    );
    records.push(record([0xc0, 12], 16, characters(more)));
    const octets = [...answerTo(asked, {}), ...records.flat()];
    octets[7] = records.length;
    return dohResponse(Uint8Array.from(octets));
  };

  test('or it is none: not cut', async () => {
    upstream.does(texts(100));
    expect((await ask('TXT')).answer).toHaveLength(84);
    // Where there is no room for what is added to it.
    upstream.does(texts(255));
    const answer = await ask('TXT');
    expect(text(answer)).toEqual(['SERVFAIL']);
    expect(extendedError(answer)).toEqual({ code: 23, text: 'the answer of the upstream is too long' });
  });
});
