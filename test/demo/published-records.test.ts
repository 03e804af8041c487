import { beforeEach, expect, test } from 'vitest';
import { PublishedRecords } from '../../demo/published-records.ts';
import { parseAddress } from '../../zone/address.ts';
import type { OwnerGroup } from '../../zone/group.ts';
import { encodeSnapshot } from '../../zone/image/encode.ts';
import { apex, parseName, parseRelativeName } from '../../zone/name.ts';

const origin = parseName('cluster.local');
let records: PublishedRecords;

beforeEach(() => {
  records = new PublishedRecords(origin);
});

function image(...groups: OwnerGroup[]): Uint8Array {
  return encodeSnapshot({ kind: 'live', zones: [{ kind: 'cluster', origins: [origin], ttlSeconds: 30, groups }] });
}

/** A headless Service with these pods. */
function headless(name: string, pods: Readonly<Record<string, string>>): OwnerGroup {
  const hosts = Object.entries(pods).map(([label, address]) => ({
    label,
    subdomain: undefined,
    addresses: [parseAddress(address)!],
    services: [],
  }));
  return {
    base: parseRelativeName(name),
    ttlSeconds: 30,
    own: [],
    hosts,
    nodes: [
      { ...node, addresses: 'hosts' },
      { ...node, prefix: parseRelativeName('_x._tcp'), addresses: 'hosts' },
    ],
    hasPointers: true,
    answersDashed: false,
  };
}

function clusterIp(name: string, address: string): OwnerGroup {
  const own = [parseAddress(address)!];
  const nodes = [{ ...node, addresses: 'base' }] as const;
  const base = parseRelativeName(name);
  return { base, ttlSeconds: 30, own, hosts: [], nodes, hasPointers: true, answersDashed: false };
}

const node = { prefix: apex, services: [], rrsets: [] } as const;

test('the first snapshot is no change; what differs from it later is told', () => {
  expect(records.follow(image(headless('a.x.svc', { p: '10.0.0.1' })))).toEqual([]);
  expect(records.follow(image(headless('a.x.svc', { p: '10.0.0.2' })))).toEqual([
    '- a.x.svc.cluster.local. 30 IN A 10.0.0.1',
    '- p.a.x.svc.cluster.local. 30 IN A 10.0.0.1',
    '+ a.x.svc.cluster.local. 30 IN A 10.0.0.2',
    '+ p.a.x.svc.cluster.local. 30 IN A 10.0.0.2',
  ]);
  expect(records.follow(image(headless('a.x.svc', { p: '10.0.0.2' })))).toEqual([]);
});

test('many changes are shortened', () => {
  records.follow(image());
  const pods = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`p${i}`, `10.0.0.${i}`]));
  const lines = records.follow(image(headless('a.x.svc', pods)));
  expect(lines).toHaveLength(9);
  expect(lines.at(-1)).toBe('… and 32 more');
});

test('a large cluster is not followed, and does not look new when it shrinks', () => {
  const many = Array.from({ length: 20_000 }, (_, i) => clusterIp(`s${i}.x.svc`, `10.1.${i >> 8}.${i & 255}`));
  const small = image(clusterIp('a.x.svc', '10.0.0.1'));
  expect(records.follow(small)).toEqual([]);
  expect(records.follow(image(...many))).toEqual([]);
  expect(records.follow(small)).toEqual([]);
  expect(records.follow(image(clusterIp('a.x.svc', '10.0.0.2')))).toHaveLength(2);
});

test('names to ask are those of pods first, then of Services', () => {
  expect(records.sampleQuestions()).toEqual([]);
  records.follow(
    image(
      clusterIp('web.x.svc', '10.96.0.1'),
      headless('db.x.svc', { 'db-0': '10.0.0.1' }),
      clusterIp('v6.x.svc', 'fd00::1'),
      headless('x.pod', { '10-0-0-1': '10.0.0.1' }),
    ),
  );
  expect(records.sampleQuestions()).toEqual([
    { name: 'db-0.db.x.svc', type: 'A' },
    { name: 'v6.x.svc', type: 'AAAA' },
    { name: 'web.x.svc', type: 'A' },
  ]);
});
