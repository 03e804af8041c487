/** What is found in images, by example. */
import { describe, expect, test } from 'vitest';
import { type Address, parseAddress } from '../../../zone/address.ts';
import type { GroupNode, Host, OwnerGroup } from '../../../zone/group.ts';
import { encodeSnapshot } from '../../../zone/image/encode.ts';
import { openImage } from '../../../zone/image/open.ts';
import { parseName, parseRelativeName } from '../../../zone/name.ts';
import { asked, imageOf } from './asking.ts';

const redisPort = { priority: 0, weight: 50, port: 6379 };
const headless = group('redis.cache.svc', {
  hosts: [
    host('redis-0', ['10.244.1.7', 'fd00:244::7'], [redisPort]),
    host('redis-1', ['10.244.2.9'], [redisPort]),
    host('10-244-3-3', ['10.244.3.3'], [redisPort]),
  ],
  nodes: [
    node('', { addresses: 'hosts', services: [{ ...redisPort, weight: 33, targets: 'hosts' }] }),
    node('_redis._tcp', { addresses: 'hosts', services: [{ ...redisPort, weight: 33, targets: 'hosts' }] }),
    node('_tcp', { services: [{ ...redisPort, weight: 33, targets: [0, 2] }] }),
  ],
});
const web = group('web.default.svc', {
  own: addresses('10.96.0.10', 'fd00:96::a'),
  hosts: [host('10-244-1-7', ['10.244.1.7']), host('fd00-244--7', ['fd00:244::7'])],
  nodes: [node('', { addresses: 'base', services: [{ priority: 0, weight: 100, port: 80, targets: 'base' }] })],
});
const target = { kind: 'absolute', name: parseName('db.example.com') } as const;
const alias = group('db.default.svc', {
  nodes: [node('', { rrsets: [{ type: 'CNAME', ttlSeconds: 5, targets: [target] }] })],
});
const ns = { type: 'NS', ttlSeconds: 30, targets: [{ kind: 'relative', name: parseRelativeName('ns.dns') }] } as const;
const version = { type: 'TXT', ttlSeconds: 28_800, texts: [['1.1.0']] } as const;
const { ask, additional, pointers, reverse } = asked(
  imageOf(
    headless,
    web,
    alias,
    group('', { nodes: [node('', { rrsets: [ns] })] }),
    group('dns-version', { nodes: [node('', { rrsets: [version] })] }),
  ),
);

describe('a name', () => {
  test.for([
    ['redis.cache.svc', 'A', ['30 IN A 10.244.1.7', '30 IN A 10.244.2.9', '30 IN A 10.244.3.3']],
    ['redis.cache.svc', 'AAAA', ['30 IN AAAA fd00:244::7']],
    ['redis-0.redis.cache.svc', 'A', ['30 IN A 10.244.1.7']],
    ['redis-0.redis.cache.svc', 'AAAA', ['30 IN AAAA fd00:244::7']],
    ['redis-1.redis.cache.svc', 'AAAA', []],
    ['10-244-3-3.redis.cache.svc', 'A', ['30 IN A 10.244.3.3']],
    ['redis-1.redis.cache.svc', 'SRV', ['30 IN SRV 0 50 6379 redis-1.redis.cache.svc']],
    [
      '_redis._tcp.redis.cache.svc',
      'SRV',
      [
        '30 IN SRV 0 33 6379 10-244-3-3.redis.cache.svc',
        '30 IN SRV 0 33 6379 redis-0.redis.cache.svc',
        '30 IN SRV 0 33 6379 redis-1.redis.cache.svc',
      ],
    ],
    [
      '_tcp.redis.cache.svc',
      'SRV',
      ['30 IN SRV 0 33 6379 10-244-3-3.redis.cache.svc', '30 IN SRV 0 33 6379 redis-0.redis.cache.svc'],
    ],
    ['_tcp.redis.cache.svc', 'A', []],
    ['web.default.svc', 'A', ['30 IN A 10.96.0.10']],
    ['web.default.svc', 'SRV', ['30 IN SRV 0 100 80 web.default.svc']],
    ['fd00-244--7.web.default.svc', 'AAAA', ['30 IN AAAA fd00:244::7']],
    ['db.default.svc', 'CNAME', ['5 IN CNAME db.example.com.']],
    ['db.default.svc', 'A', []],
    ['dns-version', 'TXT', ['28800 IN TXT "1.1.0"']],
    ['@', 'NS', ['30 IN NS ns.dns']],
  ] as const)('%s has its %s records', ([name, type, data]) => {
    expect(ask(name, type)).toEqual(data.map((text) => `${name} ${text}`));
  });

  test.for(['svc', 'cache.svc', 'default.svc'])('%s exists because of what is below', (name) => {
    expect(ask(name, 'A')).toEqual([]);
  });

  test.for([
    'cache',
    'redis',
    'edis.cache.svc',
    'xredis.cache.svc',
    'redis-2.redis.cache.svc',
    'redis-0.web.default.svc',
    'a.redis-0.redis.cache.svc',
    'a._redis._tcp.redis.cache.svc',
    '_redis._udp.redis.cache.svc',
    '_redis.redis.cache.svc',
    '10-244-3-03.redis.cache.svc',
    '10-244-3-4.redis.cache.svc',
    'fd00-0244--7.web.default.svc',
    'redis\\.cache.svc',
    // An IPv6 address that begins with the octets of a host's IPv4 address.
    'af4-107--0.web.default.svc',
  ])('%s does not exist', (name) => {
    expect(ask(name, 'A')).toBeUndefined();
  });

  test('has the addresses of its SRV targets beside it', () => {
    expect(additional('_tcp.redis.cache.svc')).toEqual([
      'redis-0.redis.cache.svc 30 IN A 10.244.1.7',
      'redis-0.redis.cache.svc 30 IN AAAA fd00:244::7',
      '10-244-3-3.redis.cache.svc 30 IN A 10.244.3.3',
    ]);
    expect(additional('web.default.svc')).toEqual([
      'web.default.svc 30 IN A 10.96.0.10',
      'web.default.svc 30 IN AAAA fd00:96::a',
    ]);
    expect(additional('redis-1.redis.cache.svc')).toEqual(['redis-1.redis.cache.svc 30 IN A 10.244.2.9']);
    // No SRV records, no targets.
    expect(additional('10-244-1-7.web.default.svc')).toEqual([]);
    expect(additional('db.default.svc')).toEqual([]);
  });
});

describe('an address', () => {
  test.for([
    ['10.244.2.9', ['9.2.244.10.in-addr.arpa. 30 IN PTR redis-1.redis.cache.svc']],
    [
      '10.244.1.7',
      [
        '7.1.244.10.in-addr.arpa. 30 IN PTR redis-0.redis.cache.svc',
        '7.1.244.10.in-addr.arpa. 30 IN PTR 10-244-1-7.web.default.svc',
      ],
    ],
    ['10.96.0.10', ['10.0.96.10.in-addr.arpa. 30 IN PTR web.default.svc']],
    [
      'fd00:96::a',
      ['a.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.6.9.0.0.0.0.d.f.ip6.arpa. 30 IN PTR web.default.svc'],
    ],
    ['10.244.2.10', undefined],
    ['fd00:96::b', undefined],
  ] as const)('%s points to its names', ([address, expected]) => {
    expect(pointers(address)).toEqual(expected);
  });

  test.for([
    [4, [], undefined, true],
    [4, [10], undefined, true],
    [4, [10, 244], undefined, true],
    [4, [10, 245], undefined, false],
    [4, [11], undefined, false],
    [4, [10, 244, 3, 3], undefined, true],
    [16, [0xfd, 0], undefined, true],
    [16, [0xfd, 0], 0, true],
    [16, [0xfd, 0], 1, false],
    [16, [], 0xf, true],
    [16, [], 0xe, false],
    [16, [0xfe], undefined, false],
  ] as const)('of %i octets begins with %j and %s: %s', ([size, octets, halfOctet, expected]) => {
    expect(reverse.hasBelow(size, octets, halfOctet)).toBe(expected);
  });

  test('has no PTR record at a host where the base name has it too', () => {
    const own = addresses('10.0.0.1');
    const both = asked(imageOf(group('web', { own, hosts: [host('one', ['10.0.0.1', '10.0.0.2'])] })));
    expect(both.pointers('10.0.0.1')).toEqual(['1.0.0.10.in-addr.arpa. 30 IN PTR web']);
    expect(both.pointers('10.0.0.2')).toEqual(['2.0.0.10.in-addr.arpa. 30 IN PTR one.web']);
  });

  test('points to names in several groups, with the lowest TTL', () => {
    const several = asked(
      imageOf(
        group('a', { hosts: [host('one', ['10.0.0.1'])], ttlSeconds: 5 }),
        group('b', { hosts: [host('two', ['10.0.0.1'])] }),
      ),
    );
    expect(several.pointers('10.0.0.1')).toEqual([
      '1.0.0.10.in-addr.arpa. 5 IN PTR one.a',
      '1.0.0.10.in-addr.arpa. 5 IN PTR two.b',
    ]);
  });

  test('points to no host where it is the own one of base names, of whatever group', () => {
    const hosts = [host('one', ['10.0.0.1', '10.0.0.2'])];
    const several = asked(
      imageOf(
        group('a', { hosts, ttlSeconds: 5 }),
        group('b', { own: addresses('10.0.0.1'), ttlSeconds: 20 }),
        group('c', { hosts, ttlSeconds: 6 }),
        group('d', { own: addresses('10.0.0.1') }),
      ),
    );
    expect(several.pointers('10.0.0.1')).toEqual([
      '1.0.0.10.in-addr.arpa. 20 IN PTR b',
      '1.0.0.10.in-addr.arpa. 20 IN PTR d',
    ]);
    expect(several.pointers('10.0.0.2')).toEqual([
      '2.0.0.10.in-addr.arpa. 5 IN PTR one.a',
      '2.0.0.10.in-addr.arpa. 5 IN PTR one.c',
    ]);
  });

  test('of a group without pointers is in no reverse zone', () => {
    const parts = { own: addresses('10.0.0.1'), hosts: [host('one', ['10.0.0.2'])] };
    const nodes = [node('', { addresses: 'base' })];
    const silent = asked(imageOf(group('a', { ...parts, nodes, hasPointers: false }), group('b', {})));
    expect(silent.ask('a', 'A')).toEqual(['a 30 IN A 10.0.0.1']);
    expect(silent.ask('one.a', 'A')).toEqual(['one.a 30 IN A 10.0.0.2']);
    for (const address of ['10.0.0.1', '10.0.0.2']) expect(silent.pointers(address)).toBeUndefined();
    expect(silent.reverse.hasBelow(4, [])).toBe(false);
    expect(asked(imageOf(group('a', parts))).pointers('10.0.0.1')).toHaveLength(1);
  });
});

describe('hosts two labels below the base name', () => {
  const hosts = [
    { ...host('ep', ['10.0.0.1', 'fd00::1'], [redisPort]), subdomain: 'c1' },
    { ...host('other', ['10.0.0.2']), subdomain: 'c1' },
    { ...host('10-0-0-3', ['10.0.0.3']), subdomain: 'C2' },
    host('ep', ['10.0.0.4']),
    host('c2', ['10.0.0.5']),
  ];
  const rule = { ...redisPort, targets: [0, 2] };
  const below = asked(imageOf(group('web', { hosts, nodes: [node('', { addresses: 'hosts', services: [rule] })] })));

  test.for([
    ['ep.c1.web', 'A', ['ep.c1.web 30 IN A 10.0.0.1']],
    ['ep.c1.web', 'AAAA', ['ep.c1.web 30 IN AAAA fd00::1']],
    ['ep.c1.web', 'SRV', ['ep.c1.web 30 IN SRV 0 50 6379 ep.c1.web']],
    ['other.c1.web', 'A', ['other.c1.web 30 IN A 10.0.0.2']],
    ['10-0-0-3.c2.web', 'A', ['10-0-0-3.c2.web 30 IN A 10.0.0.3']],
    ['ep.web', 'A', ['ep.web 30 IN A 10.0.0.4']],
    ['c2.web', 'A', ['c2.web 30 IN A 10.0.0.5']],
    // Between host and base name.
    ['c1.web', 'A', []],
    ['c1.web', 'SRV', []],
    ['c3.web', 'A', undefined],
    ['other.web', 'A', undefined],
    ['10-0-0-3.web', 'A', undefined],
    ['ep.c2.web', 'A', undefined],
    ['10-0-0-3.c1.web', 'A', undefined],
    ['ep.ep.web', 'A', undefined],
    ['x.ep.c1.web', 'A', undefined],
    ['ep.c1', 'A', undefined],
    ['web', 'SRV', ['web 30 IN SRV 0 50 6379 ep.c1.web', 'web 30 IN SRV 0 50 6379 10-0-0-3.c2.web']],
  ] as const)('%s %s', ([name, type, expected]) => {
    expect(below.ask(name, type)).toEqual(expected);
  });

  test('go along with SRV records that point to them, and addresses point to them', () => {
    expect(below.additional('web')).toEqual([
      'ep.c1.web 30 IN A 10.0.0.1',
      'ep.c1.web 30 IN AAAA fd00::1',
      '10-0-0-3.c2.web 30 IN A 10.0.0.3',
    ]);
    expect(below.pointers('10.0.0.2')).toEqual(['2.0.0.10.in-addr.arpa. 30 IN PTR other.c1.web']);
    expect(below.pointers('10.0.0.4')).toEqual(['4.0.0.10.in-addr.arpa. 30 IN PTR ep.web']);
  });
});

describe('labels that spell addresses', () => {
  const text = { type: 'TXT', ttlSeconds: 1, texts: [['one']] } as const;
  const nodes = [node('x', { rrsets: [text] }), node('x.10-0-0-9', { rrsets: [text] })];
  const spelled = asked(
    imageOf(
      group('a.pod', { answersDashed: true, hasPointers: false, ttlSeconds: 5, nodes }),
      group('b.pod', {}),
      group('y.10-0-0-8.a.pod', {}),
    ),
  );

  test.for([
    ['10-0-0-1.a.pod', 'A', ['10-0-0-1.a.pod 5 IN A 10.0.0.1']],
    ['10-0-0-1.a.pod', 'AAAA', []],
    ['10-0-0-1.a.pod', 'SRV', []],
    ['fd00--1.a.pod', 'AAAA', ['fd00--1.a.pod 5 IN AAAA fd00::1']],
    ['fd00--1.a.pod', 'A', []],
    ['fd00-0-0-0-0-0-0-1.a.pod', 'AAAA', ['fd00-0-0-0-0-0-0-1.a.pod 5 IN AAAA fd00::1']],
    ['--ffff-a00-1.a.pod', 'A', ['--ffff-a00-1.a.pod 5 IN A 10.0.0.1']],
    ['--ffff-a00-1.a.pod', 'AAAA', []],
    // Names above others, which exist in any case.
    ['10-0-0-9.a.pod', 'A', ['10-0-0-9.a.pod 5 IN A 10.0.0.9']],
    ['10-0-0-8.a.pod', 'A', ['10-0-0-8.a.pod 5 IN A 10.0.0.8']],
    ['x.a.pod', 'TXT', ['x.a.pod 1 IN TXT "one"']],
    ['x.10-0-0-9.a.pod', 'TXT', ['x.10-0-0-9.a.pod 1 IN TXT "one"']],
    ['a.pod', 'A', []],
    ['10-0-0-01.a.pod', 'A', undefined],
    ['10-0-0-256.a.pod', 'A', undefined],
    ['redis-0.a.pod', 'A', undefined],
    ['x.10-0-0-1.a.pod', 'A', undefined],
    ['10-0-0-1.10-0-0-2.a.pod', 'A', undefined],
    ['10-0-0-1.b.pod', 'A', undefined],
    ['10-0-0-1.pod', 'A', undefined],
  ] as const)('%s %s', ([name, type, expected]) => {
    expect(spelled.ask(name, type)).toEqual(expected);
  });

  test('have no additional addresses and no PTR records', () => {
    expect(spelled.additional('10-0-0-1.a.pod')).toEqual([]);
    expect(spelled.pointers('10.0.0.1')).toBeUndefined();
  });
});

describe('a record that would be there twice is there once', () => {
  test('when hosts share an address', () => {
    const hosts = [
      host('store-0', ['172.18.0.2', 'fd00::2']),
      host('store-1', ['172.18.0.2', 'fd00::2', '172.18.0.3']),
    ];
    const shared = asked(imageOf(group('store', { hosts, nodes: [node('', { addresses: 'hosts' })] })));
    expect(shared.ask('store', 'A')).toEqual(['store 30 IN A 172.18.0.2', 'store 30 IN A 172.18.0.3']);
    expect(shared.ask('store', 'AAAA')).toEqual(['store 30 IN AAAA fd00::2']);
    expect(shared.pointers('172.18.0.2')).toEqual([
      '2.0.18.172.in-addr.arpa. 30 IN PTR store-0.store',
      '2.0.18.172.in-addr.arpa. 30 IN PTR store-1.store',
    ]);
  });

  test('when a list has it twice', () => {
    const twice = group('web', {
      own: addresses('10.0.0.1', '10.0.0.1'),
      hosts: [host('one', ['10.0.0.2', '10.0.0.2'], [redisPort, redisPort])],
      nodes: [node('', { addresses: 'base' }), node('_x', { addresses: [0, 0] })],
    });
    const { ask: askTwice, pointers: pointersTwice } = asked(imageOf(twice));
    expect(askTwice('web', 'A')).toEqual(['web 30 IN A 10.0.0.1']);
    expect(askTwice('one.web', 'A')).toEqual(['one.web 30 IN A 10.0.0.2']);
    expect(askTwice('one.web', 'SRV')).toEqual(['one.web 30 IN SRV 0 50 6379 one.web']);
    expect(askTwice('_x.web', 'A')).toEqual(['_x.web 30 IN A 10.0.0.2']);
    expect(pointersTwice('10.0.0.1')).toEqual(['1.0.0.10.in-addr.arpa. 30 IN PTR web']);
    expect(pointersTwice('10.0.0.2')).toEqual(['2.0.0.10.in-addr.arpa. 30 IN PTR one.web']);
  });

  test('when two rules give it', () => {
    const services = [
      { ...redisPort, targets: [0] },
      { ...redisPort, targets: 'hosts' },
      { ...redisPort, port: 6380, targets: [0] },
    ] as const;
    const hosts = [host('one', ['10.0.0.1']), host('two', ['10.0.0.2'])];
    const rules = asked(imageOf(group('web', { hosts, nodes: [node('', { services })] })));
    expect(rules.ask('web', 'SRV')).toEqual([
      'web 30 IN SRV 0 50 6379 one.web',
      'web 30 IN SRV 0 50 6379 two.web',
      'web 30 IN SRV 0 50 6380 one.web',
    ]);
  });
});

test('a host is found below a base name that only exists because of another group', () => {
  const hosts = [host('one', ['10.0.0.1'])];
  const { ask: askBoth } = asked(imageOf(group('web', { hosts }), group('x.one.web', {})));
  expect(askBoth('one.web', 'A')).toEqual(['one.web 30 IN A 10.0.0.1']);
  expect(askBoth('x.one.web', 'A')).toEqual([]);
});

test("a host's label is found in lower case, however it was given", () => {
  expect(asked(imageOf(group('web', { hosts: [host('One', ['10.0.0.1'])] }))).ask('one.web', 'A')).toEqual([
    'one.web 30 IN A 10.0.0.1',
  ]);
});

test('two labels are not one that holds a length', () => {
  const { ask: askOne } = asked(imageOf(group('web', { hosts: [host('a\x01b', ['10.0.0.1'])] })));
  expect(askOne('a\\001b.web', 'A')).toEqual(['a\\001b.web 30 IN A 10.0.0.1']);
  expect(askOne('a.b.web', 'A')).toBeUndefined();
});

// What follows from the right is the same octets, were it not for where labels end.
test.for([
  ['ba', 'a.b'],
  ['b.a\\000', '\\000b.a'],
])('%s is told from %s', ([one, other]) => {
  const text = { type: 'TXT', ttlSeconds: 1, texts: [['one']] } as const;
  const { ask: askBoth } = asked(
    imageOf(group(one!, { nodes: [node('', { rrsets: [text] })] }), group(`x.${other}`, {})),
  );
  expect(askBoth(one!, 'TXT')).toEqual([`${one} 1 IN TXT "one"`]);
  expect(askBoth(other!, 'TXT')).toEqual([]);
  expect(askBoth(`x.${other}`, 'TXT')).toEqual([]);
});

test('the apex exists in a zone without groups', () => {
  const empty = asked(imageOf());
  expect(empty.ask('@', 'NS')).toEqual([]);
  expect(empty.ask('svc', 'NS')).toBeUndefined();
  expect(empty.pointers('10.0.0.1')).toBeUndefined();
  expect(empty.reverse.hasBelow(4, [])).toBe(false);
});

test('a set of more records than a message holds is given with the first ones', () => {
  const hosts = Array.from({ length: 10_000 }, (_, i) => host(`h${i}`, [`10.1.${i >> 8}.${i & 255}`]));
  const rule = { ...redisPort, targets: 'hosts' } as const;
  const { zone } = asked(imageOf(group('web', { hosts, nodes: [node('', { addresses: 'hosts', services: [rule] })] })));
  const found = zone.find({ octets: Uint8Array.of(3, 119, 101, 98), starts: [0], count: 1, end: 4 });
  const a = found?.rrset('A');
  const srv = found?.rrset('SRV');
  expect(a?.type === 'A' && a.addresses.length).toBe(4 * 8192);
  expect(srv?.type === 'SRV' && srv.services.length).toBe(8192);
  expect(found?.targetAddresses()).toHaveLength(8192);
});

test('a question is answered from the middle of a message', () => {
  const message = Uint8Array.from('\0\0\x03one\x03web\x07cluster\x05local\0', (octet) => octet.charCodeAt(0));
  const { zone } = asked(imageOf(group('web', { hosts: [host('one', ['10.0.0.1'])] })));
  expect(zone.find({ octets: message, starts: [2, 6, 10, 18], count: 2, end: 10 })?.rrset('A')?.type).toBe('A');
  expect(zone.find({ octets: message, starts: [2, 6, 10, 18], count: 3, end: 18 })).toBeUndefined();
});

test('a retired image has no zones', () => {
  const image = encodeSnapshot({ kind: 'retired' });
  expect(openImage(image)).toEqual({ kind: 'retired', octets: image.length });
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
