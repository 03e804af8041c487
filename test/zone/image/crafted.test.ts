/**
 * Images made to be expensive or to lead astray. A set has at most 8,192 records whatever multiplies, and what leads
 * nowhere is an ImageError.
 */
import { describe, expect, test } from 'vitest';
import { decodeImage } from '../../../zone/image/decode.ts';
import { groupFlags, groupLimits, memberKinds, runKinds } from '../../../zone/image/format.ts';
import type { OctetWriter } from '../../../zone/image/octet-writer.ts';
import { ImageError } from '../../../zone/image/octets.ts';
import { openImage } from '../../../zone/image/open.ts';
import { typeCodes } from '../../../zone/rrset.ts';
import { asked } from './asking.ts';
import { addresses, both, type CraftedGroup, craftGroup, craftImage, labelled, node, repeated, run } from './craft.ts';

const most = 65_535;
const web = { octets: Uint8Array.of(3, 119, 101, 98), starts: [0], count: 1, end: 4 };
const maxRecords = 8192;
const oneProfile = (out: OctetWriter) => {
  out.u8(1);
  out.count(1);
  out.text('\0\0\0\x32\0\x50');
};
const rule = (kind: number) => (out: OctetWriter) => {
  out.text('\0\0\0\x32\0\x50');
  out.u8(kind);
};
/** Members, rules and no written sets. */
const body = (kind: number, rules: number, each: (out: OctetWriter) => void) => (out: OctetWriter) => {
  out.u8(kind);
  out.count(rules);
  repeated(rules, each)(out);
  out.u8(0);
};

/** Listed members, no rules and no written sets. */
const listed =
  (...members: number[]) =>
  (out: OctetWriter) => {
    out.u8(memberKinds.listed);
    out.count(members.length);
    for (const index of members) out.u16(index);
    out.count(0);
    out.u8(0);
  };

describe('what multiplies is cut off', () => {
  test('every rule for every host', () => {
    const { zone } = crafted({
      profiles: oneProfile,
      nodes: node(body(memberKinds.hosts, most, rule(memberKinds.hosts))),
      runs: run(runKinds.dashedIpv4, (out) => {
        for (let i = 0; i < most; i += 1) out.u32(i);
      }),
    });
    const found = zone.find(web);
    expect(found?.rrset('A')).toMatchObject({ addresses: { length: 4 * maxRecords } });
    expect(found?.rrset('SRV')).toMatchObject({ services: { length: maxRecords } });
    expect(found?.targetAddresses().length).toBe(maxRecords);
    expect(found?.rrset('TXT')).toBeUndefined();
  });

  test('rules that are all the same', () => {
    const { ask } = crafted({
      flags: groupFlags.hasRepeats,
      profiles: oneProfile,
      nodes: node(body(memberKinds.none, most, rule(memberKinds.hosts))),
      runs: run(runKinds.dashedIpv4, repeated(3, addressOf(10, 0, 0, 1))),
    });
    expect(ask('web', 'SRV')).toEqual(['web 30 IN SRV 0 50 80 10-0-0-1.web']);
  });

  test('one host with many addresses, listed again and again', () => {
    const { zone } = crafted({
      profiles: oneProfile,
      nodes: node(listed(...Array<number>(most).fill(0))),
      runs: run(runKinds.labelled, labelled('a', addresses(most, most))),
    });
    expect(zone.find(web)?.rrset('A')).toMatchObject({ addresses: { length: 4 * maxRecords } });
    expect(zone.find(web)?.rrset('AAAA')).toMatchObject({ addresses: { length: 16 * maxRecords } });
  });

  test('a host with a great many ports', () => {
    const profiles = (out: OctetWriter) => {
      out.u8(1);
      out.count(most);
      for (let port = 0; port < most; port += 1) out.text(`\0\0\0\0${String.fromCharCode(port >> 8, port & 255)}`);
    };
    const { zone } = crafted({ profiles, runs: run(runKinds.labelled, labelled('a', addresses(1, 0))) });
    const host = zone.find({ octets: Uint8Array.of(1, 97, 3, 119, 101, 98), starts: [0, 2], count: 2, end: 6 });
    expect(host?.rrset('SRV')).toMatchObject({ services: { length: maxRecords } });
  });

  test('an address that a great many hosts have', () => {
    const hosts = Array.from({ length: 10_000 }, (_, i) => labelled(`h${i}`, addresses(1, 0)));
    const group = craftGroup({ profiles: oneProfile, runs: run(runKinds.labelled, both(...hosts)) });
    // An address is behind the host's label and the number of its addresses.
    const places: number[] = [];
    for (let at = firstHost(); at < group.length; at += group[at]! + 7) places.push(at + group[at]! + 2);
    expect(places).toHaveLength(10_000);
    const { reverse } = asked(craftImage(group, { ipv4: places }));
    expect(reverse.pointers([0, 0, 0, 0])?.targets).toHaveLength(maxRecords);
  });
});

describe('what leads nowhere is an error', () => {
  test.for<[string, CraftedGroup]>([
    [
      'more runs than there may be hosts',
      { runs: repeated(most + 1, run(runKinds.dashedIpv4, addressOf(1, 2, 3, 4))) },
    ],
    [
      'more hosts in two runs than there may be',
      {
        runs: repeated(
          2,
          run(runKinds.dashedIpv4, (out) => out.text('\0'.repeat(160_000))),
        ),
      },
    ],
    ['a run without hosts', { runs: run(runKinds.dashedIpv4, () => {}) }],
    ['a run of an unknown kind', { runs: run(4, addressOf(1, 2, 3, 4)) }],
    ['a subdomain without hosts', { runs: run(runKinds.subdomained, (out) => out.shortText('a')) }],
    ['a subdomain that reaches behind its run', { runs: run(runKinds.subdomained, (out) => out.text('\x09a')) }],
    ['a subdomain without octets', { runs: run(runKinds.subdomained, labelled('', labelled('a', addresses(1, 0)))) }],
    [
      'a subdomain of 64 octets',
      { runs: run(runKinds.subdomained, labelled('x'.repeat(64), labelled('a', addresses(1, 0)))) },
    ],
    [
      'hosts where every address has a name',
      { flags: groupFlags.dashedAddresses, runs: run(runKinds.dashedIpv4, addressOf(1, 2, 3, 4)) },
    ],
    [
      'more dashed hosts than there may be',
      { runs: run(runKinds.dashedIpv4, (out) => out.text('\0'.repeat(4 * most + 4))) },
    ],
    [
      'more labelled hosts than there may be',
      { runs: run(runKinds.labelled, repeated(most + 1, labelled('a', addresses(0, 0)))) },
    ],
    [
      'half an address',
      {
        runs: both(
          run(runKinds.dashedIpv6, addressOf(1, 2, 3, 4)),
          run(runKinds.dashedIpv4, repeated(9, addressOf(1, 2, 3, 4))),
        ),
      },
    ],
    [
      'a host that reaches into the next run',
      {
        runs: both(
          run(runKinds.labelled, (out) => out.text('\x01a\xfe\x00')),
          run(runKinds.dashedIpv4, repeated(300, addressOf(1, 2, 3, 4))),
        ),
      },
    ],
    ['a label without octets', { runs: run(runKinds.labelled, labelled('', addresses(1, 0))) }],
    ['a label of 64 octets', { runs: run(runKinds.labelled, labelled('x'.repeat(64), addresses(1, 0))) }],
    ['an unknown flag', { flags: 8 }],
    ['a TTL beyond 31 bits', { ttlSeconds: 2 ** 31 }],
    ['members of an unknown kind', { nodes: node(body(4, 1, rule(4))) }],
    ['a member that is no host', { nodes: node(listed(0, 1)), runs: run(runKinds.dashedIpv4, addressOf(1, 2, 3, 4)) }],
    [
      'more names than there may be',
      {
        nodes: repeated(
          most + 2,
          node(() => {}, 'x'),
        ),
      },
    ],
  ])('%s', ([, group]) => {
    const image = craftImage(
      craftGroup({ profiles: oneProfile, nodes: node(body(memberKinds.hosts, 1, rule(memberKinds.hosts))), ...group }),
    );
    const { zone } = asked(image);
    const everything = () => (['A', 'SRV'] as const).map((type) => zone.find(web)?.rrset(type));
    expect(everything).toThrow(ImageError);
    expect(() => decodeImage(image)).toThrow(ImageError);
  });
});

test('a host with a list of ports that is not there is an error', () => {
  const hosts = labelled('a', addresses(1, 0));
  const { ask } = crafted({ profiles: oneProfile, runs: both(run(runKinds.labelled, hosts, 1)) });
  expect(ask('a.web', 'A')).toEqual(['a.web 30 IN A 0.0.0.0']);
  expect(() => ask('a.web', 'SRV')).toThrow(ImageError);
});

test('a host whose name is too long is an error', () => {
  const base = [63, 63, 63, 57].map((length) => 'x'.repeat(length)).join('.');
  const read = (label: string) => {
    const nodes = node(body(memberKinds.none, 1, rule(memberKinds.hosts)));
    const runs = run(runKinds.labelled, labelled(label, addresses(1, 0)));
    const image = craftImage(craftGroup({ base, profiles: oneProfile, nodes, runs }), { base });
    return [() => asked(image).ask(base, 'SRV'), () => decodeImage(image)];
  };
  for (const each of read('abc')) expect(each).not.toThrow();
  for (const each of read('abcd')) expect(each).toThrow(ImageError);
});

test('a group whose nodes reach into the next one is an error', () => {
  const group = craftGroup({});
  const both = Uint8Array.of(...group, ...craftGroup({ base: '' }));
  const read = (nodesOctets: number) => () => {
    both.set([0, 0, 0, nodesOctets], group.length - 4);
    return asked(craftImage(both, { nameIndex: Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0) })).ask(
      'web',
      'A',
    );
  };
  expect(read(0)()).toEqual([]);
  expect(read(both.length - group.length)).toThrow(ImageError);
});

test('octets behind what a node holds are passed over by readers and refused by the decoder', () => {
  const sets = (more: string) => craftImage(craftGroup({ nodes: node((out) => out.text(`\0\0\0${more}`)) }));
  for (const more of ['', 'x']) expect(asked(sets(more)).ask('web', 'TXT')).toEqual([]);
  expect(() => decodeImage(sets(''))).not.toThrow();
  expect(() => decodeImage(sets('x'))).toThrow(ImageError);
});

describe('a set that is written out', () => {
  const { CNAME, TXT, A } = typeCodes;
  const ttl = '\0\0\0\x1e';

  test.for<[string, string, boolean]>([
    ['one CNAME', `\x01${type(CNAME)}${ttl}\x01\x00\x02\x01a`, true],
    ['one CNAME out of the zone', `\x01${type(CNAME)}${ttl}\x01\x01\x03\x01a\0`, true],
    ['a set of addresses', `\x01${type(A)}${ttl}\x01\x0a\0\0\x01`, false],
    ['four sets', `\x04${`${type(CNAME)}${ttl}\x01\x00\x02\x01a`.repeat(4)}`, false],
    ['a TTL beyond 31 bits', `\x01${type(CNAME)}\x80\0\0\0\x01\x00\x02\x01a`, false],
    ['a target of an unknown kind', `\x01${type(CNAME)}${ttl}\x01\x02\x02\x01a`, false],
    ['a relative name with a root', `\x01${type(CNAME)}${ttl}\x01\x00\x03\x01a\0`, false],
    ['an absolute name without a root', `\x01${type(CNAME)}${ttl}\x01\x01\x02\x01a`, false],
    ['an absolute name that ends in something else', `\x01${type(CNAME)}${ttl}\x01\x01\x03\x01ab`, false],
    ['a name whose label is cut off', `\x01${type(CNAME)}${ttl}\x01\x00\x02\x02a`, false],
    ['a name of 255 octets', `\x01${type(CNAME)}${ttl}\x01\x00\xff${'\x02ab'.repeat(85)}`, false],
    ['a text beyond the end', `\x01${type(TXT)}${ttl}\x01\x01\xffa`, false],
    ['records beyond the end', `\x01${type(TXT)}${ttl}\xff\xff`, false],
  ])('of %s', ([, octets, isRight]) => {
    const group = craftGroup({ nodes: node((out) => out.text(`\0\0${octets}`)) });
    const { zone } = asked(craftImage(group));
    const read = () => (['CNAME', 'TXT'] as const).map((each) => zone.find(web)?.rrset(each));
    if (isRight) expect(read().filter((set) => set !== undefined)).toHaveLength(1);
    else {
      expect(read).toThrow(ImageError);
      expect(() => decodeImage(craftImage(group))).toThrow(ImageError);
    }
  });
});

describe('an index that leads nowhere is an error', () => {
  const group = craftGroup({
    profiles: oneProfile,
    runs: run(runKinds.dashedIpv4, repeated(2, addressOf(10, 0, 0, 1))),
  });
  const host = group.length - 8;

  test.for<[string, Uint8Array]>([
    ['no slots', new Uint8Array(0)],
    ['one slot', new Uint8Array(4)],
    ['three slots', new Uint8Array(12)],
    ['half a slot', new Uint8Array(10)],
  ])('a name index of %s', ([, nameIndex]) => {
    expect(() => openImage(craftImage(group, { nameIndex }))).toThrow(ImageError);
  });

  test.for<[string, number]>([
    ['at the group again and again', 1],
    ['behind the end', group.length],
    ['far behind the end', 0xffffffff],
  ])('a name index whose slots point %s', ([, slot]) => {
    const nameIndex = new Uint8Array(8);
    new DataView(nameIndex.buffer).setUint32(0, slot);
    new DataView(nameIndex.buffer).setUint32(4, slot);
    const { zone } = asked(craftImage(group, { nameIndex }));
    expect(() => zone.find({ ...web, octets: Uint8Array.of(3, 119, 101, 99) })).toThrow(ImageError);
  });

  test('an address index that ends inside an entry', () => {
    const image = craftImage(group, { ipv4: [host] });
    const shortened = String.fromCharCode(...image).replace('"length":4}', '"length":3}');
    expect(() => openImage(Uint8Array.from(shortened, (octet) => octet.charCodeAt(0)))).toThrow(ImageError);
  });

  test.for<[string, number[], boolean]>([
    ['two hosts', [host, host + 4], true],
    ['a host twice', [host, host], false],
    ['hosts in disorder', [host + 4, host], false],
    ['a great many times at a host', Array<number>(100_000).fill(host), false],
  ])('an address index that points to %s', ([, ipv4, isRight]) => {
    const { pointers } = asked(craftImage(group, { ipv4 }));
    if (isRight) expect(pointers('10.0.0.1')).toEqual(['1.0.0.10.in-addr.arpa. 30 IN PTR 10-0-0-1.web']);
    else expect(() => pointers('10.0.0.1')).toThrow(ImageError);
  });

  test.for<[string, number, string]>([
    ['inside an address', host + 2, '0.1.10.0'],
    ['at the base name', 5, '3.119.101.98'],
    ['behind the end', group.length - 2, '0.1.0.0'],
    ['far behind the end', 0xffffffff, '0.0.0.0'],
  ])('an address index that points %s', ([, place, address]) => {
    const { pointers, reverse } = asked(craftImage(group, { ipv4: [place] }));
    expect(() => pointers(address)).toThrow(ImageError);
    if (place > group.length - 4) expect(() => reverse.hasBelow(4, [0, 1, 0, 0])).toThrow(ImageError);
  });

  test.for<[string, number, string]>([
    ['at the label', 0, '97.1.0.0'],
    ['inside an address', 3, '0.0.0.0'],
    ['at the label of the next one', 8, '98.1.0.0'],
  ])('an address index that points %s, where hosts have labels', ([, place, address]) => {
    const hosts = both(labelled('a', addresses(1, 0)), labelled('b', addresses(1, 0)), labelled('c', addresses(1, 0)));
    const labels = craftGroup({ profiles: oneProfile, runs: run(runKinds.labelled, hosts) });
    const first = firstHost() + 1;
    expect(asked(craftImage(labels, { ipv4: [first + 2] })).pointers('0.0.0.0')).toHaveLength(1);
    expect(() => asked(craftImage(labels, { ipv4: [first + place] })).pointers(address)).toThrow(ImageError);
  });

  test('an address index that points into a group without PTR records', () => {
    const flagged = (flags: number) =>
      craftGroup({ flags, profiles: oneProfile, runs: run(runKinds.dashedIpv4, addressOf(10, 0, 0, 1)) });
    const place = flagged(0).length - 4;
    expect(asked(craftImage(flagged(0), { ipv4: [place] })).pointers('10.0.0.1')).toHaveLength(1);
    const { pointers } = asked(craftImage(flagged(groupFlags.withoutPointers), { ipv4: [place] }));
    expect(() => pointers('10.0.0.1')).toThrow(ImageError);
  });

  test('an address index that points into a group without hosts', () => {
    const { pointers } = asked(craftImage(craftGroup({}), { ipv4: [5] }));
    expect(() => pointers('3.119.101.98')).toThrow(ImageError);
  });

  test('an address index without groups', () => {
    const { pointers } = asked(craftImage(new Uint8Array(0), { ipv4: [0] }));
    expect(() => pointers('10.0.0.1')).toThrow(ImageError);
  });
});

describe('groups must lie side by side', () => {
  const group = craftGroup({});

  test.for<[string, Uint8Array]>([
    ['one that is too short', Uint8Array.of(0, 0, 0, 12, ...Array<number>(12).fill(0))],
    ['an empty one', new Uint8Array(4)],
    ['one that ends too early', group.subarray(0, -1)],
    ['one with octets behind it', Uint8Array.of(...group, 0)],
    ['a part of a length', Uint8Array.of(...group, 0, 0, 0)],
  ])('%s', ([, fragments]) => {
    const image = craftImage(fragments);
    expect(() => openImage(image)).toThrow(ImageError);
    expect(() => decodeImage(image)).toThrow(ImageError);
  });

  test('one that is longer than a group may be', () => {
    const fragment = (octets: number) => {
      const group = new Uint8Array(octets);
      new DataView(group.buffer).setUint32(0, octets - 4);
      return craftImage(group, { base: '' });
    };
    expect(() => openImage(fragment(groupLimits.octets))).not.toThrow();
    expect(() => openImage(fragment(groupLimits.octets + 1))).toThrow('a group is too long');
    expect(() => decodeImage(fragment(groupLimits.octets + 1))).toThrow('a part is too long');
  });

  test('and a great many of them are read', () => {
    const empty = craftGroup({ base: '' });
    const fragments = new Uint8Array(1000 * empty.length);
    for (let i = 0; i < 1000; i += 1) fragments.set(empty, i * empty.length);
    expect(() => openImage(craftImage(fragments, { nameIndex: new Uint8Array(4 * 2048) }))).not.toThrow();
    expect(() => openImage(craftImage(fragments, { nameIndex: new Uint8Array(4 * 1024) }))).toThrow(ImageError);
  });
});

function crafted(group: CraftedGroup): ReturnType<typeof asked> {
  return asked(craftImage(craftGroup(group)));
}

function addressOf(...octets: number[]): (out: OctetWriter) => void {
  return (out) => out.text(String.fromCharCode(...octets));
}

/** Behind the header of the only run of a group without nodes and with one list of one service. */
function firstHost(): number {
  return craftGroup({ profiles: oneProfile }).length + 6;
}

function type(code: number): string {
  return String.fromCharCode(code);
}
