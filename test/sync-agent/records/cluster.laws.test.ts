/** What holds for every cluster and all options, sensible or not. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EndpointSlice, Service, ServiceImport } from '../../../sync-agent/cluster.ts';
import type { RecordOptions } from '../../../sync-agent/records/options.ts';
import { recordsOfService } from '../../../sync-agent/records/service.ts';
import { recordsOfServiceImport } from '../../../sync-agent/records/service-import.ts';
import { originsOf } from '../../../sync-agent/records/zone.ts';
import { parseAddress } from '../../../zone/address.ts';
import { flatten } from '../../../zone/flat.ts';
import type { GroupNode, Members, OwnerGroup } from '../../../zone/group.ts';
import { absoluteName, formatRelativeName, labelsOf } from '../../../zone/name.ts';
import { formatRRset, formatZone } from '../../../zone/text.ts';
import { anyParts, clusterOf, shuffledParts, shuffledSlices } from './any-cluster.ts';
import { anyOptions, anyService, anyServiceImport, anySlice, ordinaryPools } from './any-object.ts';
import { recordsOfCluster } from './whole-cluster.ts';

const anyCluster = anyParts(ordinaryPools);
const kinds = ['cluster', 'clusterset'] as const;

describe('records', () => {
  test('do not depend on the order of objects, endpoints or ports', () => {
    const orders = anyCluster.chain((parts) => fc.tuple(fc.constant(parts), shuffledParts(parts)));
    fc.assert(
      fc.property(orders, anyOptions(), ([parts, other], options) => {
        const one = recordsOfCluster(clusterOf(parts), options);
        const two = recordsOfCluster(clusterOf(other), options);
        for (const kind of kinds) expect(zoneText(two[kind])).toBe(zoneText(one[kind]));
        expect(new Set(two.problems.map(problemText))).toEqual(new Set(one.problems.map(problemText)));
      }),
    );
  });

  test('of one object are equal, group for group, whatever the order of its slices', () => {
    const slices = fc.array(anySlice(ordinaryPools), { maxLength: 4 });
    const orders = slices.chain((all) => fc.tuple(fc.constant(all), shuffledSlices(all)));
    const around = { namespaces: new Map(), services: new Map(), serviceImports: new Map() };
    fc.assert(
      fc.property(
        anyService(ordinaryPools),
        anyServiceImport(ordinaryPools),
        orders,
        anyOptions(),
        (service, serviceImport, [all, other], options) => {
          expect(recordsOfService(service, other, around, options).group).toEqual(
            recordsOfService(service, all, around, options).group,
          );
          expect(recordsOfServiceImport(serviceImport, ownedBy(serviceImport, other), options).group).toEqual(
            recordsOfServiceImport(serviceImport, ownedBy(serviceImport, all), options).group,
          );
        },
      ),
    );
  });

  test('are computed whatever the names are', () => {
    const text = fc.oneof(fc.string(), fc.string({ unit: 'binary', minLength: 60, maxLength: 70 }));
    const port = fc.record({ name: text, protocol: text, number: fc.constantFrom(80, undefined) });
    const endpoint = fc.record({ address: fc.constant(parseAddress('10.0.0.1')!), hostname: text, podName: text });
    const name = fc.record({ namespace: text, name: text });
    const slice = fc.tuple(text, text, fc.array(endpoint, { minLength: 1, maxLength: 3 }), fc.array(port)).map(
      ([namespace, cluster, endpoints, ports]) =>
        (service: string): EndpointSlice => ({
          namespace,
          name: 'x',
          owners: [{ kind: 'serviceImport', service, cluster }],
          endpoints,
          ports,
        }),
    );
    fc.assert(
      fc.property(name, fc.array(slice, { minLength: 1, maxLength: 3 }), anyOptions(), (identity, makers, options) => {
        const object = { ...identity, isHidden: false, kind: { type: 'headless' as const }, ports: [] };
        const slices = makers.map((make) => make(identity.name));
        const around = { namespaces: new Map(), services: new Map(), serviceImports: new Map() };
        for (const { group, problems } of [
          recordsOfService(object, slices, around, options),
          recordsOfServiceImport(object, slices, options),
        ]) {
          expect(group !== undefined || problems.length > 0).toBe(true);
        }
      }),
    );
  });

  test('keep the rules of the group model', () => {
    fc.assert(
      fc.property(anyCluster, anyOptions(), (parts, options) => {
        const records = recordsOfCluster(clusterOf(parts), options);
        for (const kind of kinds) {
          expectUnique(records[kind].map(({ base }) => base));
          for (const group of records[kind]) expectSoundGroup(group);
        }
        expect(records.clusterset.some(({ hasPointers }) => hasPointers)).toBe(false);
        expect(records.clusterset.length > 0).toBe(options.clustersetOrigins.length > 0);
      }),
    );
  });

  test('make sound zones', () => {
    fc.assert(
      fc.property(anyCluster, anyOptions(), (parts, options) => {
        const records = recordsOfCluster(clusterOf(parts), options);
        for (const kind of kinds) expectSoundZone(records[kind], originsOf(kind, options));
      }),
    );
  });
});

function expectSoundZone(groups: readonly OwnerGroup[], origins: RecordOptions['zoneOrigins']) {
  const zone = flatten(groups);
  expectUnique(zone.names);
  for (const name of zone.names) for (const origin of origins) absoluteName(name, origin);
  expectUnique(zone.records.map(({ owner, rrset }) => `${formatRelativeName(owner)} ${rrset.type}`));
  expectUnique(formatZone(zone).split('\n'));
  for (const { rrset } of zone.reverse) for (const { name } of rrset.targets) expect(zone.names).toContain(name);
  for (const { owner, rrset } of zone.records) {
    if (rrset.type === 'CNAME') expect(zone.records.filter((record) => record.owner === owner)).toHaveLength(1);
    if (rrset.type !== 'SRV') continue;
    expectUnique(formatRRset({ owner, rrset }).map((line) => line.split(' ').slice(-2).join(' ')));
    for (const { target } of rrset.services) {
      const isThere = zone.records.some((record) => record.owner === target.name && record.rrset.type !== 'SRV');
      expect(isThere).toBe(true);
    }
  }
}

function expectSoundGroup(group: OwnerGroup) {
  const names = group.hosts.map(({ label, subdomain }) => `${label}.${subdomain ?? ''}`);
  expectUnique(names);
  expectUnique(group.own);
  if (group.answersDashed) expect(group.hosts).toEqual([]);
  for (const host of group.hosts) {
    expect(host.addresses).not.toEqual([]);
    expectUnique(host.addresses);
    expectUnique(host.services.map(({ port }) => port));
  }
  expectUnique(group.nodes.map(({ prefix }) => prefix));
  for (const node of group.nodes) expectSoundNode(node, group);
}

function expectSoundNode(node: GroupNode, group: OwnerGroup) {
  const prefix = labelsOf(node.prefix);
  expect(prefix.length).toBeLessThanOrEqual(2);
  const hosts = group.hosts.map(({ label, subdomain }) => (subdomain === undefined ? [label] : [label, subdomain]));
  expect(hosts).not.toContainEqual(prefix);
  expectUnique(node.services.map(({ port }) => port));
  for (const { priority, weight, port, targets } of node.services) {
    expect(priority).toBe(0);
    expect(weight).toBeGreaterThanOrEqual(1);
    expect(weight).toBeLessThanOrEqual(100);
    expect(port).toBeGreaterThanOrEqual(1);
    expect(targets).not.toBe('none');
    expectSoundMembers(targets, group);
  }
  expectSoundMembers(node.addresses, group);
}

function expectSoundMembers(members: Members, group: OwnerGroup) {
  if (members === 'base') expect(group.own).not.toEqual([]);
  if (members === 'hosts') expect(group.hosts).not.toEqual([]);
  if (typeof members === 'string') return;
  expectUnique(members);
  expect([...members].sort((a, b) => a - b)).toEqual(members);
  expect(members.length).toBeGreaterThan(0);
  expect(members.length).toBeLessThan(group.hosts.length);
  expect(members.at(-1)).toBeLessThan(group.hosts.length);
}

function expectUnique(values: readonly unknown[]) {
  expect(new Set(values).size).toBe(values.length);
}

function zoneText(groups: readonly OwnerGroup[]): string {
  return formatZone(flatten(groups));
}

function problemText({ object, reason }: { readonly object: string; readonly reason: string }): string {
  return `${object}: ${reason}`;
}

function ownedBy({ name }: ServiceImport | Service, slices: readonly EndpointSlice[]): EndpointSlice[] {
  return slices.filter(({ owners }) =>
    owners.some(({ kind, service }) => kind === 'serviceImport' && service === name),
  );
}
