import { beforeEach, expect, test } from 'vitest';
import type { Endpoint, Port, Service } from '../../../sync-agent/cluster.ts';
import { ClusterState } from '../../../sync-agent/kube/observed-cluster.ts';
import { SnapshotBuilder, type SnapshotOptions } from '../../../sync-agent/snapshot/snapshot-builder.ts';
import { addressFromOctets, formatPrefix, parseAddress, parsePrefix } from '../../../zone/address.ts';
import { flatten } from '../../../zone/flat.ts';
import { decodeImage } from '../../../zone/image/decode.ts';
import { maxRecords } from '../../../zone/image/group/sets.ts';
import { formatName, parseName } from '../../../zone/name.ts';
import { formatZone } from '../../../zone/text.ts';
import { asked } from '../../zone/image/asking.ts';

const options: SnapshotOptions = {
  zoneOrigins: [parseName('cluster.local'), parseName('prod.example.com')],
  clustersetOrigins: [],
  ttlSeconds: 30,
  pods: 'disabled',
  usesPodNames: false,
  ignoresEmptyServices: false,
  selectsNamespaces: false,
  selectsObjects: false,
  reversePrefixes: [parsePrefix('10.0.0.0/8')!],
};

let state: ClusterState;
let builder: SnapshotBuilder;

beforeEach(() => start(options));

function start(other: SnapshotOptions): void {
  state = new ClusterState();
  builder = new SnapshotBuilder(other);
}

function addNamespace(name: string, isHidden = false): void {
  state.namespaceStore.upsert({ key: name, value: { name, isHidden }, problems: [] });
}

function removeNamespace(name: string): void {
  state.namespaceStore.remove({ key: name, value: undefined, problems: [] });
}

function addService(namespace: string, name: string, kind = clusterIp('10.96.0.10'), isHidden = false): void {
  const value = { namespace, name, isHidden, kind, ports: [] };
  state.serviceStore.upsert({ key: `${namespace}/${name}`, value, problems: [] });
}

function addImport(namespace: string, name: string, address: string, isHidden = false): void {
  const kind = { type: 'clusterSetIP', addresses: [parseAddress(address)!] } as const;
  const value = { namespace, name, isHidden, kind, ports: [] };
  state.importStore.upsert({ key: `${namespace}/${name}`, value, problems: [] });
}

function addPod(namespace: string, name: string, address: string): void {
  const value = { namespace, name, addresses: [parseAddress(address)!] };
  state.podStore.upsert({ key: `${namespace}/${name}`, value, problems: [] });
}

/** A slice of one Service. */
function addSlice(
  service: string,
  name: string,
  given: (Partial<Endpoint> & Pick<Endpoint, 'address'>) | readonly (Partial<Endpoint> & Pick<Endpoint, 'address'>)[],
  ports: Port[] = [],
) {
  const endpoints = [given].flat().map((endpoint) => ({ hostname: undefined, podName: undefined, ...endpoint }));
  const value = { namespace: 'shop', name, owners: [{ kind: 'service', service }], endpoints, ports } as const;
  state.sliceStore.upsert({ key: `shop/${name}`, value, problems: [] });
}

function clusterIp(address: string): Service['kind'] {
  return { type: 'clusterIP', addresses: [parseAddress(address)!] };
}

function pointer(target: string): Service['kind'] {
  return { type: 'externalName', target: parseName(target) };
}

/** The lines of a forward zone that say where something is, after taking over what has changed. */
function lines(kind: 'cluster' | 'clusterset' = 'cluster'): string[] {
  builder.update(state, state.takeChanges());
  const snapshot = decodeImage(builder.image());
  const zone = snapshot.kind === 'live' ? snapshot.zones.find((one) => one.kind === kind) : undefined;
  if (zone === undefined || zone.kind === 'reverse') throw new Error('there is no such zone');
  return formatZone({ ...flatten(zone.groups), reverse: [] })
    .split('\n')
    .filter((line) => / (A|AAAA|CNAME) /.test(line));
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

test('a zone for the cluster set is there when it has a name', () => {
  const origins = ['clusterset.local', 'set.example.com'].map((text) => parseName(text));
  start({ ...options, clustersetOrigins: origins });
  const snapshot = decodeImage(builder.image());
  const zones = snapshot.kind === 'live' ? snapshot.zones : [];
  const zone = zones.find(({ kind }) => kind === 'clusterset');
  if (zones.length !== 3 || zone?.kind !== 'clusterset') throw new Error('other zones');
  expect(zone.origins).toEqual(origins);
  expect(formatZone(flatten(zone.groups)).split('\n')).toContain('dns-version 28800 IN TXT "1.0.0"');
});

test('a Namespace that goes takes its Services with it, and brings them back', () => {
  addNamespace('shop');
  addNamespace('default');
  addService('shop', 'web');
  addService('default', 'web', clusterIp('10.96.0.11'));
  const both = ['web.default.svc 30 IN A 10.96.0.11', 'web.shop.svc 30 IN A 10.96.0.10'];
  expect(lines()).toEqual(both);
  removeNamespace('shop');
  expect(lines()).toEqual([both[0]]);
  addNamespace('shop');
  expect(lines()).toEqual(both);
});

test('a Service that comes before its Namespace waits for it', () => {
  addService('shop', 'web');
  expect(lines()).toEqual([]);
  addNamespace('shop');
  expect(lines()).toEqual(['web.shop.svc 30 IN A 10.96.0.10']);
});

test('a slice that moves to another Service leaves the one before', () => {
  addNamespace('shop');
  addService('shop', 'a', { type: 'headless' });
  addService('shop', 'b', { type: 'headless' });
  const endpoint = { address: parseAddress('10.1.0.5')!, hostname: 'x' };
  addSlice('a', 's', endpoint);
  expect(lines()).toEqual(['a.shop.svc 30 IN A 10.1.0.5', 'x.a.shop.svc 30 IN A 10.1.0.5']);
  addSlice('b', 's', endpoint);
  expect(lines()).toEqual(['b.shop.svc 30 IN A 10.1.0.5', 'x.b.shop.svc 30 IN A 10.1.0.5']);
});

test('a Namespace that is hidden takes all that is in it along, and brings it back', () => {
  start({ ...options, clustersetOrigins: [parseName('clusterset.local')], pods: 'verified' });
  addNamespace('shop');
  addService('shop', 'web');
  addPod('shop', 'web-0', '10.1.0.5');
  addImport('shop', 'api', '10.112.0.5');
  const inCluster = ['10-1-0-5.shop.pod 30 IN A 10.1.0.5', 'web.shop.svc 30 IN A 10.96.0.10'];
  const inSet = ['api.shop.svc 30 IN A 10.112.0.5'];
  expect([lines(), lines('clusterset')]).toEqual([inCluster, inSet]);
  addNamespace('shop', true);
  expect([lines(), lines('clusterset')]).toEqual([[], []]);
  addNamespace('shop');
  expect([lines(), lines('clusterset')]).toEqual([inCluster, inSet]);
});

test('an ExternalName elsewhere loses its target while that is hidden', () => {
  start({ ...options, clustersetOrigins: [parseName('clusterset.local')] });
  for (const name of ['shop', 'vault']) addNamespace(name);
  addService('shop', 'to-web', pointer('web.vault.svc.prod.example.com'));
  addService('shop', 'to-api', pointer('api.vault.svc.clusterset.local'));
  const toApi = 'to-api.shop.svc 30 IN CNAME api.vault.svc.clusterset.local.';
  const toWeb = 'to-web.shop.svc 30 IN CNAME web.vault.svc';
  // A name that does not exist hides nothing.
  expect(lines()).toEqual([toApi, toWeb]);
  addService('vault', 'web', { type: 'headless' }, true);
  expect(lines()).toEqual([toApi]);
  addImport('vault', 'api', '10.112.0.5', true);
  expect(lines()).toEqual([]);
  expect(builder.problems()).toEqual([
    {
      object: 'Service shop/to-web',
      reason: expect.stringMatching(/^its target web\.vault\.svc\.prod.* is hidden/),
      isWithheld: true,
    },
    {
      object: 'Service shop/to-api',
      reason: expect.stringMatching(/^its target api\.vault\.svc\.clusterset.* is hidden/),
      isWithheld: true,
    },
  ]);
  addService('vault', 'web', { type: 'headless' }, false);
  expect(lines()).toEqual([toWeb]);
  addService('vault', 'web', { type: 'headless' }, true);
  expect(lines()).toEqual([]);
  addService('vault', 'web', { type: 'headless' }, false);
  expect(lines()).toEqual([toWeb]);
  addNamespace('vault', true);
  expect(lines()).toEqual([]);
  addImport('vault', 'api', '10.112.0.5');
  removeNamespace('vault');
  expect(lines()).toEqual([toApi, toWeb]);
  expect(builder.problems()).toEqual([]);
});

test('where some objects are selected, an ExternalName has a target only while that is read and shown', () => {
  start({ ...options, clustersetOrigins: [parseName('clusterset.local')], selectsObjects: true });
  addNamespace('shop');
  addService('shop', 'to-web', pointer('web.shop.svc.cluster.local'));
  addService('shop', 'to-api', pointer('api.shop.svc.clusterset.local'));
  const toApi = 'to-api.shop.svc 30 IN CNAME api.shop.svc.clusterset.local.';
  const toWeb = 'to-web.shop.svc 30 IN CNAME web.shop.svc';
  expect(lines()).toEqual([]);
  addService('shop', 'web', { type: 'headless' });
  addImport('shop', 'api', '10.112.0.5');
  expect(lines()).toEqual([toApi, toWeb]);
  addService('shop', 'web', { type: 'headless' }, true);
  expect(lines()).toEqual([toApi]);
  addService('shop', 'web', { type: 'headless' });
  state.importStore.remove({ key: 'shop/api', value: undefined, problems: [] });
  expect(lines()).toEqual([toWeb]);
  state.serviceStore.remove({ key: 'shop/web', value: undefined, problems: [] });
  expect(lines()).toEqual([]);
});

/** More endpoints with long names under one name than the format can hold. */
function addTooMany(): void {
  addService('shop', 'huge', { type: 'headless' });
  for (let i = 0; i < 31; i += 1) {
    const endpoints = Array.from({ length: 1000 }, (_, n) => ({
      address: addressFromOctets([10, i, n >> 8, n & 255]),
      hostname: `h-${i}-${n}`.padEnd(63, 'x'),
    }));
    addSlice('huge', `huge-${i}`, endpoints);
  }
}

test('an object that the format cannot hold is left out with a reason, and leaves the rest', () => {
  addNamespace('shop');
  addService('shop', 'web');
  addTooMany();
  expect(lines()).toEqual(['web.shop.svc 30 IN A 10.96.0.10']);
  expect(builder.problems()).toEqual([
    {
      object: 'Service shop/huge',
      reason: expect.stringMatching(/^more than \d+ octets under one name; at most \d+ .*; it is left out$/),
    },
  ]);
});

test('a Service whose endpoints multiply with ports loses these, and the rest is published', () => {
  addNamespace('shop');
  addService('shop', 'web');
  addService('shop', 'huge', { type: 'headless' });
  const addSlices = (sliceCount: number) => {
    for (let i = 0; i < sliceCount; i += 1) {
      const endpoints = Array.from({ length: 1000 }, (_, n) => ({
        address: addressFromOctets([10, i, n >> 8, n & 255]),
      }));
      const ports = Array.from({ length: 100 }, (_, n) => ({
        name: `p${n}`,
        protocol: 'tcp',
        number: 1 + 100 * i + n,
      }));
      addSlice('huge', `huge-${i}`, endpoints, ports);
    }
  };
  const answers = () => {
    builder.update(state, state.takeChanges());
    const { ask } = asked(builder.image());
    const counts = (['A', 'SRV'] as const).map((type) => ask('huge.shop.svc', type)?.length);
    return [...counts, ask('10-0-0-1.huge.shop.svc', 'SRV')?.length, ask('_p1._tcp.huge.shop.svc', 'SRV')?.length];
  };
  addSlices(2);
  expect(answers()).toEqual([2000, maxRecords, 100, 2000]);
  expect(builder.problems()).toEqual([]);
  addSlices(32);
  expect(answers()).toEqual([maxRecords, 0, 0, undefined]);
  expect(asked(builder.image()).ask('web.shop.svc', 'A')).toHaveLength(1);
  expect(builder.problems()).toEqual([
    { object: 'Service shop/huge', reason: expect.stringMatching(/; it has no SRV records, and no names of ports$/) },
  ]);
});

test('endpoints that all have ports of their own have them all', () => {
  addNamespace('shop');
  addService('shop', 'web', { type: 'headless' });
  for (let i = 0; i < 300; i += 1) {
    const address = addressFromOctets([10, 2, i >> 8, i & 255]);
    addSlice('web', `web-${i}`, { address }, [{ name: '', protocol: 'tcp', number: 1000 + i }]);
  }
  builder.update(state, state.takeChanges());
  expect(builder.problems()).toEqual([]);
  const { ask } = asked(builder.image());
  for (const i of [0, 253, 254, 255, 256, 299]) {
    const host = `10-2-${i >> 8}-${i & 255}.web.shop.svc`;
    expect(ask(host, 'SRV')).toEqual([`${host} 30 IN SRV 0 100 ${1000 + i} ${host}`]);
  }
});

test('one that grows too large loses its records, and has them again when it shrinks; its problem goes with it', () => {
  addNamespace('shop');
  addService('shop', 'huge');
  expect(lines()).toEqual(['huge.shop.svc 30 IN A 10.96.0.10']);
  addTooMany();
  expect(lines()).toEqual([]);
  addService('shop', 'huge');
  for (const key of state.endpointSlices.keys()) state.sliceStore.remove({ key, value: undefined, problems: [] });
  expect(lines()).toEqual(['huge.shop.svc 30 IN A 10.96.0.10']);
  expect(builder.problems()).toEqual([]);
});

test('a name that does not fit below an alias is left out with a reason', () => {
  const long = parseName(`${['a', 'b', 'c'].map((letter) => letter.repeat(63)).join('.')}.example`);
  start({ ...options, zoneOrigins: [parseName('cluster.local'), long] });
  addNamespace('shop');
  addService('shop', 'web');
  addService('shop', 'w'.repeat(63), clusterIp('10.96.0.11'));
  expect(lines()).toEqual(['web.shop.svc 30 IN A 10.96.0.10']);
  expect(builder.problems().map(({ object }) => object)).toEqual([`Service shop/${'w'.repeat(63)}`]);
});
