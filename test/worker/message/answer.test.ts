/**
 * The answer writer: header, sections, record data, order and size. How names are shortened is in name-writer.test.ts,
 * the OPT record in opt.test.ts.
 */
import { describe, expect, test } from 'vitest';
import { encodeAnswer } from '../../../worker/message/answer.ts';
import { parseQuery } from '../../../worker/message/query.ts';
import { type ErrorReply, errorReply, questionOwner, type RecordsReply } from '../../../worker/message/reply.ts';
import { header, message, name, question } from './build-query.ts';
import { type DecodedAnswer, decodeAnswer } from './decode-answer.ts';
import {
  absolute,
  addresses,
  apexSoa,
  inOrder,
  query,
  queryFor,
  relative,
  reply,
  service,
  services,
  startOfAuthority,
  targets,
  texts,
} from './replies.ts';

const web = query('web.shop.svc.cluster.local');

function decoded(given: RecordsReply | ErrorReply): DecodedAnswer {
  return decodeAnswer(encodeAnswer(given, inOrder));
}

describe('header (RFC 1035 §4.1.1)', () => {
  test.for([
    ['nothing set', 0x0000, 'QR AA'],
    ['RD', 0x0100, 'QR AA RD'],
    ['CD', 0x0010, 'QR AA CD'],
    ['all that may be set', 0x07ff, 'QR AA RD CD'],
  ] as const)('a query with %s', ([, flags, expected]) => {
    const parsed = parseQuery(message(header({ id: 0xcafe, flags }), question(name('a', 'test'))));
    if (parsed.kind !== 'query') throw new Error('no query');
    expect(decoded(reply(parsed.query))).toMatchObject({ id: 0xcafe, flags: expected, questions: ['a.test IN A'] });
  });

  test.for([
    ['NOERROR', 0],
    ['NXDOMAIN', 3],
  ] as const)('%s', ([rcode, expected]) => {
    expect(decoded(reply(web, { rcode })).rcode).toBe(expected);
  });

  test.for([
    ['FORMERR', 1],
    ['SERVFAIL', 2],
    ['NOTIMP', 4],
    ['REFUSED', 5],
  ] as const)('%s has no authority and no records', ([rcode, expected]) => {
    expect(decoded(errorReply(web, rcode))).toEqual({
      id: 0,
      rcode: expected,
      flags: 'QR RD',
      questions: ['web.shop.svc.cluster.local IN A'],
      answer: [],
      authority: [],
      additional: [],
      opt: undefined,
    });
  });
});

describe('what is repeated of a query that is none', () => {
  function answered(octets: Uint8Array): Uint8Array {
    const parsed = parseQuery(octets);
    if (parsed.kind !== 'error') throw new Error('no error');
    return encodeAnswer(errorReply(parsed.to, parsed.rcode), inOrder);
  }

  test('another opcode: id and opcode', () => {
    const octets = answered(message(header({ id: 0x1234, flags: 0x2910, counts: [1, 0, 0, 0] })));
    expect([...octets]).toEqual([0x12, 0x34, 0xa8, 0x04, 0, 0, 0, 0, 0, 0, 0, 0]);
  });

  test('two questions: id and flags', () => {
    const octets = answered(message(header({ id: 0x1234, flags: 0x0110, counts: [2, 0, 0, 0] })));
    expect([...octets]).toEqual([0x12, 0x34, 0x81, 0x11, 0, 0, 0, 0, 0, 0, 0, 0]);
  });

  test('octets behind the question: the question too', () => {
    const asked = question(name('a'), 1, 255);
    const octets = answered(message(header({ id: 0x1234 }), asked, [0]));
    expect([...octets]).toEqual([0x12, 0x34, 0x81, 0x01, 0, 1, 0, 0, 0, 0, 0, 0, ...asked]);
  });
});

describe('question', () => {
  test('comes back octet for octet', () => {
    const qname = name('WeB', 'a.b', '\0 \xff', 'svc');
    const octets = encodeAnswer(reply(queryFor(qname)), inOrder);
    expect([...octets.subarray(12)]).toEqual(question(qname));
  });
});

describe('records', () => {
  const cases = [
    ['A', addresses('A', '10.0.0.1', '10.0.0.255'), ['30 IN A 10.0.0.1', '30 IN A 10.0.0.255']],
    ['AAAA', addresses('AAAA', '2001:db8::1', '::'), ['30 IN AAAA 2001:db8::1', '30 IN AAAA ::']],
    ['CNAME', targets('CNAME', relative('db.shop.svc')), ['30 IN CNAME db.shop.svc.cluster.local']],
    ['CNAME elsewhere', targets('CNAME', absolute('db.example.com')), ['30 IN CNAME db.example.com']],
    ['NS', targets('NS', relative('ns.dns')), ['30 IN NS ns.dns.cluster.local']],
    ['PTR', targets('PTR', relative('')), ['30 IN PTR cluster.local']],
    [
      'SRV',
      services({ priority: 1, weight: 65535, port: 256, target: relative('web-0.web.shop.svc') }),
      ['30 IN SRV 1 65535 256 web-0.web.shop.svc.cluster.local'],
    ],
    ['SRV elsewhere', services(service(80, absolute('example.com'))), ['30 IN SRV 0 50 80 example.com']],
    ['TXT', texts(['1.1.0'], ['a', 'b"c', '']), ['30 IN TXT "1.1.0"', '30 IN TXT "a" "b"c" ""']],
    ['TXT of 255 octets', texts(['\xff'.repeat(255)]), [`30 IN TXT "${'\xff'.repeat(255)}"`]],
    ['TXT of no strings', texts([]), ['30 IN TXT ""']],
    ['SOA', startOfAuthority, ['5 IN SOA ns.dns.cluster.local hostmaster.cluster.local 4294967295 7200 1800 86400 30']],
  ] as const;

  test.for(cases)('%s', ([, rrset, expected]) => {
    const { answer } = decoded(reply(web, { answer: [{ owner: questionOwner, rrset }] }));
    expect(answer).toEqual(expected.map((line) => `web.shop.svc.cluster.local ${line}`));
  });

  test.for([0, 1, 65_536, 2 ** 31 - 1])('TTL %i', (ttlSeconds) => {
    const rrset = { ...addresses('A', '10.0.0.1'), ttlSeconds };
    const { answer } = decoded(reply(web, { answer: [{ owner: questionOwner, rrset }] }));
    expect(answer).toEqual([`web.shop.svc.cluster.local ${ttlSeconds} IN A 10.0.0.1`]);
  });
});

describe('sections', () => {
  test('are written in their order', () => {
    const to = query('_http._tcp.web.shop.svc.cluster.local');
    const given = reply(to, {
      answer: [{ owner: questionOwner, rrset: services(service(80, relative('web-0.web.shop.svc'))) }],
      authority: [{ owner: relative(''), rrset: targets('NS', relative('ns.dns')) }],
      additional: [
        { owner: relative('web-0.web.shop.svc'), rrset: addresses('A', '10.0.0.1') },
        { owner: relative('web-0.web.shop.svc'), rrset: addresses('AAAA', 'fd00::1') },
        { owner: absolute('example.com'), rrset: addresses('A', '10.0.0.2') },
      ],
    });
    expect(decoded(given)).toMatchObject({
      answer: ['_http._tcp.web.shop.svc.cluster.local 30 IN SRV 0 50 80 web-0.web.shop.svc.cluster.local'],
      authority: ['cluster.local 30 IN NS ns.dns.cluster.local'],
      additional: [
        'web-0.web.shop.svc.cluster.local 30 IN A 10.0.0.1',
        'web-0.web.shop.svc.cluster.local 30 IN AAAA fd00::1',
        'example.com 30 IN A 10.0.0.2',
      ],
    });
  });

  test('a negative answer carries the SOA of the origin (RFC 2308 §3)', () => {
    expect(decoded(reply(web, { rcode: 'NXDOMAIN', authority: [apexSoa] }))).toMatchObject({
      rcode: 3,
      answer: [],
      authority: ['cluster.local 5 IN SOA ns.dns.cluster.local hostmaster.cluster.local 4294967295 7200 1800 86400 30'],
    });
  });

  test('an empty set is no record', () => {
    const given = reply(web, {
      answer: [
        { owner: questionOwner, rrset: addresses('A') },
        { owner: questionOwner, rrset: addresses('A', '10.0.0.1') },
      ],
    });
    expect(decoded(given).answer).toEqual(['web.shop.svc.cluster.local 30 IN A 10.0.0.1']);
  });
});

describe('order within a set', () => {
  const given = reply(web, {
    answer: [{ owner: questionOwner, rrset: addresses('A', '10.0.0.1', '10.0.0.2', '10.0.0.3') }],
  });

  test.for([
    [0, '1 2 3'],
    [1 - Number.EPSILON, '3 1 2'],
    [0.5, '2 3 1'],
  ] as const)('follows chance: %d', ([chance, expected]) => {
    const { answer } = decodeAnswer(encodeAnswer(given, () => chance));
    expect(answer.map((line) => line.at(-1)).join(' ')).toBe(expected);
  });

  test('sets keep theirs: a CNAME precedes its target', () => {
    const chain = reply(web, {
      answer: [
        { owner: questionOwner, rrset: targets('CNAME', relative('db.shop.svc')) },
        { owner: relative('db.shop.svc'), rrset: addresses('A', '10.0.0.1') },
      ],
    });
    for (const chance of [0, 0.999]) {
      expect(decodeAnswer(encodeAnswer(chain, () => chance)).answer).toEqual([
        'web.shop.svc.cluster.local 30 IN CNAME db.shop.svc.cluster.local',
        'db.shop.svc.cluster.local 30 IN A 10.0.0.1',
      ]);
    }
  });
});

describe('size (65,535 octets)', () => {
  const many = (count: number) =>
    addresses('A', ...Array.from({ length: count }, (_, i) => `10.0.${i >> 8}.${i & 255}`));
  /** Octets that a question for `web.shop.svc.cluster.local` leaves for records, beside header and OPT. */
  const room = 65_535 - 12 - 32 - 276;
  const fits = Math.floor(room / 16);

  test.for([
    [fits, fits],
    [fits + 1, fits],
    [10_000, fits],
  ] as const)('%i addresses: %i are sent', ([given, sent]) => {
    const octets = encodeAnswer(reply(web, { answer: [{ owner: questionOwner, rrset: many(given) }] }), Math.random);
    const { answer, flags } = decodeAnswer(octets);
    expect(octets.length).toBeLessThanOrEqual(65_535);
    expect(new Set(answer).size).toBe(sent);
    expect(flags).toBe('QR AA RD');
  });

  test('which ones are sent is chance', () => {
    const given = reply(web, { answer: [{ owner: questionOwner, rrset: many(10_000) }] });
    const first = decodeAnswer(encodeAnswer(given, () => 0)).answer;
    const last = decodeAnswer(encodeAnswer(given, () => 1 - Number.EPSILON)).answer;
    expect(first).toContain('web.shop.svc.cluster.local 30 IN A 10.0.0.0');
    expect(first).not.toContain('web.shop.svc.cluster.local 30 IN A 10.0.39.15');
    expect(last).toContain('web.shop.svc.cluster.local 30 IN A 10.0.39.15');
  });

  test('the additional section gives way first, and the OPT record never', () => {
    const to = query('web.shop.svc.cluster.local', []);
    const extra = { owner: relative('web-0.web.shop.svc'), rrset: many(1_000) };
    const given = (count: number) =>
      decoded(reply(to, { answer: [{ owner: questionOwner, rrset: many(count) }], additional: [extra] }));
    expect(given(10)).toMatchObject({ answer: { length: 10 }, additional: { length: 1_000 } });
    const some = given(fits - 500);
    expect(some.answer.length).toBe(fits - 500);
    // Their owner is out of a pointer's reach, so each takes 22 octets.
    expect(some.additional.length).toBe(Math.floor((500 * 16) / 22));
    expect(some.opt).toBeDefined();
    expect(given(10_000)).toMatchObject({ answer: { length: fits }, additional: [], opt: { version: 0 } });
  });

  describe('to the octet', () => {
    const to = query('web.shop.svc.cluster.local', []);
    const host = relative('web-0.web.shop.svc');
    const hostOctets = 34;
    // Names that are shortened count as if they were not.
    const cases = [
      ['A', addresses('A', '10.0.0.1'), 16],
      ['AAAA', addresses('AAAA', '::1'), 28],
      ['SRV', services(service(80, host)), 18 + hostOctets],
      ['TXT', texts(['ab', '', 'c']), 12 + 6],
      ['CNAME', targets('CNAME', host), 12 + hostOctets],
      ['SOA', { ...startOfAuthority, mname: host, rname: host }, 12 + 20 + 2 * hostOctets],
    ] as const;

    test.for(cases)('%s fits, or is left out', ([, rrset, size]) => {
      for (const [left, records] of [
        [size, 1],
        [size - 1, 0],
      ] as const) {
        const filled = { owner: questionOwner, rrset: filler(65_535 - 276 - 12 - to.question.length - left) };
        const extendedError = { code: 'Not Ready', text: 'x'.repeat(255) } as const;
        const octets = encodeAnswer(
          reply(to, { answer: [filled], additional: [{ owner: questionOwner, rrset }], extendedError }),
          inOrder,
        );
        const { answer, additional } = decodeAnswer(octets);
        expect([answer.length, additional.length]).toEqual([1, records]);
      }
    });

    /** One TXT record of so many octets. */
    function filler(octets: number) {
      const whole = Math.floor((octets - 12) / 256);
      const rest = (octets - 12) % 256;
      const strings = new Array<string>(whole).fill('x'.repeat(255));
      return texts(rest === 0 ? strings : [...strings, 'x'.repeat(rest - 1)]);
    }
  });

  test('a record larger than any message is left out, the rest is sent', () => {
    const tooLong = texts(new Array<string>(300).fill('x'.repeat(255)));
    const given = reply(web, {
      answer: [
        { owner: questionOwner, rrset: tooLong },
        { owner: questionOwner, rrset: addresses('A', '10.0.0.1') },
      ],
    });
    expect(decoded(given).answer).toEqual(['web.shop.svc.cluster.local 30 IN A 10.0.0.1']);
  });
});
