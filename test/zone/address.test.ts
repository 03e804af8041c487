/** Addresses and prefixes, by example. */
import { describe, expect, test } from 'vitest';
import {
  addressFromOctets,
  familyOf,
  formatAddress,
  formatPrefix,
  octetsOf,
  parseAddress,
  parsePrefix,
  prefixContains,
  unmapped,
} from '../../zone/address.ts';

describe('an address', () => {
  test.for([
    ['0.0.0.0', '0.0.0.0'],
    ['255.255.255.255', '255.255.255.255'],
    ['10.244.1.8', '10.244.1.8'],
    // RFC 5952 §1 to §4.
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:0db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8::1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8::0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:0db8::1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8:0:0:1::1', '2001:db8::1:0:0:1'],
    ['2001:DB8:0:0:1::1', '2001:db8::1:0:0:1'],
    ['2001:db8:aaaa:bbbb:cccc:dddd:eeee:0001', '2001:db8:aaaa:bbbb:cccc:dddd:eeee:1'],
    ['2001:db8:0:0:0:0:2:1', '2001:db8::2:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['::', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['1:0:0:0:0:0:0:0', '1::'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
    ['::2:3:4:5:6:7:8', '0:2:3:4:5:6:7:8'],
    ['0:0:3:4:5:6:0:0', '::3:4:5:6:0:0'],
    ['fd00:10:244::8', 'fd00:10:244::8'],
    ['::ffff:192.0.2.1', '::ffff:c000:201'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
    ['1:2:3:4:5:6:1.2.3.4', '1:2:3:4:5:6:102:304'],
  ])('%s is written as %s', ([text, expected]) => {
    const address = parseAddress(text!)!;
    expect(formatAddress(address)).toBe(expected);
    expect(parseAddress(expected!)).toBe(address);
    expect(addressFromOctets(octetsOf(address))).toBe(address);
  });

  test.for([
    ...['', '.', '...', '1', '1.2.3', '1.2.3.4.5', '1.2.3.', '.1.2.3', '1..2.3', '1.2.3.4.', '1.2.3.4 ', ' 1.2.3.4'],
    ...[
      '256.0.0.1',
      '1.2.3.256',
      '1.2.3.999999999999',
      '01.2.3.4',
      '1.2.3.00',
      '1.2.3.a',
      '0x1.2.3.4',
      '-1.2.3.4',
      '1.2.3.4/32',
      '１.2.3.4',
    ],
    ...[
      ':',
      ':::',
      '1',
      '1:2:3:4:5:6:7',
      '1:2:3:4:5:6:7:8:9',
      '1:2:3:4:5:6:7:8::',
      '::1:2:3:4:5:6:7:8',
      '1::2::3',
      ':1::',
      '1:::2',
      '1:2:3:4:5:6:7:',
    ],
    ...[
      ':1:2:3:4:5:6:7',
      '12345::',
      'g::',
      '::1%eth0',
      '[::1]',
      '::1/128',
      '1.2.3.4::',
      '::1.2.3',
      '::1.2.3.4:5',
      '::01.2.3.4',
      '1:2:3:4:5:6:7:1.2.3.4',
      '::1.2.3.256',
    ],
  ])('%j is none', (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });

  test('is of a family', () => {
    expect(familyOf(parseAddress('10.0.0.1')!)).toBe(4);
    expect(familyOf(parseAddress('::10.0.0.1')!)).toBe(6);
  });

  test('is in the order of its octets', () => {
    const ordered = ['9.255.255.255', '10.0.0.0', '10.0.0.2', '10.0.0.10', '200.0.0.0'].map(
      (text) => parseAddress(text)!,
    );
    expect([...ordered].reverse().sort()).toEqual(ordered);
  });
});

describe('a prefix', () => {
  test.for([
    '0.0.0.0/0',
    '10.0.0.0/8',
    '10.96.0.0/12',
    '10.0.0.1/32',
    '::/0',
    'fc00::/7',
    'fd00:10:96::/112',
    '::1/128',
  ])('%s', (text) => {
    expect(formatPrefix(parsePrefix(text)!)).toBe(text);
  });

  test.for([
    ...[
      '',
      '/',
      '10.0.0.0',
      '10.0.0.0/',
      '/8',
      '10.0.0.0/33',
      '10.0.0.0/08',
      '10.0.0.0/-1',
      '10.0.0.0/8.',
      '10.0.0.0/1e1',
      '10.0.0.0/8/8',
    ],
    ...['10.0.0.1/8', '10.0.0.0/6', '10.1.0.0/15', '::/129', 'fe00::/6', 'fd00::1/127', '::1/', 'host/8'],
  ])('%j is none', (text) => {
    expect(parsePrefix(text)).toBeUndefined();
  });

  test.for([
    ['10.0.0.0/8', '10.0.0.0', true],
    ['10.0.0.0/8', '10.255.255.255', true],
    ['10.0.0.0/8', '9.255.255.255', false],
    ['10.0.0.0/8', '11.0.0.0', false],
    ['10.96.0.0/12', '10.111.255.255', true],
    ['10.96.0.0/12', '10.112.0.0', false],
    ['10.0.0.1/32', '10.0.0.1', true],
    ['10.0.0.1/32', '10.0.0.2', false],
    ['0.0.0.0/0', '255.255.255.255', true],
    ['0.0.0.0/0', '::', false],
    ['::/0', '0.0.0.0', false],
    ['fc00::/7', 'fdff::1', true],
    ['fc00::/7', 'fe00::', false],
    ['::1/128', '::1', true],
    ['::1/128', '::2', false],
  ] as const)('%s holds %s: %s', ([prefix, address, expected]) => {
    expect(prefixContains(parsePrefix(prefix)!, parseAddress(address)!)).toBe(expected);
  });
});

describe('an IPv4-mapped address', () => {
  test.for([
    ['::ffff:10.0.0.9', '10.0.0.9'],
    ['::FFFF:a00:9', '10.0.0.9'],
    ['0:0:0:0:0:ffff:0:0', '0.0.0.0'],
    // IPv4-compatible and IPv4-embedded ones are not mapped, nor is one that only looks so.
    ['::10.0.0.9', '::a00:9'],
    ['64:ff9b::10.0.0.9', '64:ff9b::a00:9'],
    ['::fffe:10.0.0.9', '::fffe:a00:9'],
    ['1::ffff:10.0.0.9', '1::ffff:a00:9'],
    ['10.0.0.9', '10.0.0.9'],
    ['fd00::1', 'fd00::1'],
  ])('%s means %s', ([text, expected]) => {
    expect(formatAddress(unmapped(parseAddress(text!)!))).toBe(expected);
  });

  test('is itself in a block, and in what is asked for', () => {
    const address = parseAddress('::ffff:10.0.0.9')!;
    expect(familyOf(address)).toBe(6);
    expect(prefixContains(parsePrefix('::ffff:0:0/96')!, address)).toBe(true);
    expect(prefixContains(parsePrefix('10.0.0.0/8')!, address)).toBe(false);
  });
});
