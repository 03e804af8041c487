/** What a group may hold, both sides of each limit. */
import { describe, expect, test } from 'vitest';
import { type Address, addressFromOctets, parseAddress } from '../../../zone/address.ts';
import type { GroupNode, Host, HostService, OwnerGroup, ServiceRule } from '../../../zone/group.ts';
import { groupLimits } from '../../../zone/image/format.ts';
import type { AddressStretch } from '../../../zone/image/fragment/address-writer.ts';
import { GroupTooLargeError } from '../../../zone/image/fragment/group-too-large.ts';
import { encodeFragment } from '../../../zone/image/fragment.ts';
import { apex, NameError, parseName, parseRelativeName } from '../../../zone/name.ts';
import { asked, imageOf } from './asking.ts';

const address = parseAddress('10.0.0.1')!;
const host: Host = { label: 'a', subdomain: undefined, addresses: [address], services: [] };
const node: GroupNode = { prefix: apex, addresses: 'none', services: [], rrsets: [] };
const port = (number: number): HostService => ({ priority: 0, weight: 0, port: number });
const cname = { type: 'CNAME', ttlSeconds: 1, targets: [{ kind: 'absolute', name: parseName('.') }] } as const;
const txt = (texts: readonly (readonly string[])[]) => ({ type: 'TXT', ttlSeconds: 1, texts }) as const;

describe('a group of', () => {
  test.for<[string, number, number, (count: number) => Partial<OwnerGroup>]>([
    [
      'hosts',
      65_535,
      65_536,
      (count) => ({ hosts: Array.from({ length: count }, (_, i) => ({ ...host, label: `a${i}` })) }),
    ],
    ['addresses', 65_535, 65_536, (count) => ({ own: addresses(count) })],
    ['addresses', 65_535, 65_536, (count) => ({ hosts: [{ ...host, addresses: addresses(count) }] })],
    [
      'ports',
      65_535,
      65_536,
      (count) => ({
        hosts: [
          { ...host, services: Array.from({ length: count }, (_, i) => ({ ...port(i % 65_536), weight: i >> 16 })) },
        ],
      }),
    ],
    [
      'ports',
      65_535,
      65_536,
      (count) => ({ nodes: [{ ...node, services: Array(count).fill({ ...port(1), targets: 'none' }) }] }),
    ],
    ['names', 65_535, 65_536, (count) => ({ nodes: Array(count).fill(node) })],
    ['kinds of records', 3, 4, (count) => ({ nodes: [{ ...node, rrsets: Array(count).fill(cname) }] })],
    [
      'records of one type',
      255,
      256,
      (count) => ({ nodes: [{ ...node, rrsets: [{ ...cname, targets: Array(count).fill(cname.targets[0]) }] }] }),
    ],
    ['records of one type', 255, 256, (count) => ({ nodes: [{ ...node, rrsets: [txt(Array(count).fill(['']))] }] })],
    [
      'strings in a TXT record',
      255,
      256,
      (count) => ({ nodes: [{ ...node, rrsets: [txt([Array(count).fill('')])] }] }),
    ],
    [
      'labels in front',
      2,
      3,
      (count) => ({ nodes: [{ ...node, prefix: parseRelativeName(Array(count).fill('a').join('.')) }] }),
    ],
  ])('%s may hold %i and not %i', ([what, most, tooMany, parts]) => {
    expect(() => encodeFragment(group(parts(most)))).not.toThrow();
    const encode = () => encodeFragment(group(parts(tooMany)));
    expect(encode).toThrow(GroupTooLargeError);
    expect(encode).toThrow(`${tooMany} ${what} under one name; at most ${most} can be published`);
  });
});

describe('a group as a whole', () => {
  const { octets } = groupLimits;
  /** Of so many octets, by the length of texts. */
  const groupOf = (length: number) => {
    const hosts = Array.from({ length: 29_100 }, (_, i) => ({ ...host, label: String(i).padEnd(63, 'x') }));
    const without = encodeFragment(group({ hosts, nodes: [{ ...node, rrsets: [txt([])] }] })).octets.length;
    // A text of one string takes two octets more than the string.
    const texts: string[][] = [];
    for (let left = length - without; left > 0; left -= texts.at(-1)![0]!.length + 2) {
      texts.push(['x'.repeat(left < 300 && left > 257 ? 100 : Math.min(left - 2, 255))]);
    }
    return group({ hosts, nodes: [{ ...node, rrsets: [txt(texts)] }] });
  };

  test(`may take ${octets} octets and not one more`, () => {
    expect(encodeFragment(groupOf(octets)).octets.length).toBe(octets);
    expect(() => encodeFragment(groupOf(octets + 1))).toThrow(GroupTooLargeError);
    expect(() => encodeFragment(groupOf(octets + 1))).toThrow(`more than ${octets} octets under one name`);
  });

  test('may have as many lists of ports as hosts', () => {
    const hosts = Array.from({ length: groupLimits.hosts }, (_, i) => ({
      ...host,
      label: `a${i}`,
      services: [port(i)],
    }));
    const { ask } = asked(imageOf(group({ hosts })));
    for (const i of [0, 253, 254, 255, 256, groupLimits.hosts - 1]) {
      expect(ask(`a${i}.web`, 'SRV')).toEqual([`a${i}.web 30 IN SRV 0 0 ${i} a${i}.web`]);
    }
  });

  test('that members and rules multiply is refused before it costs much', () => {
    const hosts = Array.from({ length: 50_000 }, (_, i) => ({ ...host, label: `a${i}` }));
    const targets = hosts.map((_, i) => i);
    let written = 0;
    const rule: ServiceRule = {
      ...port(1),
      get targets() {
        written += 1;
        return targets;
      },
    };
    const rules = Array<ServiceRule>(groupLimits.services).fill(rule);
    expect(() => encodeFragment(group({ hosts, nodes: [{ ...node, services: rules }] }))).toThrow(GroupTooLargeError);
    expect(written).toBeLessThan(30);
  });
});

describe('a number that does not fit is an error', () => {
  test.for<[string, Partial<OwnerGroup>, Partial<OwnerGroup>]>([
    ['a TTL', { ttlSeconds: 2 ** 31 - 1 }, { ttlSeconds: 2 ** 31 }],
    ['a port', { hosts: [{ ...host, services: [port(65_535)] }] }, { hosts: [{ ...host, services: [port(65_536)] }] }],
    [
      'a port below zero',
      { hosts: [{ ...host, services: [port(0)] }] },
      { hosts: [{ ...host, services: [port(-1)] }] },
    ],
    [
      'a string',
      { nodes: [{ ...node, rrsets: [txt([['x'.repeat(255)]])] }] },
      { nodes: [{ ...node, rrsets: [txt([['x'.repeat(256)]])] }] },
    ],
    [
      'a character',
      { nodes: [{ ...node, rrsets: [txt([['\xff']])] }] },
      { nodes: [{ ...node, rrsets: [txt([['\u0100']])] }] },
    ],
    [
      'a member',
      { hosts: [host], nodes: [{ ...node, addresses: [0] }] },
      { hosts: [host], nodes: [{ ...node, addresses: [1] }] },
    ],
  ])('%s', ([, right, wrong]) => {
    expect(() => encodeFragment(group(right))).not.toThrow();
    expect(() => encodeFragment(group(wrong))).toThrow(RangeError);
  });
});

describe('a name must fit', () => {
  // 250 octets, so that a label of three octets fits and one of four does not.
  const base = parseRelativeName([63, 63, 63, 57].map((length) => 'x'.repeat(length)).join('.'));

  test.for<[string, Partial<OwnerGroup>, Partial<OwnerGroup>]>([
    ['of a host', { hosts: [{ ...host, label: 'abc' }] }, { hosts: [{ ...host, label: 'abcd' }] }],
    ['of a host with a subdomain', { hosts: [{ ...host, subdomain: 'b' }] }, { hosts: [{ ...host, subdomain: 'bc' }] }],
    [
      'of a node',
      { nodes: [{ ...node, prefix: parseRelativeName('abc') }] },
      { nodes: [{ ...node, prefix: parseRelativeName('abcd') }] },
    ],
    [
      'of a node',
      { nodes: [{ ...node, prefix: parseRelativeName('a.b') }] },
      { nodes: [{ ...node, prefix: parseRelativeName('a.bc') }] },
    ],
  ])('%s', ([, right, wrong]) => {
    expect(base.length).toBe(250);
    expect(() => encodeFragment({ ...group(right), base })).not.toThrow();
    expect(() => encodeFragment({ ...group(wrong), base })).toThrow(NameError);
  });

  test('of a host with a dashed label', () => {
    const encode = (length: number) => () => {
      const long = parseRelativeName([63, 63, 63, length].map((octets) => 'x'.repeat(octets)).join('.'));
      return encodeFragment({ ...group({ hosts: [{ ...host, label: '10-0-0-1' }] }), base: long });
    };
    expect(encode(52)).not.toThrow();
    expect(encode(53)).toThrow(NameError);
  });

  test.for(['', 'x'.repeat(64), '\u212a'])('a label such as %j does not', (label) => {
    expect(() => encodeFragment(group({ hosts: [{ ...host, label }] }))).toThrow(NameError);
    expect(() => encodeFragment(group({ hosts: [{ ...host, subdomain: label }] }))).toThrow(NameError);
  });
});

test('an address is noted once for each name that it points to', () => {
  const own = parseAddress('10.0.0.9')!;
  const other = parseAddress('fd00::1')!;
  const { octets, ipv4, ipv6 } = encodeFragment(
    group({
      own: [own, own],
      hosts: [
        { ...host, addresses: [own, address, address] },
        { ...host, label: 'b', addresses: [address, other] },
      ],
    }),
  );
  const noted = (stretches: readonly AddressStretch[], size: number) =>
    stretches.flatMap(({ from, count }) =>
      Array.from({ length: count }, (_, i) =>
        addressFromOctets(octets.subarray(from + i * size, from + (i + 1) * size)),
      ),
    );
  expect(noted(ipv4, 4)).toEqual([own, address, address]);
  expect(noted(ipv6, 16)).toEqual([other]);
});

test('no address of a group without pointers is noted', () => {
  const parts = { own: [address], hosts: [host] };
  expect(encodeFragment(group(parts)).ipv4).toHaveLength(1);
  expect(encodeFragment(group({ ...parts, hasPointers: false }))).toMatchObject({ ipv4: [], ipv6: [] });
});

test('a group that answers every address has no hosts', () => {
  expect(() => encodeFragment(group({ answersDashed: true }))).not.toThrow();
  expect(() => encodeFragment(group({ answersDashed: true, hosts: [host] }))).toThrow(RangeError);
});

test('neighbours below one subdomain share it', () => {
  const below = (subdomain: string, label: string): Host => ({ ...host, label, subdomain });
  const length = (...hosts: Host[]) => encodeFragment(group({ hosts })).octets.length;
  const one = length(below('cluster1', 'a'));
  // A label of two octets, two counts and an address, and the whole run again.
  expect(length(below('cluster1', 'a'), below('Cluster1', 'b')) - one).toBe(8);
  expect(length(below('cluster1', 'a'), below('cluster2', 'b')) - one).toBe(8 + 6 + 9);
});

function group(parts: Partial<OwnerGroup>): OwnerGroup {
  const facts = { ttlSeconds: 30, own: [], hosts: [], nodes: [], hasPointers: true, answersDashed: false };
  return { base: parseRelativeName('web'), ...facts, ...parts };
}

function addresses(count: number): Address[] {
  return Array.from({ length: count }, (_, i) => addressFromOctets([10, i >> 16, (i >> 8) & 255, i & 255]));
}
