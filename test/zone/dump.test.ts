/** Dumps of images, by example. */
import { expect, test } from 'vitest';
import { parseAddress, parsePrefix } from '../../zone/address.ts';
import { dumpImage } from '../../zone/dump.ts';
import type { OwnerGroup } from '../../zone/group.ts';
import { encodeSnapshot } from '../../zone/image/encode.ts';
import { ImageError } from '../../zone/image/octets.ts';
import { apex, parseName, parseRelativeName } from '../../zone/name.ts';

const port = { priority: 0, weight: 100, port: 6379 };
const redis: OwnerGroup = {
  base: parseRelativeName('redis.cache.svc'),
  ttlSeconds: 30,
  own: [],
  hosts: ['redis-0', 'redis-1'].map((label, i) => ({
    label,
    subdomain: undefined,
    addresses: [parseAddress(`10.244.1.${i + 7}`)!],
    services: [],
  })),
  nodes: [
    { prefix: apex, addresses: 'hosts', services: [], rrsets: [] },
    { prefix: parseRelativeName('_redis._tcp'), addresses: 'none', services: [{ ...port, targets: [0] }], rrsets: [] },
  ],
  hasPointers: true,
  answersDashed: false,
};

const pods: OwnerGroup = {
  ...{ base: parseRelativeName('pod'), ttlSeconds: 30, own: [], hosts: [], nodes: [] },
  hasPointers: false,
  answersDashed: true,
};

test('a dump says of each zone what it is and what it holds', () => {
  const image = encodeSnapshot({
    kind: 'live',
    zones: [
      { kind: 'reverse', ttlSeconds: 5, prefixes: [parsePrefix('10.0.0.0/8')!, parsePrefix('fc00::/7')!] },
      { kind: 'clusterset', origins: [parseName('clusterset.local')], ttlSeconds: 10, groups: [] },
      {
        kind: 'cluster',
        origins: [parseName('cluster.local'), parseName('k8s.example.com')],
        ttlSeconds: 30,
        groups: [redis, pods],
      },
    ],
  });
  expect(dumpImage(image)).toBe(`; cluster zone cluster.local. k8s.example.com., TTL 30: 5 groups, 9 names, 4 sets
$ORIGIN cluster.local.
; @ has no records
; pod has no records
; *.pod: every address that a label spells with dashes
; svc has no records
; cache.svc has no records
redis.cache.svc 30 IN A 10.244.1.7
redis.cache.svc 30 IN A 10.244.1.8
; _tcp.redis.cache.svc has no records
_redis._tcp.redis.cache.svc 30 IN SRV 0 100 6379 redis-0.redis.cache.svc
redis-0.redis.cache.svc 30 IN A 10.244.1.7
redis-1.redis.cache.svc 30 IN A 10.244.1.8

; clusterset zone clusterset.local., TTL 10: 1 group, 1 name, 0 sets
$ORIGIN clusterset.local.
; @ has no records

; reverse zone 10.0.0.0/8 fc00::/7, TTL 5: 2 addresses
$ORIGIN cluster.local.
7.1.244.10.in-addr.arpa. 30 IN PTR redis-0.redis.cache.svc
8.1.244.10.in-addr.arpa. 30 IN PTR redis-1.redis.cache.svc
`);
});

test('a dump of one address counts in the singular', () => {
  const own = [parseAddress('10.0.0.1')!];
  const group = { base: apex, ttlSeconds: 30, own, hosts: [], nodes: [], hasPointers: true, answersDashed: false };
  const image = encodeSnapshot({
    kind: 'live',
    zones: [
      { kind: 'cluster', origins: [parseName('a')], ttlSeconds: 30, groups: [group] },
      { kind: 'reverse', ttlSeconds: 5, prefixes: [] },
    ],
  });
  expect(dumpImage(image)).toContain('; reverse zone, TTL 5: 1 address\n');
});

test('a dump of a retired cluster says so', () => {
  expect(dumpImage(encodeSnapshot({ kind: 'retired' }))).toBe('; retired: the cluster has left\n');
});

test('what is no image is an error', () => {
  expect(() => dumpImage(new Uint8Array(16))).toThrow(ImageError);
});
