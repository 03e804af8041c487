/** What an upstream is asked, and how its answers come back. */
import dnsPacket from 'dns-packet';
import { beforeEach, describe, expect, test } from 'vitest';
import { dotted, header, message, name, opt, option, question, record, uint16 } from '../message/build-query.ts';
import { type DecodedAnswer, decodeAnswer } from '../message/decode-answer.ts';
import { type Edge, startEdge, startOpenEdge } from '../support/edge.ts';
import { extendedError, outcome, text } from '../support/outcome.ts';
import { asParameter, post, queryFor } from '../support/question.ts';
import { answerTo, type Contents, dohResponse, outside, rcode, Upstream } from '../support/upstream.ts';
import { snapshot, webAt, webGroup } from '../support/zone.ts';

let edge: Edge;
let upstream: Upstream;
beforeEach(async () => {
  edge = await startOpenEdge(webAt('10.96.0.10'), ['cluster.local'], [], { outside: outside('forward') });
  upstream = new Upstream(edge.machine);
});

const address = { name: 'example.com', type: 'A', ttl: 300, data: '192.0.2.1' } as const;
const soa = {
  name: 'example.com',
  type: 'SOA',
  ttl: 900,
  data: {
    mname: 'ns.example.com',
    rname: 'admin.example.com',
    serial: 7,
    refresh: 1,
    retry: 2,
    expire: 3,
    minimum: 60,
  },
} as const;

async function send(
  octets: Uint8Array,
): Promise<{ answer: DecodedAnswer; octets: Uint8Array; caching: string | null }> {
  const response = await edge.fetch('/dns-query', post(Uint8Array.from(octets)));
  expect(response.status).toBe(200);
  const body = new Uint8Array(await response.arrayBuffer());
  return { answer: decodeAnswer(body), octets: body, caching: response.headers.get('cache-control') };
}

describe('the question', () => {
  const asked = () => upstream.received.map(({ body }) => [...body]);
  const handedOn = (qname: string, type: number, fields: { cd?: boolean; do?: boolean } = {}) => [
    ...message(
      header({ flags: fields.cd ? 0x0110 : 0x0100, counts: [1, 0, 0, 1] }),
      question(dotted(qname), type),
      opt([], { flags: fields.do ? 0x8000 : 0 }),
    ),
  ];
  beforeEach(() => upstream.answers({ answers: [address] }));

  test('is posted as a DNS message, and a redirect would not be followed', async () => {
    await edge.ask('example.com');
    expect(upstream.received).toMatchObject([
      {
        method: 'POST',
        headers: { 'content-type': 'application/dns-message', accept: 'application/dns-message' },
      },
    ]);
  });

  test('has nothing of the asker’s but name, type, DO and CD', async () => {
    const ecs = option(8, [0, 1, 24, 0, 192, 0, 2]);
    const cookie = option(10, [1, 2, 3, 4, 5, 6, 7, 8]);
    const padding = option(12, new Array<number>(50).fill(0));
    const from = header({ id: 0xcafe, counts: [1, 0, 0, 1] });
    await send(
      message(from, question(dotted('EXAMPLE.com'), 65), opt([...ecs, ...cookie, ...padding], { size: 4096 })),
    );
    expect(asked()).toEqual([handedOn('example.com', 65)]);
  });

  test.for([
    ['DO', header({ counts: [1, 0, 0, 1] }), opt([], { flags: 0x8000 }), { do: true }],
    ['CD', header({ flags: 0x0110, counts: [1, 0, 0, 1] }), opt(), { cd: true }],
    ['neither, without EDNS', header(), [], {}],
  ] as const)('passes on %s', async ([, head, options, fields]) => {
    await send(message(head, question(dotted('example.com')), options));
    expect(asked()).toEqual([handedOn('example.com', 1, fields)]);
  });

  test('may come by GET', async () => {
    const response = await edge.fetch(`/dns-query${asParameter(queryFor('example.com'))}`);
    expect(decodeAnswer(new Uint8Array(await response.arrayBuffer())).answer).toEqual([
      'example.com 300 IN A 192.0.2.1',
    ]);
    expect(asked()).toEqual([handedOn('example.com', 1)]);
  });

  test('may come from whoever has a good token, and from nobody else', async () => {
    const closed = await startEdge({ outside: outside('forward') });
    const elsewhere = new Upstream(closed.machine);
    elsewhere.answers({ answers: [address] });
    await closed.register('local');
    await closed.publish(snapshot([webGroup('10.96.0.10')]));
    const whole = await closed.createToken(['local']);
    const scoped = await closed.createToken(['local'], null, { namespaces: ['other'] });
    expect((await closed.fetch('/dns-query', post(queryFor('example.com')))).status).toBe(401);
    expect(elsewhere.received).toEqual([]);
    for (const token of [whole, scoped]) {
      expect(outcome(await closed.ask('example.com', 'A', `/t/${token}/dns-query`))).toBe('NOERROR 192.0.2.1');
    }
    // An address is not told from one of another namespace, so who has only some hears of none but theirs.
    expect(outcome(await closed.ask('1.2.0.192.in-addr.arpa', 'PTR', `/t/${scoped}/dns-query`))).toBe('REFUSED EDE 18');
    expect(elsewhere.questions).toEqual(['example.com A', 'example.com A']);
  });
});

describe('the answer', () => {
  test('is what the upstream has, and says that somebody else was asked', async () => {
    upstream.answers({
      answers: [address, { ...address, ttl: 7, data: '192.0.2.2' }],
      additionals: [
        { name: '.', type: 'OPT', udpPayloadSize: 512, flags: 0, options: [{ code: 3, data: Buffer.from('its own') }] },
      ] as unknown as NonNullable<Contents['additionals']>,
    });
    const { answer, caching } = await send(queryFor('example.com'));
    // RFC 2181 §5.2: one set has one TTL.
    expect(text({ ...answer, answer: answer.answer.toSorted() })).toEqual([
      'NOERROR',
      'example.com 7 IN A 192.0.2.1',
      'example.com 7 IN A 192.0.2.2',
    ]);
    expect(answer).toMatchObject({ flags: 'QR RD RA', opt: { size: 1232, options: [] } });
    expect(caching).toBe('max-age=7');
  });

  test('has the asker’s id, letters and bits, and none of the upstream’s AA, AD and TC', async () => {
    upstream.answers({
      answers: [address],
      flags: dnsPacket.AUTHORITATIVE_ANSWER | dnsPacket.AUTHENTIC_DATA | dnsPacket.CHECKING_DISABLED,
    });
    const { answer, octets } = await send(message(header({ id: 0xcafe }), question(dotted('eXample.COM'))));
    expect(answer).toEqual({
      id: 0xcafe,
      rcode: 0,
      flags: 'QR RD RA',
      questions: ['eXample.COM IN A'],
      answer: ['eXample.COM 300 IN A 192.0.2.1'],
      authority: [],
      additional: [],
      opt: undefined,
    });
    // A name, 4 octets of type and class, and a record that points to the name.
    expect(octets.length).toBe(12 + 17 + 16);
  });

  test('is padded where that was asked for', async () => {
    upstream.answers({ answers: [address] });
    const asked = message(
      header({ counts: [1, 0, 0, 1] }),
      question(dotted('example.com')),
      opt(option(12, [0, 0, 0])),
    );
    expect((await send(asked)).octets.length).toBe(468);
  });

  test('may be of any type', async () => {
    const https = [0, 1, ...name('svc', 'example', 'com'), 0, 1, 0, 3, 2, 0x68, 0x32];
    const rrsig = [0, 1, 13, 2, 0, 0, 1, 44, 1, 2, 3, 4, 1, 2, 3, 4, 0, 7, ...name('Example', 'com'), 9, 9, 9];
    const raw = (type: number, octets: readonly number[]) =>
      ({ name: 'example.com', type: `UNKNOWN_${type}`, ttl: 60, data: Buffer.from(octets) }) as never;
    upstream.answers({
      answers: [
        raw(65, https),
        raw(46, rrsig),
        raw(65_280, [1, 2, 3]),
        { name: 'example.com', type: 'MX', ttl: 60, data: { preference: 10, exchange: 'Mail.example.net' } },
        { name: 'example.com', type: 'TXT', ttl: 60, data: ['a', 'b'] },
      ],
    });
    const lines = (await edge.ask('example.com', 'ANY')).answer;
    expect(lines[0]).toBe(`example.com 60 IN TYPE65 \\# ${https.length} ${Buffer.from(https).toString('hex')}`);
    expect(lines[1]).toContain('example.com 60 IN RRSIG');
    expect(lines.slice(2)).toEqual([
      'example.com 60 IN TYPE65280 \\# 3 010203',
      'example.com 60 IN MX 10 Mail.example.net',
      'example.com 60 IN TXT "a" "b"',
    ]);
  });

  test('may be a chain, in its order, and with compressed names', async () => {
    const pointer = (at: number) => [0xc0, at];
    // The question's name is at 12, `com` at 20; the first target begins at 41.
    const chain = [
      record(pointer(12), 5, [3, 0x77, 0x77, 0x77, ...pointer(12)]),
      record(pointer(41), 5, [3, 0x63, 0x64, 0x6e, ...pointer(20)]),
      record(pointer(59), 15, [0, 5, 4, 0x6d, 0x61, 0x69, 0x6c, ...pointer(59)]),
    ];
    upstream.does(() => {
      const octets = message(
        header({ flags: 0x8180, counts: [1, 3, 0, 0] }),
        question(dotted('example.com'), 15),
        ...chain,
      );
      return dohResponse(Uint8Array.from(octets));
    });
    expect(text(await edge.ask('example.com', 'MX'))).toEqual([
      'NOERROR',
      'example.com 30 IN CNAME www.example.com',
      'www.example.com 30 IN CNAME cdn.com',
      'cdn.com 30 IN MX 5 mail.cdn.com',
    ]);
  });
});

describe('TTLs', () => {
  test.for([
    ['10', 290],
    ['300', 0],
    ['4000000000', 0],
    ['0', 300],
    ['-1', 300],
    ['soon', 300],
    ['1, 2', 300],
  ] as const)('are less by the HTTP response’s age: "%s"', async ([age, ttl]) => {
    upstream.answers({ answers: [address] }, { age });
    const { answer, caching } = await send(queryFor('example.com'));
    expect(answer.answer).toEqual([`example.com ${ttl} IN A 192.0.2.1`]);
    expect(caching).toBe(`max-age=${ttl}`);
  });

  test('with the highest bit set are 0', async () => {
    upstream.answers({ answers: [{ ...address, ttl: 0x8000_0000 }] });
    expect((await edge.ask('example.com')).answer).toEqual(['example.com 0 IN A 192.0.2.1']);
  });
});

describe('what others say is not kept for ever', () => {
  test('records: a day', async () => {
    upstream.answers({ answers: [{ ...address, ttl: 1_000_000 }] });
    expect((await edge.ask('example.com')).answer).toEqual(['example.com 86400 IN A 192.0.2.1']);
  });

  test('that there are none: an hour', async () => {
    upstream.answers({ authorities: [{ ...soa, ttl: 1_000_000, data: { ...soa.data, minimum: 1_000_000 } }] });
    const { answer, caching } = await send(queryFor('example.com', 'AAAA'));
    expect(answer.authority.join()).toMatch(/^example\.com 3600 IN SOA /);
    expect(caching).toBe('max-age=3600');
  });
});

test('whoever wants no recursion is refused', async () => {
  upstream.answers({ answers: [address] });
  const { answer } = await send(
    message(header({ flags: 0, counts: [1, 0, 0, 1] }), question(dotted('example.com')), opt()),
  );
  expect(outcome(answer)).toBe('REFUSED EDE 20');
  expect(upstream.received).toEqual([]);
});

describe('what the upstream denies', () => {
  test.for([
    ['no data', {}, 'NOERROR'],
    ['no such name', { flags: rcode.nameError }, 'NXDOMAIN'],
  ] as const)('%s: for as long as its SOA record says', async ([, fields, expected]) => {
    upstream.answers({ authorities: [soa], ...fields });
    const { answer, caching } = await send(queryFor('example.com', 'AAAA'));
    expect(text(answer)).toEqual([
      expected,
      ';; authority',
      'example.com 900 IN SOA ns.example.com admin.example.com 7 1 2 3 60',
    ]);
    expect(caching).toBe('max-age=60');
  });

  test('without SOA it is not kept', async () => {
    for (const flags of [0, rcode.nameError]) {
      upstream.answers({ flags });
      expect((await send(queryFor('example.com'))).caching).toBe('no-store');
    }
  });
});

describe('where the upstream has no answer', () => {
  const ede = (code: number, said: string) =>
    ({
      name: '.',
      type: 'OPT',
      udpPayloadSize: 512,
      flags: 0,
      options: [{ code: 15, data: Buffer.from([0, code, ...Buffer.from(said)]) }],
    }) as never;

  test.for<readonly [string, Contents, number, { code: number; text: string }]>([
    ['SERVFAIL', { flags: 2 }, 2, { code: 22, text: 'the upstream answered with RCODE 2' }],
    ['REFUSED', { flags: 5 }, 5, { code: 20, text: 'the upstream answered with RCODE 5' }],
    ['its reason', { flags: 2, additionals: [ede(24, 'why')] }, 2, { code: 24, text: 'why' }],
    ['its reason to refuse', { flags: 5, additionals: [ede(18, '')] }, 5, { code: 18, text: '' }],
    ['a reason with a URL', { flags: 2, additionals: [ede(23, 'see https://x/')] }, 2, { code: 23, text: '' }],
    ['a long reason', { flags: 2, additionals: [ede(23, 'x'.repeat(300))] }, 2, { code: 23, text: 'x'.repeat(255) }],
    [
      'a reason that nobody knows here',
      { flags: 2, additionals: [ede(200, 'why')] },
      2,
      { code: 22, text: 'the upstream answered with RCODE 2' },
    ],
    ...[1, 4, 6, 7, 8, 9, 10].map(
      (code) =>
        [`RCODE ${code}`, { flags: code }, 2, { code: 23, text: `the upstream answered with RCODE ${code}` }] as const,
    ),
  ])('%s', async ([, contents, expected, error]) => {
    upstream.answers({ authorities: [soa], ...contents });
    const { answer, caching } = await send(queryFor('example.com'));
    expect(answer).toMatchObject({ rcode: expected, flags: 'QR RD RA', authority: [] });
    expect(extendedError(answer)).toEqual(error);
    expect(caching).toBe('no-store');
  });

  test.for([
    [11, 0],
    [15, 0],
    [0, 1],
    [7, 1],
  ] as const)('but for one that means nothing here: %s with %s above', async ([low, high]) => {
    upstream.does((asked) => {
      const octets = answerTo(asked, { flags: low });
      return dohResponse(
        Uint8Array.from([...octets.subarray(0, 10), ...uint16(1), ...octets.subarray(12), ...opt([], { rcode: high })]),
      );
    });
    expect(extendedError(await edge.ask('example.com'))).toEqual({
      code: 23,
      text: `the upstream answered with RCODE ${high * 16 + low}`,
    });
  });
});

test('every answer says that this server asks others', async () => {
  expect((await edge.ask('web.shop.svc.cluster.local')).flags).toBe('QR AA RD RA');
  expect((await edge.ask('nope.shop.svc.cluster.local')).flags).toBe('QR AA RD RA');
  expect((await edge.ask('example.com', 'AXFR')).flags).toBe('QR RD RA');
  expect((await edge.ask('printer.local')).flags).toBe('QR RD RA');
  expect((await send(message(header({ flags: 0x2800 })))).answer.flags).toBe('QR RA');
  expect(upstream.received).toEqual([]);
});

test('may be asked for in JSON', async () => {
  upstream.answers({
    answers: [{ name: 'example.com', type: 'MX', ttl: 60, data: { preference: 10, exchange: 'mail.example.net' } }],
  });
  const response = await edge.fetch('/resolve?name=example.com&type=MX');
  expect(await response.json()).toMatchObject({
    Status: 0,
    RA: true,
    Answer: [{ name: 'example.com.', type: 15, TTL: 60, data: '10 mail.example.net.' }],
  });
  expect(response.headers.get('cache-control')).toBe('max-age=60');
  expect(upstream.questions).toEqual(['example.com MX']);
});

test('what was forwarded is not remembered', async () => {
  upstream.does(
    (asked) => dohResponse(answerTo(asked, { answers: [address] })),
    (asked) => dohResponse(answerTo(asked, { answers: [{ ...address, data: '192.0.2.9' }] })),
  );
  expect(outcome(await edge.ask('example.com'))).toBe('NOERROR 192.0.2.1');
  expect(outcome(await edge.ask('example.com'))).toBe('NOERROR 192.0.2.9');
});
