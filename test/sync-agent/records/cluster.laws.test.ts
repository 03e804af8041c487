/** What holds for every cluster, sensible or not. The pools are small, so that names, addresses and ports collide. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Cluster, Endpoint, EndpointSlice, Port, Service, ServiceKind } from '../../../sync-agent/cluster.ts';
import { recordsOfCluster } from '../../../sync-agent/records/cluster.ts';
import { recordsOfService } from '../../../sync-agent/records/service.ts';
import { recordsOfNamespace, recordsOfZone } from '../../../sync-agent/records/zone.ts';
import { parseAddress } from '../../../zone/address.ts';
import { flatten } from '../../../zone/flat.ts';
import type { GroupNode, Members, OwnerGroup } from '../../../zone/group.ts';
import { absoluteName, formatRelativeName, labelsOf, parseName } from '../../../zone/name.ts';
import { formatRRset, formatZone } from '../../../zone/text.ts';

const longLabel = 'l'.repeat(63);
const options = {
  ttlSeconds: 30,
  zoneOrigins: [parseName('cluster.local'), parseName(`${longLabel}.k8s.example.com`)],
};

describe('records', () => {
  test('do not depend on the order of objects, endpoints or ports', () => {
    const orders = anyCluster().chain((parts) => fc.tuple(fc.constant(parts), shuffled(parts)));
    fc.assert(
      fc.property(orders, ([parts, other]) => {
        expect(zoneText(recordsOfCluster(clusterOf(other), options).groups)).toBe(
          zoneText(recordsOfCluster(clusterOf(parts), options).groups),
        );
      }),
    );
  });

  test('of one Service are equal, group for group, whatever the order of its slices', () => {
    const slices = fc.array(anySlice(fc.constant('web'), fc.constant('default')), { maxLength: 4 });
    const orders = slices.chain((all) => fc.tuple(fc.constant(all), shuffledSlices(all)));
    fc.assert(
      fc.property(anyService(fc.constant('web'), fc.constant('default')), orders, (service, [all, other]) => {
        expect(recordsOfService(service, other, options).group).toEqual(recordsOfService(service, all, options).group);
      }),
    );
  });

  test('of a cluster are those of its zone, its Namespaces and its Services', () => {
    fc.assert(
      fc.property(anyCluster(), (parts) => {
        const piecewise = [
          ...parts.namespaces.map((name) => recordsOfNamespace(name, options)),
          ...parts.services
            .filter(({ namespace }) => parts.namespaces.includes(namespace))
            .map((service) => recordsOfService(service, slicesOf(service, parts.slices), options)),
        ];
        expect(recordsOfCluster(clusterOf(parts), options)).toEqual({
          groups: [...recordsOfZone(options), ...piecewise.flatMap(({ group }) => group ?? [])],
          problems: piecewise.flatMap(({ problems }) => problems),
        });
      }),
    );
  });

  test('are computed whatever the names are', () => {
    const text = fc.oneof(fc.string(), fc.string({ unit: 'binary', minLength: 60, maxLength: 70 }));
    const port = fc.record({ name: text, protocol: text, number: fc.constant(80) });
    const endpoint = fc.record({ address: anyAddress(), hostname: text });
    const slice = fc.record({
      namespace: text,
      name: text,
      service: text,
      endpoints: fc.array(endpoint, { minLength: 1, maxLength: 3 }),
      ports: fc.array(port, { maxLength: 3 }),
    });
    const kind = fc.constant({ type: 'headless' as const });
    const service = fc.record({ namespace: text, name: text, kind, ports: fc.constant([]) });
    fc.assert(
      fc.property(service, fc.array(slice, { minLength: 1, maxLength: 3 }), (object, slices) => {
        const { group, problems } = recordsOfService(object, slices, options);
        expect(group !== undefined || problems.length > 0).toBe(true);
      }),
    );
  });

  test('keep the rules of the group model', () => {
    fc.assert(
      fc.property(anyCluster(), (parts) => {
        const { groups } = recordsOfCluster(clusterOf(parts), options);
        expectUnique(groups.map(({ base }) => base));
        for (const group of groups) expectSoundGroup(group);
      }),
    );
  });

  test('make a sound zone', () => {
    fc.assert(
      fc.property(anyCluster(), (parts) => {
        const zone = flatten(recordsOfCluster(clusterOf(parts), options).groups);
        expectUnique(zone.names);
        for (const name of zone.names) for (const origin of options.zoneOrigins) absoluteName(name, origin);
        expectUnique(zone.records.map(({ owner, rrset }) => `${formatRelativeName(owner)} ${rrset.type}`));
        const lines = formatZone(zone).split('\n');
        expectUnique(lines);
        for (const { rrset } of zone.reverse) {
          for (const { name } of rrset.targets) expect(zone.names).toContain(name);
        }
        for (const { owner, rrset } of zone.records) {
          if (rrset.type === 'CNAME') expect(zone.records.filter((record) => record.owner === owner)).toHaveLength(1);
          if (rrset.type !== 'SRV') continue;
          const endings = formatRRset({ owner, rrset }).map((line) => line.split(' ').slice(-2).join(' '));
          expectUnique(endings);
          for (const { target } of rrset.services) {
            expect(zone.records.some((record) => record.owner === target.name && record.rrset.type !== 'SRV')).toBe(
              true,
            );
          }
        }
      }),
    );
  });
});

function expectSoundGroup(group: OwnerGroup) {
  const labels = group.hosts.map(({ label }) => label);
  expectUnique(labels);
  expectUnique(group.own);
  for (const host of group.hosts) {
    expect(host.addresses).not.toEqual([]);
    expectUnique(host.addresses);
    expectUnique(host.services.map(({ port }) => port));
  }
  expectUnique(group.nodes.map(({ prefix }) => prefix));
  for (const node of group.nodes) expectSoundNode(node, group, labels);
}

function expectSoundNode(node: GroupNode, group: OwnerGroup, labels: readonly string[]) {
  const prefix = labelsOf(node.prefix);
  expect(prefix.length).toBeLessThanOrEqual(2);
  if (prefix.length === 1) expect(labels).not.toContain(prefix[0]);
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

interface Parts {
  readonly namespaces: readonly string[];
  readonly services: readonly Service[];
  readonly slices: readonly EndpointSlice[];
}

function clusterOf({ namespaces, services, slices }: Parts): Cluster {
  return {
    namespaces: new Map(namespaces.map((name) => [name, { name }])),
    services: new Map(services.map((service) => [`${service.namespace}/${service.name}`, service])),
    endpointSlices: new Map(slices.map((slice) => [`${slice.namespace}/${slice.name}`, slice])),
  };
}

function slicesOf({ namespace, name }: Service, slices: readonly EndpointSlice[]): EndpointSlice[] {
  return slices.filter((slice) => slice.namespace === namespace && slice.service === name);
}

function anyCluster(): fc.Arbitrary<Parts> {
  const namespace = fc.constantFrom('default', 'kube-system', 'svc', longLabel, `${longLabel}n`);
  const service = fc.constantFrom('web', 'db', 'ns', longLabel, `${longLabel}s`);
  return fc.record({
    namespaces: fc.uniqueArray(namespace, { minLength: 1, maxLength: 5 }),
    services: fc.uniqueArray(anyService(service, namespace), {
      maxLength: 6,
      selector: (object) => `${object.namespace}/${object.name}`,
    }),
    slices: fc.uniqueArray(anySlice(service, namespace), {
      maxLength: 8,
      selector: (slice) => `${slice.namespace}/${slice.name}`,
    }),
  });
}

function anyService(name: fc.Arbitrary<string>, namespace: fc.Arbitrary<string>): fc.Arbitrary<Service> {
  const targets = ['db.example.com', 'web.default.svc.cluster.local', 'cluster.local', '.'];
  const kind: fc.Arbitrary<ServiceKind> = fc.oneof(
    fc.record({
      type: fc.constant('clusterIP' as const),
      addresses: fc.array(anyAddress(), { minLength: 1, maxLength: 2 }),
    }),
    fc.constant({ type: 'headless' as const }),
    fc.record({ type: fc.constant('externalName' as const), target: fc.constantFrom(...targets.map(parseName)) }),
  );
  return fc.record({ namespace, name, kind, ports: anyPorts() });
}

function anySlice(service: fc.Arbitrary<string>, namespace: fc.Arbitrary<string>): fc.Arbitrary<EndpointSlice> {
  const name = fc.integer({ min: 0, max: 9 }).map((number) => `slice-${number}`);
  return fc.record({
    namespace,
    name,
    service,
    endpoints: fc.array(anyEndpoint(), { maxLength: 5 }),
    ports: anyPorts(),
  });
}

function anyEndpoint(): fc.Arbitrary<Endpoint> {
  const hostname = fc.constantFrom(undefined, 'web-0', 'web-1', '10-0-0-2', 'tcp', longLabel, `${longLabel}h`);
  return fc.record({ address: anyAddress(), hostname });
}

function anyAddress() {
  return fc
    .constantFrom('10.0.0.1', '10.0.0.2', '10.0.0.3', 'fd00::1', '2001:db8::')
    .map((text) => parseAddress(text)!);
}

function anyPorts(): fc.Arbitrary<readonly Port[]> {
  const name = fc.constantFrom('', 'http', 'HTTP', 'web-0', longLabel, `${longLabel}p`);
  const protocol = fc.constantFrom('tcp', 'udp', 'sctp');
  return fc.array(fc.record({ name, protocol, number: fc.constantFrom(1, 80, 443, 65_535) }), { maxLength: 4 });
}

function shuffled({ namespaces, services, slices }: Parts): fc.Arbitrary<Parts> {
  return fc.record({
    namespaces: shuffle(namespaces),
    services: shuffle(services).chain((all) =>
      fc.tuple(...all.map((service) => shuffle(service.ports).map((ports): Service => ({ ...service, ports })))),
    ),
    slices: shuffledSlices(slices),
  });
}

function shuffledSlices(slices: readonly EndpointSlice[]): fc.Arbitrary<readonly EndpointSlice[]> {
  return shuffle(slices).chain((all) =>
    fc.tuple(
      ...all.map((slice) =>
        fc
          .tuple(shuffle(slice.endpoints), shuffle(slice.ports))
          .map(([endpoints, ports]): EndpointSlice => ({ ...slice, endpoints, ports })),
      ),
    ),
  );
}

function shuffle<T>(values: readonly T[]): fc.Arbitrary<T[]> {
  return fc.shuffledSubarray([...values], { minLength: values.length });
}
