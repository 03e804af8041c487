/** Data of records as zone files have it. */
import { describe, expect, test } from 'vitest';
import { presentationOf } from '../../../worker/json/presentation.ts';
import { dotted, name, nameOfOctets, uint16 } from '../message/build-query.ts';

type Octets = readonly number[];

const text = (words: string): Octets => [words.length, ...Array.from(words, (letter) => letter.charCodeAt(0))];
const host = dotted('web.example');

function presented(type: number, data: Octets): string {
  return presentationOf(type, Uint8Array.from(data));
}

describe('what its type says', () => {
  test.for<[string, number, Octets, string]>([
    ['A', 1, [10, 0, 0, 1], '10.0.0.1'],
    ['NS', 2, host, 'web.example.'],
    ['CNAME', 5, host, 'web.example.'],
    ['a name of the root', 5, [0], '.'],
    ['a name in capitals', 5, dotted('WEB.example'), 'WEB.example.'],
    ['a name of odd octets', 5, name('a.b', '\0\xff "\\'), 'a\\.b.\\000\\255\\032\\"\\\\.'],
    [
      'SOA',
      6,
      [...host, ...dotted('a.b'), ...[0, 1, 2, 3, 255].flatMap((octet) => [octet, 0, 0, 1])],
      'web.example. a.b. 1 16777217 33554433 50331649 4278190081',
    ],
    ['PTR', 12, host, 'web.example.'],
    ['MX', 15, [0, 10, ...host], '10 web.example.'],
    ['TXT', 16, text('v=1'), '"v=1"'],
    ['TXT of several strings', 16, [...text('a b'), ...text(''), ...text('"\\;')], '"a b" "" "\\"\\\\;"'],
    ['TXT of odd octets', 16, [4, 0, 10, 0x7f, 0xe9], '"\\000\\010\\127\\233"'],
    ['SRV', 33, [0, 0, 0, 50, 0x01, 0xbb, ...host], '0 50 443 web.example.'],
    ['DNAME', 39, host, 'web.example.'],
  ])('%s', ([, type, data, expected]) => {
    expect(presented(type, data)).toBe(expected);
  });

  test.for([
    ['2001:db8:0:0:0:0:0:1', '2001:db8::1'],
    ['0:0:1:0:0:0:0:0', '0:0:1::'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
    ['0:0:0:0:0:ffff:a00:1', '::ffff:a00:1'],
  ] as const)('AAAA %s is %s (RFC 5952)', ([groups, expected]) => {
    const octets = groups.split(':').flatMap((group) => uint16(Number.parseInt(group, 16)));
    expect(presented(28, octets)).toBe(expected);
  });
});

describe('what is not known, or not what its type says, as octets (RFC 3597 §5)', () => {
  test.for<[string, number, Octets, string]>([
    ['a type that is not known', 65280, [0, 1, 0xfe], '\\# 3 0001fe'],
    ['no data', 65280, [], '\\# 0'],
    ['no address', 1, [], '\\# 0'],
    ['half an address', 1, [10, 0], '\\# 2 0a00'],
    ['an address and more', 1, [10, 0, 0, 1, 2], '\\# 5 0a00000102'],
    ['AAAA of 4 octets', 28, [10, 0, 0, 1], '\\# 4 0a000001'],
    ['no name', 5, [], '\\# 0'],
    ['a name cut short', 5, [3, 0x77], '\\# 2 0377'],
    ['a name without its root', 5, [1, 0x77], '\\# 2 0177'],
    ['a name with a pointer', 5, [0xc0, 12], '\\# 2 c00c'],
    ['a label of 64 octets', 5, [64, ...new Array<number>(64).fill(0x78), 0], `\\# 66 40${'78'.repeat(64)}00`],
    ['something behind a name', 5, [1, 0x77, 0, 0], '\\# 4 01770000'],
    ['an SOA without its numbers', 6, [0, 0, 1], '\\# 3 000001'],
    ['MX without a name', 15, [0, 1], '\\# 2 0001'],
    ['no string', 16, [], '\\# 0'],
    ['a string cut short', 16, [2, 0x61], '\\# 2 0261'],
    ['a second string cut short', 16, [1, 0x61, 1], '\\# 3 016101'],
    ['SRV without a name', 33, [0, 0, 0, 1, 0, 80], '\\# 6 000000010050'],
  ])('%s', ([, type, data, expected]) => {
    expect(presented(type, data)).toBe(expected);
  });

  test('a name of 255 octets, and one of 256', () => {
    expect(presented(5, nameOfOctets(255))).toMatch(/^x{63}\..*x\.$/);
    expect(presented(5, nameOfOctets(256))).toMatch(/^\\# 256 /);
  });
});

describe('SVCB and HTTPS (RFC 9460)', () => {
  const parameter = (key: number, value: Octets, length = value.length): Octets => [
    ...uint16(key),
    ...uint16(length),
    ...value,
  ];
  const service = (...parameters: Octets[]): Octets => [0, 1, 0, ...parameters.flat()];
  const characters = (words: string): Octets => text(words).slice(1);

  test.for<[string, Octets, string]>([
    ['an alias', [0, 0, ...host], '0 web.example.'],
    ['a service', [0, 16, ...host], '16 web.example.'],
    ['alpn', service(parameter(1, [...text('h2'), ...text('h3')])), '1 . alpn="h2,h3"'],
    [
      'alpn with what is escaped twice',
      service(parameter(1, [...text('f\\oo,bar'), ...text('h2')])),
      '1 . alpn="f\\\\\\\\oo\\\\,bar,h2"',
    ],
    ['no-default-alpn', service(parameter(1, text('h2')), parameter(2, [])), '1 . alpn="h2" no-default-alpn'],
    ['port', service(parameter(3, [0x20, 0xfb])), '1 . port=8443'],
    [
      'hints',
      service(parameter(4, [10, 0, 0, 1, 10, 0, 0, 2]), parameter(6, [...new Array<number>(15).fill(0), 1])),
      '1 . ipv4hint=10.0.0.1,10.0.0.2 ipv6hint=::1',
    ],
    ['dohpath', service(parameter(7, characters('/dns-query{?dns}'))), '1 . dohpath="/dns-query{?dns}"'],
    ['mandatory', service(parameter(0, [0, 1, 0, 7, 0, 9])), '1 . mandatory=alpn,dohpath,key9'],
    ['ech', service(parameter(5, [1, 2, 3, 4])), '1 . ech="AQIDBA=="'],
    ['ohttp', service(parameter(8, [])), '1 . ohttp'],
    ['other keys', service(parameter(667, characters('a b')), parameter(668, [])), '1 . key667="a b" key668'],
  ])('%s', ([, data, expected]) => {
    expect(presented(65, data)).toBe(expected);
    expect(presented(64, data)).toBe(expected);
  });

  test.for<[string, Octets]>([
    ['without a target', [0, 1]],
    ['keys that fall', service(parameter(3, [0, 80]), parameter(1, text('h2')))],
    ['a key twice', service(parameter(3, [0, 80]), parameter(3, [0, 80]))],
    ['a value past the end', service(parameter(3, [0, 80], 3))],
    ['half a key', service([0])],
    ['no alpn', service(parameter(1, []))],
    ['a port of three octets', service(parameter(3, [0, 80, 0]))],
    ['a hint of five octets', service(parameter(4, [10, 0, 0, 1, 2]))],
    ['no-default-alpn with a value', service(parameter(2, [1]))],
  ])('%s: as octets', ([, data]) => {
    expect(presented(65, data)).toMatch(/^\\# \d+ [0-9a-f]+$/);
  });
});
