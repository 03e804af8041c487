import { describe, expect, test } from 'vitest';
import { parseAddress } from '../../zone/address.ts';
import { flatten } from '../../zone/flat.ts';
import type { OwnerGroup } from '../../zone/group.ts';
import { apex, NameError, parseName, parseRelativeName } from '../../zone/name.ts';
import type { RRset, Target } from '../../zone/rrset.ts';
import { formatReverse, formatRRset, formatZone, reverseName } from '../../zone/text.ts';

const web = parseRelativeName('web.default.svc');
const origin = parseName('cluster.local');
const ttlSeconds = 30;

describe('a set', () => {
  test.for<[RRset, string[]]>([
    [
      { type: 'A', ttlSeconds, addresses: Uint8Array.of(10, 0, 0, 10, 10, 0, 0, 9) },
      ['30 IN A 10.0.0.9', '30 IN A 10.0.0.10'],
    ],
    [{ type: 'AAAA', ttlSeconds: 0, addresses: Uint8Array.of(0xfd, ...Array(14).fill(0), 1) }, ['0 IN AAAA fd00::1']],
    [
      {
        type: 'SRV',
        ttlSeconds,
        services: [
          { priority: 1, weight: 0, port: 1, target: inside('a') },
          { priority: 0, weight: 33, port: 10_000, target: outside('b.example.com') },
          { priority: 0, weight: 33, port: 10_000, target: inside('b') },
          { priority: 0, weight: 33, port: 10_000, target: inside('a') },
          { priority: 0, weight: 33, port: 9000, target: inside('b') },
          { priority: 0, weight: 5, port: 9000, target: inside('') },
        ],
      },
      [
        '30 IN SRV 0 5 9000 @',
        '30 IN SRV 0 33 9000 b',
        '30 IN SRV 0 33 10000 a',
        '30 IN SRV 0 33 10000 b',
        '30 IN SRV 0 33 10000 b.example.com.',
        '30 IN SRV 1 0 1 a',
      ],
    ],
    [
      { type: 'NS', ttlSeconds, targets: [inside('ns.dns'), outside('ns.example.com'), inside('a.dns')] },
      ['30 IN NS a.dns', '30 IN NS ns.dns', '30 IN NS ns.example.com.'],
    ],
    [{ type: 'CNAME', ttlSeconds, targets: [outside('.')] }, ['30 IN CNAME .']],
    [{ type: 'PTR', ttlSeconds, targets: [inside('a\\.b.c')] }, ['30 IN PTR a\\.b.c']],
    [
      { type: 'TXT', ttlSeconds, texts: [['one two', ''], ['"quoted" \\ \n \x7f \xff']] },
      ['30 IN TXT "\\"quoted\\" \\\\ \\010 \\127 \\255"', '30 IN TXT "one two" ""'],
    ],
  ])('%#', ([rrset, expected]) => {
    expect(formatRRset({ owner: web, rrset })).toEqual(expected.map((data) => `web.default.svc ${data}`));
  });

  test('is written in full below an origin', () => {
    const services = [{ priority: 0, weight: 100, port: 80, target: inside('web') }];
    expect(formatRRset({ owner: apex, rrset: { type: 'SRV', ttlSeconds, services } }, origin)).toEqual([
      'cluster.local. 30 IN SRV 0 100 80 web.cluster.local.',
    ]);
    const targets = [outside('example.com')];
    expect(formatRRset({ owner: web, rrset: { type: 'CNAME', ttlSeconds, targets } }, origin)).toEqual([
      'web.default.svc.cluster.local. 30 IN CNAME example.com.',
    ]);
  });

  test('that does not fit below an origin is an error', () => {
    const label = 'x'.repeat(63);
    const rrset = { type: 'CNAME', ttlSeconds, targets: [inside('web')] } as const;
    const owner = parseRelativeName(`${label}.${label}.${label}`);
    expect(formatRRset({ owner, rrset }, origin)).toHaveLength(1);
    expect(() => formatRRset({ owner, rrset }, parseName(label))).toThrow(NameError);
  });
});

test.for([
  ['10.244.1.8', '8.1.244.10.in-addr.arpa.'],
  // RFC 3596 §2.5.
  ['4321:0:1:2:3:4:567:89ab', 'b.a.9.8.7.6.5.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.0.0.0.0.1.2.3.4.ip6.arpa.'],
])('the reverse name of %s is %s', ([address, name]) => {
  expect(reverseName(parseAddress(address!)!)).toBe(name);
});

test('PTR records have their reverse names in full, and targets below the origin', () => {
  const rrset = { type: 'PTR', ttlSeconds, targets: [inside('web')] } as const;
  const reverse = { address: parseAddress('10.0.0.1')!, rrset };
  expect(formatReverse(reverse)).toEqual(['1.0.0.10.in-addr.arpa. 30 IN PTR web']);
  expect(formatReverse(reverse, origin)).toEqual(['1.0.0.10.in-addr.arpa. 30 IN PTR web.cluster.local.']);
});

describe('a zone', () => {
  const group: OwnerGroup = {
    base: web,
    ttlSeconds,
    own: [parseAddress('10.96.0.1')!],
    hosts: [],
    nodes: [{ prefix: apex, addresses: 'base', services: [], rrsets: [] }],
    hasPointers: true,
    answersDashed: false,
  };

  test('is all its names in order, those without records as comments, and then its addresses', () => {
    expect(formatZone(flatten([group]))).toBe(
      `; @ has no records
; svc has no records
; default.svc has no records
web.default.svc 30 IN A 10.96.0.1
1.0.96.10.in-addr.arpa. 30 IN PTR web.default.svc
`,
    );
  });

  test.for([
    ['default.pod', undefined, '; *.default.pod: every address that a label spells with dashes'],
    ['default.pod', origin, '; *.default.pod.cluster.local.: every address that a label spells with dashes'],
    ['', undefined, '; *: every address that a label spells with dashes'],
    ['', origin, '; *.cluster.local.: every address that a label spells with dashes'],
  ] as const)('has a line for names that cannot be listed, below %j', ([base, below, line]) => {
    const spelled = { ...group, base: parseRelativeName(base), own: [], nodes: [], answersDashed: true };
    expect(
      formatZone(flatten([spelled]), below)
        .split('\n')
        .at(-2),
    ).toBe(line);
    expect(formatZone(flatten([group]), below)).not.toContain('*');
  });

  test('is written in full below an origin', () => {
    expect(formatZone(flatten([group]), origin)).toBe(
      `; cluster.local. has no records
; svc.cluster.local. has no records
; default.svc.cluster.local. has no records
web.default.svc.cluster.local. 30 IN A 10.96.0.1
1.0.96.10.in-addr.arpa. 30 IN PTR web.default.svc.cluster.local.
`,
    );
  });
});

function inside(text: string): Target {
  return { kind: 'relative', name: parseRelativeName(text) };
}

function outside(text: string): Target {
  return { kind: 'absolute', name: parseName(text) };
}
