/** A snapshot that would be too large: what goes, and that the edge takes the rest. */
import { randomBytes } from 'node:crypto';
import { constants, gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, test } from 'vitest';
import { ClusterState } from '../../../sync-agent/kube/observed-cluster.ts';
import { maxZonesOctets } from '../../../sync-agent/snapshot/overflow.ts';
import { SnapshotBuilder, type SnapshotOptions } from '../../../sync-agent/snapshot/snapshot-builder.ts';
import { addressFromOctets } from '../../../zone/address.ts';
import { maxHeaderOctets } from '../../../zone/image/format.ts';
import { nameIndexOctets } from '../../../zone/image/name-index.ts';
import { maxBodyOctets, maxImageOctets } from '../../../zone/manifest.ts';
import { parseName } from '../../../zone/name.ts';
import { asked } from '../../zone/image/asking.ts';

const options: SnapshotOptions = {
  zoneOrigins: [parseName('cluster.local')],
  clustersetOrigins: [],
  ttlSeconds: 30,
  pods: 'disabled',
  usesPodNames: false,
  ignoresEmptyServices: false,
  selectsNamespaces: false,
  selectsObjects: false,
  reversePrefixes: [],
};

let state: ClusterState;

beforeEach(() => {
  state = new ClusterState();
  state.namespaceStore.upsert({ key: 'shop', value: { name: 'shop', isHidden: false }, problems: [] });
});

/** A headless Service with so many endpoints, in slices of 1,000; `netOctet` is the second octet of their addresses. */
function setService(name: string, endpointCount: number, netOctet: number, labelOctets = 6): void {
  const service = { namespace: 'shop', name, isHidden: false, kind: { type: 'headless' }, ports: [] } as const;
  state.serviceStore.upsert({ key: `shop/${name}`, value: service, problems: [] });
  for (let first = 0; first < endpointCount || first === 0; first += 1000) {
    const endpoints = Array.from({ length: Math.min(1000, endpointCount - first) }, (_, i) => ({
      address: addressFromOctets([10, netOctet, (first + i) >> 8, (first + i) & 255]),
      hostname: `h${first + i}`.padEnd(labelOctets, 'x'),
      podName: undefined,
    }));
    const slice = {
      namespace: 'shop',
      name: `${name}-${first}`,
      owners: [{ kind: 'service', service: name }],
      endpoints,
      ports: [],
    } as const;
    state.sliceStore.upsert({ key: `shop/${slice.name}`, value: slice, problems: [] });
  }
}

/** A builder that has seen all, and may use so many octets for the zones. */
function builderOf(maxOctets?: number): SnapshotBuilder {
  const builder = new SnapshotBuilder(options, maxOctets);
  const services = new Set(state.services.keys());
  builder.update(state, {
    namespaces: new Set(['shop']),
    services,
    serviceImports: new Set(),
    podNamespaces: new Set(),
  });
  return builder;
}

/** Which of the Services exist, and which are problems. */
function published(builder: SnapshotBuilder) {
  const { ask } = asked(builder.image());
  const names = [...state.services.values()].map(({ name }) => name);
  return {
    there: names.filter((name) => ask(`${name}.shop.svc`, 'A') !== undefined),
    problems: builder.problems().map(({ object, reason }) => `${object}: ${reason}`),
  };
}

describe('the largest parts go, until the rest fits', () => {
  const told = (name: string, octets: string) =>
    expect.stringMatching(
      new RegExp(`^Service shop/${name}: the snapshot would be too large; with ${octets} octets this is among its`),
    );

  test('one after the other', () => {
    for (const [i, count] of [100, 300, 200, 300].entries()) setService(`s${i}`, count, i);
    const whole = builderOf();
    expect(published(whole)).toEqual({ there: ['s0', 's1', 's2', 's3'], problems: [] });
    const octets = whole.image().length;
    expect(published(builderOf(octets))).toEqual({ there: ['s0', 's1', 's2', 's3'], problems: [] });
    // Each endpoint takes a label of six octets with its length, two counts, an address, and an entry of the index.
    const [large, middle] = ['5\\d\\d\\d', '3\\d\\d\\d'] as const;
    expect(published(builderOf(octets - 1000))).toEqual({ there: ['s0', 's2', 's3'], problems: [told('s1', large)] });
    expect(published(builderOf(octets - 6000))).toEqual({
      there: ['s0', 's2'],
      problems: [told('s1', large), told('s3', large)],
    });
    expect(published(builderOf(octets - 11_000))).toEqual({
      there: ['s0'],
      problems: [told('s1', large), told('s3', large), told('s2', middle)],
    });
  });

  test('equal ones in the order of their names, whatever order they came in', () => {
    for (const [i, name] of ['c', 'a', 'd', 'b'].entries()) setService(name, 100, i);
    const octets = builderOf().image().length;
    expect(published(builderOf(octets - 1000)).there).toEqual(['c', 'd', 'b']);
    expect(published(builderOf(octets - 3000)).there).toEqual(['c', 'd']);
  });

  test('and no more than that: what the index of names is shorter by counts too', () => {
    // Seven names that are no Service's, and 26: one more than 32, for which the index needs half as many slots.
    for (let i = 0; i < 26; i += 1) setService(`s${String(i).padStart(2, '0')}`, 1, i);
    const octets = builderOf().image().length;
    const { there, problems } = published(builderOf(octets - 600));
    expect(problems).toEqual([told('s00', '\\d+')]);
    expect(there).toHaveLength(25);
    expect(nameIndexOctets(33) - nameIndexOctets(32)).toBe(256);
  });

  test('and come back when there is room', () => {
    setService('large', 300, 1);
    setService('small', 100, 2);
    const builder = builderOf(5000);
    state.takeChanges();
    expect(published(builder).there).toEqual(['small']);
    setService('large', 120, 1);
    builder.update(state, state.takeChanges());
    expect(published(builder)).toEqual({ there: ['large', 'small'], problems: [] });
  });

  test('nor do the addresses of what is gone point anywhere', () => {
    setService('large', 300, 1);
    setService('small', 100, 2);
    const pointers = (builder: SnapshotBuilder) =>
      ['10.1.0.7', '10.2.0.7'].map((address) => asked(builder.image()).pointers(address)?.length);
    expect(pointers(builderOf())).toEqual([1, 1]);
    expect(pointers(builderOf(5000))).toEqual([undefined, 1]);
  });
});

describe('at the limits of the edge', () => {
  test('whatever is published has a body that is short enough, however badly it can be compressed', () => {
    const image = randomBytes(maxZonesOctets + maxHeaderOctets);
    expect(image.length).toBeLessThan(maxImageOctets);
    expect(gzipSync(image, { level: constants.Z_BEST_SPEED }).length).toBeLessThanOrEqual(maxBodyOctets);
  });

  test('Services that are large, but not too large, leave room for the others', () => {
    for (let i = 0; i < 9; i += 1) setService(`large-${i}`, 27_000, i, 63);
    setService('small', 1, 99);
    const builder = builderOf();
    const { there, problems } = published(builder);
    expect(there).toContain('small');
    expect(there).toHaveLength(9);
    expect(problems).toEqual([expect.stringMatching(/^Service shop\/large-0: .* left out$/)]);
    expect(builder.image().length).toBeLessThanOrEqual(maxZonesOctets + maxHeaderOctets);
  });
});
