import { beforeEach, expect, test } from 'vitest';
import type { EndpointSlice, Service } from '../../../sync-agent/cluster.ts';
import { ClusterState } from '../../../sync-agent/kube/observed-cluster.ts';
import { SnapshotBuilder } from '../../../sync-agent/snapshot/snapshot-builder.ts';
import { formatPrefix, parseAddress, parsePrefix } from '../../../zone/address.ts';
import { flatten } from '../../../zone/flat.ts';
import { decodeImage } from '../../../zone/image/decode.ts';
import { formatName, parseName } from '../../../zone/name.ts';
import { formatZone } from '../../../zone/text.ts';

const options = {
  zoneOrigins: [parseName('cluster.local'), parseName('prod.example.com')],
  ttlSeconds: 30,
  reversePrefixes: [parsePrefix('10.0.0.0/8')!],
} as const;

let state: ClusterState;
let builder: SnapshotBuilder;

beforeEach(() => {
  state = new ClusterState();
  builder = new SnapshotBuilder(options);
});

function addNamespace(name: string): void {
  state.namespaceStore.upsert({ key: name, value: { name }, problems: [] });
}

function removeNamespace(name: string): void {
  state.namespaceStore.remove({ key: name, value: undefined, problems: [] });
}

function addService(namespace: string, name: string, kind: Service['kind'] = clusterIp('10.96.0.10')): void {
  state.serviceStore.upsert({ key: `${namespace}/${name}`, value: { namespace, name, kind, ports: [] }, problems: [] });
}

function addSlice(slice: EndpointSlice): void {
  state.sliceStore.upsert({ key: `${slice.namespace}/${slice.name}`, value: slice, problems: [] });
}

function clusterIp(address: string): Service['kind'] {
  return { type: 'clusterIP', addresses: [parseAddress(address)!] };
}

/** The lines of the forward zone that hold an address, after taking over what has changed. */
function addressLines(): string[] {
  builder.update(state, state.takeChanges());
  const snapshot = decodeImage(builder.image());
  const [zone] = snapshot.kind === 'live' ? snapshot.zones : [];
  if (zone?.kind !== 'cluster') throw new Error('the first zone is another one');
  return formatZone(flatten(zone.groups))
    .split('\n')
    .filter((line) => / (A|AAAA) /.test(line));
}

test('an empty cluster has its zones, with their names, blocks and TTLs', () => {
  const snapshot = decodeImage(builder.image());
  const [forward, reverse, ...others] = snapshot.kind === 'live' ? snapshot.zones : [];
  if (forward?.kind !== 'cluster' || reverse?.kind !== 'reverse') throw new Error('other zones');
  expect(others).toEqual([]);
  expect([...forward.origins].map(formatName)).toEqual(['cluster.local.', 'prod.example.com.']);
  expect([...reverse.prefixes].map(formatPrefix)).toEqual(['10.0.0.0/8']);
  expect([forward.ttlSeconds, reverse.ttlSeconds]).toEqual([30, 30]);
  expect(formatZone(flatten(forward.groups)).split('\n')).toContain('dns-version 28800 IN TXT "1.1.0"');
});

test('a Namespace that goes takes its Services with it, and brings them back', () => {
  addNamespace('shop');
  addNamespace('default');
  addService('shop', 'web');
  addService('default', 'web', clusterIp('10.96.0.11'));
  const both = ['web.default.svc 30 IN A 10.96.0.11', 'web.shop.svc 30 IN A 10.96.0.10'];
  expect(addressLines()).toEqual(both);
  removeNamespace('shop');
  expect(addressLines()).toEqual([both[0]]);
  addNamespace('shop');
  expect(addressLines()).toEqual(both);
});

test('a Service that comes before its Namespace waits for it', () => {
  addService('shop', 'web');
  expect(addressLines()).toEqual([]);
  addNamespace('shop');
  expect(addressLines()).toEqual(['web.shop.svc 30 IN A 10.96.0.10']);
});

test('a slice that moves to another Service leaves the one before', () => {
  addNamespace('shop');
  addService('shop', 'a', { type: 'headless' });
  addService('shop', 'b', { type: 'headless' });
  const endpoints = [{ address: parseAddress('10.1.0.5')!, hostname: 'x' }];
  addSlice({ namespace: 'shop', name: 's', service: 'a', endpoints, ports: [] });
  expect(addressLines()).toEqual(['a.shop.svc 30 IN A 10.1.0.5', 'x.a.shop.svc 30 IN A 10.1.0.5']);
  addSlice({ namespace: 'shop', name: 's', service: 'b', endpoints, ports: [] });
  expect(addressLines()).toEqual(['b.shop.svc 30 IN A 10.1.0.5', 'x.b.shop.svc 30 IN A 10.1.0.5']);
});

/** More different lists of ports under one name than the format can hold. */
function addTooMany(): void {
  addService('shop', 'huge', { type: 'headless' });
  for (let i = 0; i < 300; i += 1) {
    const address = parseAddress(`10.2.${i >> 8}.${i & 255}`)!;
    const ports = [{ name: '', protocol: 'tcp', number: 1000 + i }];
    addSlice({
      namespace: 'shop',
      name: `huge-${i}`,
      service: 'huge',
      endpoints: [{ address, hostname: undefined }],
      ports,
    });
  }
}

test('an object that the format cannot hold is left out with a reason, and leaves the rest', () => {
  addNamespace('shop');
  addService('shop', 'web');
  addTooMany();
  expect(addressLines()).toEqual(['web.shop.svc 30 IN A 10.96.0.10']);
  expect(builder.problems()).toEqual([
    {
      object: 'Service shop/huge',
      reason: expect.stringMatching(/^300 .* at most \d+ can be published; it is left out$/),
    },
  ]);
});

test('one that grows too large loses its records, and has them again when it shrinks; its problem goes with it', () => {
  addNamespace('shop');
  addService('shop', 'huge');
  expect(addressLines()).toEqual(['huge.shop.svc 30 IN A 10.96.0.10']);
  addTooMany();
  expect(addressLines()).toEqual([]);
  addService('shop', 'huge');
  for (const key of state.endpointSlices.keys()) state.sliceStore.remove({ key, value: undefined, problems: [] });
  expect(addressLines()).toEqual(['huge.shop.svc 30 IN A 10.96.0.10']);
  expect(builder.problems()).toEqual([]);
});

test('a name that does not fit below an alias is left out with a reason', () => {
  const long = parseName(`${['a', 'b', 'c'].map((letter) => letter.repeat(63)).join('.')}.example`);
  builder = new SnapshotBuilder({ ...options, zoneOrigins: [parseName('cluster.local'), long] });
  addNamespace('shop');
  addService('shop', 'web');
  addService('shop', 'w'.repeat(63), clusterIp('10.96.0.11'));
  expect(addressLines()).toEqual(['web.shop.svc 30 IN A 10.96.0.10']);
  expect(builder.problems().map(({ object }) => object)).toEqual([`Service shop/${'w'.repeat(63)}`]);
});
