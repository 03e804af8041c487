import { describe, expect, test } from 'vitest';
import { type Address, formatAddress, parseAddress } from '../../zone/address.ts';
import { compareNames, type FlatZone, flatten } from '../../zone/flat.ts';
import type { GroupNode, Host, OwnerGroup } from '../../zone/group.ts';
import { apex, formatRelativeName, parseName, parseRelativeName } from '../../zone/name.ts';
import type { RRset } from '../../zone/rrset.ts';

const http = { priority: 0, weight: 50, port: 80 };
const admin = { priority: 1, weight: 7, port: 9000 };
const one = host('one', ['10.0.0.1', 'fd00::1'], [http]);
const two = host('two', ['10.0.0.2'], [http, admin]);
const three = host('three', ['10.0.0.3', '10.0.0.1']);

describe('a name exists', () => {
  test('at the apex, also without groups', () => {
    expect(namesOf(flatten([]))).toEqual(['@']);
  });

  test('when a group, a host or a node has it, or it is above one that does', () => {
    const zone = flatten([
      group('web.default.svc', { hosts: [one], nodes: [node('_http._tcp', {})] }),
      group('empty.svc', {}),
    ]);
    expect(namesOf(zone)).toEqual([
      '@',
      'svc',
      'default.svc',
      'web.default.svc',
      '_tcp.web.default.svc',
      '_http._tcp.web.default.svc',
      'one.web.default.svc',
      'empty.svc',
    ]);
    expect(zone.records.map(({ owner }) => formatRelativeName(owner))).toEqual(Array(3).fill('one.web.default.svc'));
  });

  test('once, though several groups are below it', () => {
    expect(namesOf(flatten([group('b.a', {}), group('c.a', {}), group('a', {})]))).toEqual(['@', 'a', 'b.a', 'c.a']);
  });
});

describe('a host', () => {
  test('has its addresses and SRV records that point to itself', () => {
    expect(setsOf(flatten([group('web', { hosts: [one, two] })]))).toEqual([
      'one.web A 10.0.0.1',
      'one.web AAAA fd00::1',
      'one.web SRV 0 50 80 one.web',
      'two.web A 10.0.0.2',
      'two.web SRV 0 50 80 two.web, 1 7 9000 two.web',
    ]);
  });
});

describe('a host with a subdomain', () => {
  const hosts = [{ ...two, subdomain: 'c1' }, three];
  const rule = { ...http, targets: 'hosts' } as const;
  const zone = flatten([group('web', { hosts, nodes: [node('', { addresses: 'hosts', services: [rule] })] })]);

  test('stands two labels below the base name, and the name between exists', () => {
    expect(namesOf(zone)).toEqual(['@', 'web', 'c1.web', 'two.c1.web', 'three.web']);
    expect(setsOf(zone).filter((set) => set.startsWith('two.'))).toEqual([
      'two.c1.web A 10.0.0.2',
      'two.c1.web SRV 0 50 80 two.c1.web, 1 7 9000 two.c1.web',
    ]);
  });

  test('is a member as others are', () => {
    expect(setsOf(zone).slice(0, 2)).toEqual([
      'web A 10.0.0.2, 10.0.0.3, 10.0.0.1',
      'web SRV 0 50 80 two.c1.web, 0 50 80 three.web',
    ]);
    expect(pointersOf(zone)[1]).toBe('10.0.0.2 PTR two.c1.web');
  });
});

test('base names below which addresses are spelled are listed, and the names are not', () => {
  const spelled = { answersDashed: true, hasPointers: false };
  const zone = flatten([group('b.pod', { ...spelled, ttlSeconds: 5 }), group('a.pod', spelled), group('c.pod', {})]);
  expect(zone.dashed.map(({ base, ttlSeconds }) => [formatRelativeName(base), ttlSeconds])).toEqual([
    ['a.pod', 30],
    ['b.pod', 5],
  ]);
  expect(namesOf(zone)).toEqual(['@', 'pod', 'a.pod', 'b.pod', 'c.pod']);
  expect([...zone.records, ...zone.reverse]).toEqual([]);
});

describe('a node', () => {
  const own = addresses('10.96.0.1', 'fd00:96::1');
  const hosts = [one, two, three];
  const rule = { ...http, targets: 'none' } as const;

  test.for([
    ['none', []],
    ['base', ['_x.web A 10.96.0.1', '_x.web AAAA fd00:96::1']],
    // The third host's second address is the first host's.
    ['hosts', ['_x.web A 10.0.0.1, 10.0.0.2, 10.0.0.3', '_x.web AAAA fd00::1']],
    [[1], ['_x.web A 10.0.0.2']],
    [[1, 2], ['_x.web A 10.0.0.2, 10.0.0.3, 10.0.0.1']],
  ] as const)('with the addresses of %j', ([members, sets]) => {
    const zone = flatten([group('web', { own, hosts, nodes: [node('_x', { addresses: members })] })]);
    expect(setsOf(zone).filter((set) => set.startsWith('_x.'))).toEqual(sets);
  });

  test.for([
    ['none', []],
    ['base', ['_x.web SRV 0 50 80 web']],
    ['hosts', ['_x.web SRV 0 50 80 one.web, 0 50 80 two.web, 0 50 80 three.web']],
    [[0, 2], ['_x.web SRV 0 50 80 one.web, 0 50 80 three.web']],
  ] as const)('with a rule for %j', ([targets, sets]) => {
    const zone = flatten([group('web', { own, hosts, nodes: [node('_x', { services: [{ ...rule, targets }] })] })]);
    expect(setsOf(zone).filter((set) => set.startsWith('_x.'))).toEqual(sets);
  });

  test('has the records of its rules one after the other in one set', () => {
    const services = [
      { ...admin, targets: [1] },
      { ...http, targets: 'hosts' },
    ] as const;
    const zone = flatten([group('web', { hosts: [one, two], nodes: [node('', { services })] })]);
    expect(setsOf(zone)[0]).toBe('web SRV 1 7 9000 two.web, 0 50 80 one.web, 0 50 80 two.web');
  });

  test('has the sets that are written out, with their own TTL, beside the others', () => {
    const target = { kind: 'absolute', name: parseName('ns.example.com') } as const;
    const txt = { type: 'TXT', ttlSeconds: 5, texts: [['a']] } as const;
    const ns = { type: 'NS', ttlSeconds: 6, targets: [target] } as const;
    const zone = flatten([group('', { own, nodes: [node('', { addresses: 'base', rrsets: [txt, ns] })] })]);
    expect(zone.records.map(({ owner, rrset }) => [owner, rrset.type, rrset.ttlSeconds])).toEqual([
      [apex, 'A', 30],
      [apex, 'NS', 6],
      [apex, 'TXT', 5],
      [apex, 'AAAA', 30],
    ]);
  });

  test('is what gives the base name its own addresses', () => {
    expect(setsOf(flatten([group('web', { own })]))).toEqual([]);
    expect(setsOf(flatten([group('web', { own, nodes: [node('', { addresses: 'base' })] })]))).toEqual([
      'web A 10.96.0.1',
      'web AAAA fd00:96::1',
    ]);
  });
});

describe('an address', () => {
  test('that a host lists twice points to it once', () => {
    const zone = flatten([group('web', { hosts: [host('one', ['10.0.0.1', '10.0.0.1'])] })]);
    expect(setsOf(zone)).toEqual(['one.web A 10.0.0.1']);
    expect(pointersOf(zone)).toEqual(['10.0.0.1 PTR one.web']);
  });

  test('points to the base name if it is its own, and to every host that has it if not', () => {
    const own = addresses('10.0.0.2');
    expect(pointersOf(flatten([group('web', { own, hosts: [one, two, three] })]))).toEqual([
      '10.0.0.1 PTR one.web, three.web',
      '10.0.0.2 PTR web',
      '10.0.0.3 PTR three.web',
      'fd00::1 PTR one.web',
    ]);
  });

  test('points to the names of all groups, each once, with the lowest TTL', () => {
    const zone = flatten([
      group('b', { hosts: [host('two', ['10.0.0.1'])] }),
      { ...group('a', { hosts: [one] }), ttlSeconds: 5 },
      group('c', { hosts: [two] }),
    ]);
    expect(pointersOf(zone)).toEqual(['10.0.0.1 PTR one.a, two.b', '10.0.0.2 PTR two.c', 'fd00::1 PTR one.a']);
    expect(zone.reverse.map(({ rrset }) => rrset.ttlSeconds)).toEqual([5, 30, 5]);
  });

  test('that is the own one of some base name points to no host, of whatever group', () => {
    const zone = flatten([
      { ...group('a', { hosts: [one] }), ttlSeconds: 5 },
      group('b', { own: addresses('10.0.0.1') }),
      group('c', { own: addresses('10.0.0.1'), ttlSeconds: 20 }),
    ]);
    expect(pointersOf(zone)).toEqual(['10.0.0.1 PTR b, c', 'fd00::1 PTR one.a']);
    expect(zone.reverse.map(({ rrset }) => rrset.ttlSeconds)).toEqual([20, 5]);
  });

  test('of a group without pointers points nowhere, and keeps no other from pointing', () => {
    const own = addresses('10.0.0.1', '10.0.0.9');
    const zone = flatten([
      group('a', { own, hosts: [two], nodes: [node('', { addresses: 'base' })], hasPointers: false }),
      group('b', { hosts: [one] }),
    ]);
    expect(pointersOf(zone)).toEqual(['10.0.0.1 PTR one.b', 'fd00::1 PTR one.b']);
    expect(setsOf(zone)[0]).toBe('a A 10.0.0.1, 10.0.0.9');
  });
});

test('names are in canonical order: by their labels from the right, as octets', () => {
  // The list of RFC 4034 §6.1, without its zone.
  const ordered = ['@', 'a', 'yljkjljk.a', 'z.a', 'zabc.a', 'z', '\\001.z', '*.z', '\\200.z'];
  const names = ordered.map((text) => parseRelativeName(text === '@' ? '' : text));
  expect([...names].reverse().sort(compareNames)).toEqual(names);
  expect(namesOf(flatten([...names].reverse().map((base) => ({ ...group('', {}), base }))))).toEqual(ordered);
});

function group(base: string, parts: Partial<OwnerGroup>): OwnerGroup {
  const facts = { ttlSeconds: 30, own: [], hosts: [], nodes: [], hasPointers: true, answersDashed: false };
  return { base: parseRelativeName(base), ...facts, ...parts };
}

function host(label: string, texts: readonly string[], services: Host['services'] = []): Host {
  return { label, subdomain: undefined, addresses: addresses(...texts), services };
}

function node(prefix: string, parts: Partial<GroupNode>): GroupNode {
  return { prefix: parseRelativeName(prefix), addresses: 'none', services: [], rrsets: [], ...parts };
}

function addresses(...texts: readonly string[]): Address[] {
  return texts.map((text) => parseAddress(text)!);
}

function namesOf({ names }: FlatZone): string[] {
  return names.map(formatRelativeName);
}

function setsOf({ records }: FlatZone): string[] {
  return records.map(({ owner, rrset }) => `${formatRelativeName(owner)} ${rrset.type} ${dataOf(rrset).join(', ')}`);
}

function pointersOf({ reverse }: FlatZone): string[] {
  return reverse.map(({ address, rrset }) => `${formatAddress(address)} PTR ${dataOf(rrset).join(', ')}`);
}

/** Written here once more, in the order of the set: zone/text.ts sorts. */
function dataOf(rrset: RRset): string[] {
  switch (rrset.type) {
    case 'A':
    case 'AAAA': {
      const size = rrset.type === 'A' ? 4 : 16;
      const octets = String.fromCharCode(...rrset.addresses);
      return Array.from({ length: octets.length / size }, (_, i) =>
        formatAddress(octets.slice(i * size, (i + 1) * size) as Address),
      );
    }
    case 'SRV':
      return rrset.services.map(
        ({ priority, weight, port, target }) =>
          `${priority} ${weight} ${port} ${target.kind === 'relative' ? formatRelativeName(target.name) : '?'}`,
      );
    case 'CNAME':
    case 'NS':
    case 'PTR':
      return rrset.targets.map((target) => (target.kind === 'relative' ? formatRelativeName(target.name) : '?'));
    case 'TXT':
      return rrset.texts.map((strings) => strings.join(' '));
  }
}
