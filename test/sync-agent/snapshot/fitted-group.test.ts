/** What is lost of a group that is too large, and what stays. */
import { describe, expect, test } from 'vitest';
import { fittedGroup } from '../../../sync-agent/snapshot/fitted-group.ts';
import { addressFromOctets } from '../../../zone/address.ts';
import type { GroupNode, Host, OwnerGroup } from '../../../zone/group.ts';
import { groupLimits } from '../../../zone/image/format.ts';
import { encodeFragment } from '../../../zone/image/fragment.ts';
import { apex, parseRelativeName } from '../../../zone/name.ts';

const http = { priority: 0, weight: 1, port: 80 };
const everybody: GroupNode = {
  prefix: apex,
  addresses: 'hosts',
  services: [{ ...http, targets: 'hosts' }],
  rrsets: [],
};
const most = groupLimits.hosts;

function group(parts: Partial<OwnerGroup>): OwnerGroup {
  const facts = { ttlSeconds: 30, own: [], hosts: [], nodes: [everybody], hasPointers: true, answersDashed: false };
  return { base: parseRelativeName('web.shop.svc'), ...facts, ...parts };
}

function hosts(count: number, labelOctets = 6): Host[] {
  return Array.from({ length: count }, (_, i) => ({
    label: `h${i}`.padEnd(labelOctets, 'x'),
    subdomain: undefined,
    addresses: [address(i)],
    services: [http],
  }));
}

function address(i: number) {
  return addressFromOctets([10, i >> 16, (i >> 8) & 255, i & 255]);
}

/** The octets of what stays, and what is said of the rest. */
function fittedOctets(parts: Partial<OwnerGroup>) {
  const { fragment, reasons } = fittedGroup(group(parts));
  return { octets: fragment && Buffer.from(fragment.octets), reasons };
}

function octetsOf(parts: Partial<OwnerGroup>): Buffer {
  return Buffer.from(encodeFragment(group(parts)).octets);
}

/** Ports of which each is offered by all listed hosts. */
function nodesFor(portCount: number, targets: readonly number[]): GroupNode[] {
  const ports = Array.from({ length: portCount }, (_, i) => ({ ...http, port: i + 1, targets }));
  return [
    { ...everybody, services: ports },
    { ...everybody, prefix: parseRelativeName('_tcp'), services: ports },
  ];
}

test('a group that fits stays as it is', () => {
  const parts = { hosts: hosts(3), nodes: nodesFor(2, [0, 2]) };
  expect(fittedOctets(parts)).toEqual({ octets: octetsOf(parts), reasons: [] });
});

describe('hosts beyond the limit are left out, and the others stay', () => {
  test('as many as there may be are no problem', () => {
    expect(fittedOctets({ hosts: hosts(most) }).reasons).toEqual([]);
  });

  test('where all of them are spoken of', () => {
    expect(fittedOctets({ hosts: hosts(most + 2) })).toEqual({
      octets: octetsOf({ hosts: hosts(most) }),
      reasons: ['65537 hosts under one name; the last 2 are left out'],
    });
  });

  test('where some of them are', () => {
    expect(fittedOctets({ hosts: hosts(most + 1), nodes: nodesFor(1, [7, most - 1, most]) })).toEqual({
      octets: octetsOf({ hosts: hosts(most), nodes: nodesFor(1, [7, most - 1]) }),
      reasons: ['65536 hosts under one name; the last 1 are left out'],
    });
  });
});

test('addresses of a host beyond the limit are left out, those of each family by themselves', () => {
  const ipv4 = Array.from({ length: groupLimits.addresses + 1 }, (_, i) => address(i));
  const ipv6 = addressFromOctets([0xfd, ...Array(14).fill(0), 1]);
  const [host] = hosts(1) as [Host];
  expect(fittedOctets({ hosts: [{ ...host, addresses: [...ipv4, ipv6] }] })).toEqual({
    octets: octetsOf({ hosts: [{ ...host, addresses: [...ipv4.slice(0, -1), ipv6] }] }),
    reasons: ['65537 addresses of h0xxxx; the last 1 are left out'],
  });
});

describe('ports are left out before addresses are', () => {
  const reason = /^more than \d+ octets under one name; at most \d+ .*; it has no SRV records, and no names of ports$/;
  const some = hosts(1000);
  const bare = some.map((host) => ({ ...host, services: [] }));
  const every = some.map((_, i) => i).slice(1);

  test('where they take too much', () => {
    expect(fittedOctets({ hosts: some, nodes: nodesFor(500, every) }).reasons).toEqual([]);
    expect(fittedOctets({ hosts: some, nodes: nodesFor(600, every) })).toEqual({
      octets: octetsOf({ hosts: bare, nodes: [{ ...everybody, services: [] }] }),
      reasons: [expect.stringMatching(reason)],
    });
  });

  test('where they have too many names', () => {
    const node = { ...everybody, services: [] };
    const nodes = [node, ...Array<GroupNode>(groupLimits.nodes).fill({ ...node, prefix: parseRelativeName('_x') })];
    expect(fittedOctets({ hosts: some, nodes: nodes.slice(0, -1) }).reasons).toEqual([]);
    expect(fittedOctets({ hosts: some, nodes })).toEqual({
      octets: octetsOf({ hosts: bare, nodes: [node] }),
      reasons: [
        '65536 names under one name; at most 65535 can be published; it has no SRV records, and no names of ports',
      ],
    });
  });

  test('beside hosts, if it must be', () => {
    const { octets, reasons } = fittedOctets({ hosts: hosts(most + 1), nodes: nodesFor(600, every) });
    expect(octets).toEqual(
      octetsOf({
        hosts: hosts(most).map((host) => ({ ...host, services: [] })),
        nodes: [{ ...everybody, services: [] }],
      }),
    );
    expect(reasons).toEqual([expect.stringMatching(/^65536 hosts/), expect.stringMatching(reason)]);
  });
});

test('what is too much even so is left out', () => {
  expect(fittedOctets({ hosts: hosts(29_000, 63) }).reasons).toEqual([]);
  expect(fittedOctets({ hosts: hosts(31_000, 63) })).toEqual({
    octets: undefined,
    reasons: [expect.stringMatching(/^more than 2097152 octets under one name; .*; it is left out$/)],
  });
});

test('so is what cannot be written at all, with its reason', () => {
  const [host] = hosts(1) as [Host];
  expect(fittedOctets({ hosts: [{ ...host, label: 'x'.repeat(64) }] })).toEqual({
    octets: undefined,
    reasons: [expect.stringMatching(/a label is longer than 63 octets; it is left out$/)],
  });
});
