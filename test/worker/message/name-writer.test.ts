/**
 * How names are shortened (RFC 1035 §4.1.4), octet for octet. Every question begins at octet 12 of the message.
 */
import { describe, expect, test } from 'vitest';
import { encodeAnswer } from '../../../worker/message/answer.ts';
import { type Owner, type PlacedRRset, questionOwner, type RecordsReply } from '../../../worker/message/reply.ts';
import { parseName } from '../../../zone/name.ts';
import type { RRset } from '../../../zone/rrset.ts';
import { dotted, name } from './build-query.ts';
import { decodeAnswer } from './decode-answer.ts';
import {
  absolute,
  addresses,
  inOrder,
  lastLabels,
  query,
  relative,
  reply,
  service,
  services,
  startOfAuthority,
  targets,
} from './replies.ts';

const one = addresses('A', '10.0.0.1');
const two = addresses('A', '10.0.0.1', '10.0.0.2');
/** TYPE, CLASS, TTL, RDLENGTH and RDATA of an address record. */
const addressOctets = 14;

/** The octets behind the question. */
function recordsOf(given: RecordsReply): number[] {
  const octets = encodeAnswer(given, inOrder);
  decodeAnswer(octets);
  return [...octets.subarray(12 + given.to.question.length)];
}

/** The owners of address records, as octets. */
function ownersOf(given: RecordsReply, ...lengths: number[]): number[][] {
  const octets = recordsOf(given);
  let at = 0;
  return lengths.map((length) => {
    const owner = octets.slice(at, at + length);
    at += length + addressOctets;
    return owner;
  });
}

function placed(owner: Owner, rrset: RRset = one): PlacedRRset {
  return { owner, rrset };
}

describe('owners', () => {
  // 12: web, 16: shop, 21: svc, 25: cluster, 33: local, 39: root.
  const to = query('web.shop.svc.cluster.local');
  const label = (text: string) => name(text).slice(0, -1);

  test.for([
    ["the question's name", questionOwner, [0xc0, 12]],
    ['the same name, relative', relative('web.shop.svc'), [0xc0, 12]],
    ['the same name, absolute', absolute('web.shop.svc.cluster.local'), [0xc0, 12]],
    ['the apex', relative(''), [0xc0, 25]],
    ['the apex, absolute', absolute('cluster.local'), [0xc0, 25]],
    ['a name above', relative('shop.svc'), [0xc0, 16]],
    ['a name below', relative('web-0.web.shop.svc'), [...label('web-0'), 0xc0, 12]],
    ['a name beside', relative('api.shop.svc'), [...label('api'), 0xc0, 16]],
    ['a name below the apex', relative('ns.dns'), [...label('ns'), ...label('dns'), 0xc0, 25]],
    ['a name outside the zone', absolute('example.local'), [...label('example'), 0xc0, 33]],
    ['a name elsewhere', absolute('example.com'), dotted('example.com')],
    ['the root', absolute('.'), [0]],
  ] as const)('%s', ([, owner, expected]) => {
    expect(ownersOf(reply(to, { answer: [placed(owner)] }), expected.length)).toEqual([expected]);
  });

  test('each later record points to the first', () => {
    const given = reply(to, { answer: [placed(relative('a.b'), two), placed(relative('a.b'), one)] });
    const first = [...label('a'), ...label('b'), 0xc0, 25];
    expect(ownersOf(given, first.length, 2, 2)).toEqual([first, [0xc0, 44], [0xc0, 44]]);
  });

  test('the root is never pointed to', () => {
    expect(ownersOf(reply(to, { answer: [placed(absolute('.'), two)] }), 1, 1)).toEqual([[0], [0]]);
  });

  test('a name ends in an earlier one', () => {
    const given = reply(to, { answer: [placed(absolute('example.com')), placed(absolute('www.example.com'))] });
    expect(ownersOf(given, 13, 6)).toEqual([dotted('example.com'), [...label('www'), 0xc0, 44]]);
  });

  test('labels that only look alike across their borders are not shared', () => {
    // The question's label `\x01a` holds octets that read as the label `a`.
    const odd = query('x\u0001a.cluster.local');
    const given = reply(odd, { answer: [placed(relative('a'))] });
    expect(ownersOf(given, 4)).toEqual([[1, 0x61, 0xc0, 16]]);
  });

  test("letter case is the question's where a pointer leads there", () => {
    const mixed = query('WEB.shop.Svc.Cluster.LOCAL');
    const given = reply(mixed, {
      answer: [placed(questionOwner), placed(relative('web-0.web.shop.svc')), placed(relative(''))],
    });
    expect(decodeAnswer(encodeAnswer(given, inOrder)).answer.map((line) => line.split(' ')[0])).toEqual([
      'WEB.shop.Svc.Cluster.LOCAL',
      'web-0.WEB.shop.Svc.Cluster.LOCAL',
      'Cluster.LOCAL',
    ]);
  });
});

describe('an origin that is not in the question', () => {
  const to = query('5.0.0.10.in-addr.arpa');
  const origin = { kind: 'absolute', name: parseName('cluster.local') } as const;

  test('is written once and pointed to afterwards', () => {
    const given = reply(to, {
      origin,
      answer: [placed(questionOwner, targets('PTR', relative('web-0.web'), relative('web-1.web'), relative('')))],
    });
    const octets = recordsOf(given);
    const first = dotted('web-0.web.cluster.local');
    // The question takes 27 octets, so the first target begins at 12 + 27 + 12 = 51 and its origin at 61.
    const data = (rdata: readonly number[]) => [0xc0, 12, 0, 12, 0, 1, 0, 0, 0, 30, 0, rdata.length, ...rdata];
    expect(octets).toEqual([
      ...data(first),
      ...data([...dotted('web-1.web').slice(0, -1), 0xc0, 61]),
      ...data([0xc0, 61]),
    ]);
  });

  test('may be the root', () => {
    const given = reply(to, {
      origin: { kind: 'absolute', name: parseName('.') },
      answer: [placed(questionOwner, targets('PTR', relative('web'), relative('')))],
    });
    expect(decodeAnswer(encodeAnswer(given, inOrder)).answer.map((line) => line.split(' ').at(-1))).toEqual([
      'web',
      '.',
    ]);
    expect(recordsOf(given).slice(-1)).toEqual([0]);
  });

  test('may be the root at the end of the question', () => {
    const given = reply(to, {
      origin: { kind: 'question', offset: to.qname.length - 1 },
      answer: [placed(relative('web'))],
    });
    expect(ownersOf(given, 5)).toEqual([dotted('web')]);
  });
});

describe('names in record data', () => {
  const to = query('_http._tcp.Web.shop.svc.Cluster.local');

  test('SOA names are shortened (RFC 1035 §3.3.13)', () => {
    const given = reply(to, { authority: [{ owner: relative(''), rrset: startOfAuthority }] });
    // The apex is at 12 + 6 + 5 + 4 + 5 + 4 = 36.
    const names = [...dotted('ns.dns').slice(0, -1), 0xc0, 36, ...dotted('hostmaster').slice(0, -1), 0xc0, 36];
    const octets = recordsOf(given);
    expect(octets.slice(0, 2)).toEqual([0xc0, 36]);
    expect(octets.slice(10, 12)).toEqual([0, names.length + 20]);
    expect(octets.slice(12, 12 + names.length)).toEqual(names);
  });

  test('SRV targets are written in full, in the spelling of the question (RFC 2782)', () => {
    const target = relative('web-0.web.shop.svc');
    const given = reply(to, { answer: [placed(questionOwner, services(service(80, target), service(81, target)))] });
    const octets = recordsOf(given);
    const written = dotted('web-0.web.shop.svc.Cluster.local');
    const recordOctets = 12 + 6 + written.length;
    expect(octets.length).toBe(2 * recordOctets);
    expect(octets.slice(18, recordOctets)).toEqual(written);
    expect(octets.slice(recordOctets + 18)).toEqual(written);
  });

  test('an owner may point to an SRV target', () => {
    const target = relative('web-0.web.shop.svc');
    const given = reply(to, {
      answer: [placed(questionOwner, services(service(80, target)))],
      additional: [placed(target, two)],
    });
    const at = 12 + to.question.length + 18;
    expect(recordsOf(given).slice(-32)).toEqual([
      ...[0xc0, at, 0, 1, 0, 1, 0, 0, 0, 30, 0, 4, 10, 0, 0, 1],
      ...[0xc0, at, 0, 1, 0, 1, 0, 0, 0, 30, 0, 4, 10, 0, 0, 2],
    ]);
  });

  test('SRV targets elsewhere and below an absolute origin', () => {
    const given = reply(to, {
      origin: { kind: 'absolute', name: parseName('k8s.example') },
      answer: [placed(questionOwner, services(service(80, relative('web')), service(80, absolute('a.test'))))],
    });
    expect(decodeAnswer(encodeAnswer(given, inOrder)).answer.map((line) => line.split(' ').at(-1))).toEqual([
      'web.k8s.example',
      'a.test',
    ]);
  });
});

describe('limits', () => {
  test('no pointer beyond 16,383 (14 bits)', () => {
    const to = query('web.shop.svc.cluster.local');
    const hosts = Array.from({ length: 2_000 }, (_, i) => relative(`host-${i}.web.shop.svc`));
    const given = reply(to, { answer: [...hosts, ...hosts].map((owner) => placed(owner, two)) });
    const octets = encodeAnswer(given, inOrder);
    expect(octets.length).toBeGreaterThan(60_000);
    const { answer } = decodeAnswer(octets);
    const expected = [...hosts, ...hosts].flatMap((_, i) =>
      [1, 2].map((last) => `host-${i % 2_000}.web.shop.svc.cluster.local 30 IN A 10.0.0.${last}`),
    );
    expect(answer).toEqual(expected.slice(0, answer.length));
  });

  describe('names too long below this origin', () => {
    const label = (octets: number) => 'x'.repeat(octets);
    /** 210 octets, so `k8s` and the root leave room for 40 more. */
    const long = `${label(63)}.${label(63)}.${label(63)}.${label(17)}`;

    test.for([
      ['255 octets', 39, 1],
      ['256 octets', 40, 0],
    ] as const)('%s', ([, last, records]) => {
      const to = query('web.k8s');
      const origin = lastLabels(to, 1);
      const name = relative(`${label(last)}.${long}`);
      const sent = (fields: Partial<RecordsReply>) =>
        decodeAnswer(encodeAnswer(reply(to, { origin, ...fields }), inOrder));
      expect(sent({ answer: [placed(name)] }).answer.length).toBe(records);
      expect(sent({ answer: [placed(questionOwner, targets('CNAME', name))] }).answer.length).toBe(records);
      const rrset = services(service(1, name), service(2, relative('web')), service(3, name));
      expect(sent({ answer: [placed(questionOwner, rrset)] }).answer.length).toBe(1 + 2 * records);
    });
  });
});
