import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ClusterState } from '../../../sync-agent/kube/observed-cluster.ts';
import {
  trimEndpointSlice,
  trimNamespace,
  trimPod,
  trimService,
  trimServiceImport,
} from '../../../sync-agent/kube/trim.ts';
import type { Trimmed } from '../../../sync-agent/kube/trimmed.ts';
import { anyMutant, anyMutantOf, type Kind, mutated, validObjects } from './any-object.ts';
import { benignObjects, isBenign } from './benign-object.ts';

const everything = { keepsImports: true, keepsPodNames: true };
const trims: readonly (readonly [Kind, (object: unknown) => Trimmed<object>])[] = [
  ['Namespace', trimNamespace],
  ['Service', trimService],
  ['EndpointSlice', (object) => trimEndpointSlice(object, everything)],
  ['Pod', trimPod],
  ['ServiceImport', trimServiceImport],
];

type JsonType = 'object' | 'list' | 'text' | 'number' | 'boolean';
type FieldRead = readonly [path: readonly (string | number)[], type: JsonType];

const identity: readonly FieldRead[] = [
  [['metadata', 'namespace'], 'text'],
  [['metadata', 'name'], 'text'],
  [['metadata', 'annotations'], 'object'],
  [['metadata', 'annotations', 'kube-doh/hide'], 'text'],
];
const portsAt = (...path: readonly string[]): FieldRead[] => [
  [path, 'list'],
  [[...path, 0], 'object'],
  [[...path, 0, 'name'], 'text'],
  [[...path, 0, 'port'], 'number'],
  [[...path, 0, 'protocol'], 'text'],
];
const serviceLabel = 'kubernetes.io/service-name';
const importLabels = ['multicluster.kubernetes.io/service-name', 'multicluster.kubernetes.io/source-cluster'];

/** What decides records, and its type. An "x" is wrong for some texts too, but that is no matter of types. */
const fieldsRead: Readonly<Record<Kind, readonly FieldRead[]>> = {
  Namespace: [...identity.slice(1)],
  Service: [
    ...identity,
    [['spec'], 'object'],
    [['spec', 'type'], 'text'],
    [['spec', 'clusterIPs'], 'list'],
    [['spec', 'clusterIPs', 0], 'text'],
    [['spec', 'externalName'], 'text'],
    ...portsAt('spec', 'ports'),
  ],
  EndpointSlice: [
    ...identity.slice(0, 2),
    [['metadata', 'labels'], 'object'],
    ...[serviceLabel, ...importLabels].map((name): FieldRead => [['metadata', 'labels', name], 'text']),
    [['addressType'], 'text'],
    [['endpoints'], 'list'],
    [['endpoints', 0], 'object'],
    [['endpoints', 0, 'addresses'], 'list'],
    [['endpoints', 0, 'addresses', 0], 'text'],
    [['endpoints', 0, 'conditions'], 'object'],
    [['endpoints', 0, 'conditions', 'ready'], 'boolean'],
    [['endpoints', 0, 'hostname'], 'text'],
    [['endpoints', 0, 'targetRef'], 'object'],
    [['endpoints', 0, 'targetRef', 'name'], 'text'],
    ...portsAt('ports'),
  ],
  Pod: [
    ...identity,
    [['status'], 'object'],
    [['status', 'phase'], 'text'],
    [['status', 'podIPs'], 'list'],
    [['status', 'podIPs', 0], 'object'],
    [['status', 'podIPs', 0, 'ip'], 'text'],
  ],
  ServiceImport: [
    ...identity,
    [['spec'], 'object'],
    [['spec', 'type'], 'text'],
    [['spec', 'ips'], 'list'],
    [['spec', 'ips', 0], 'text'],
    ...portsAt('spec', 'ports'),
  ],
};

function typeOf(value: unknown): JsonType {
  if (Array.isArray(value)) return 'list';
  const type = typeof value;
  return type === 'string' ? 'text' : (type as 'object' | 'number' | 'boolean');
}

function isThere(object: unknown, path: readonly (string | number)[]): boolean {
  return (
    path.reduce<unknown>((value, key) => (value as Readonly<Record<string, unknown>> | undefined)?.[key], object) !==
    undefined
  );
}

const label = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const numRuns = 1000;

describe.for(trims)('trimming a %s', ([kind, trim]) => {
  test('that is valid has a value and no problem', () => {
    for (const object of validObjects[kind]) expect(trim(object)).toMatchObject({ value: {}, problems: [] });
  });

  test('never throws, and tells a few short lines, whatever is wrong with it', () => {
    let changed = 0;
    let complaints = 0;
    fc.assert(
      fc.property(fc.oneof({ weight: 9, arbitrary: anyMutant(kind) }, fc.jsonValue()), (object) => {
        const { key, value, problems } = trim(object);
        expect(key.length).toBeLessThanOrEqual(400);
        expect(problems.length).toBeLessThanOrEqual(11);
        for (const problem of problems) {
          expect(problem.object).toBe(`${kind} ${key}`);
          expect(`${problem.object}: ${problem.reason}`).toMatch(/^[^\p{Cc}]{10,900}$/u);
        }
        if (value === undefined) changed += 1;
        complaints += problems.length;
        const { namespace, name } = (value ?? {}) as { readonly namespace?: string; readonly name?: string };
        if (value !== undefined) expect(key).toBe(namespace === undefined ? name : `${namespace}/${name}`);
      }),
      { numRuns },
    );
    // Else nothing that matters was mutated.
    expect(changed).toBeGreaterThan(20);
    expect(complaints).toBeGreaterThan(20);
  });

  test('keeps only what is well-formed, and not much of it', () => {
    fc.assert(
      fc.property(anyMutant(kind), (object) => {
        const { value } = trim(object);
        if (value === undefined) return;
        const {
          namespace,
          name,
          ports = [],
          endpoints = [],
          addresses = [],
        } = value as Readonly<Record<string, never>>;
        if (kind !== 'EndpointSlice' && kind !== 'Pod') expect(name).toMatch(label);
        if (kind !== 'Namespace') expect(namespace).toMatch(label);
        expect([ports, endpoints, addresses].map((list: readonly unknown[]) => list.length <= 2000)).not.toContain(
          false,
        );
        for (const { name: portName, protocol, number } of ports as readonly Readonly<Record<string, unknown>>[]) {
          expect(portName).toMatch(/^([a-z0-9]([-a-z0-9]{0,60}[a-z0-9])?)?$/);
          expect(['tcp', 'udp', 'sctp']).toContain(protocol);
          if (number !== undefined) expect(Number(number) >= 1 && Number(number) <= 65_535).toBe(true);
        }
        for (const endpoint of endpoints as readonly Readonly<Record<string, string>>[]) {
          expect([4, 16]).toContain(endpoint['address']?.length);
          for (const each of [endpoint['hostname'], endpoint['podName']])
            if (each !== undefined) expect(each).toMatch(label);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('gives a value, or a problem, or had nothing to give', () => {
    let benignCount = 0;
    fc.assert(
      fc.property(anyMutant(kind), (object) => {
        const { value, problems } = trim(object);
        if (value !== undefined || problems.length > 0) return;
        benignCount += 1;
        expect(isBenign(kind, object)).toBe(true);
      }),
      { numRuns, examples: benignObjects[kind].map((object): [unknown] => [object]) },
    );
    expect(benignCount).toBeGreaterThanOrEqual(benignObjects[kind].length);
  });

  test('tells each field that is of a wrong type', () => {
    let told = 0;
    for (const object of validObjects[kind]) {
      for (const [path, right] of fieldsRead[kind]) {
        if (!isThere(object, path)) continue;
        for (const wrong of [5, 'x', true, [], {}].filter((value) => typeOf(value) !== right)) {
          const { problems } = trim(mutated(object, path, wrong));
          expect(problems, `${path.join('.')} = ${JSON.stringify(wrong)}`).toHaveLength(1);
          told += 1;
        }
      }
    }
    expect(told).toBeGreaterThanOrEqual(4 * fieldsRead[kind].length);
  });

  test('does not depend on fields that are not read', () => {
    fc.assert(
      fc.property(fc.constantFrom(...validObjects[kind]), fc.jsonValue(), (object, value) => {
        const metadata = {
          ...(object as { readonly metadata: object }).metadata,
          managedFields: value,
          finalizers: value,
        };
        expect(trim({ ...object, metadata, other: value })).toEqual(trim(object));
      }),
    );
  });
});

test('a slice loses nothing to a bad endpoint or port', () => {
  const metadata = { namespace: 'cache', name: 'x', labels: { 'kubernetes.io/service-name': 'redis' } };
  const read = (endpoints: readonly unknown[], ports: readonly unknown[]) =>
    trimEndpointSlice({ metadata, endpoints, ports }, everything).value;
  const endpoint = { addresses: ['192.0.2.1'], hostname: 'good', conditions: { ready: true } };
  const port = { name: 'good', port: 6379, protocol: 'TCP' };
  const endpoints = fc.array(anyMutantOf(endpoint), { maxLength: 4 });
  const ports = fc.array(anyMutantOf(port), { maxLength: 4 });
  const alone = read([endpoint], [port]);
  fc.assert(
    fc.property(endpoints, endpoints, ports, ports, (before, after, portsBefore, portsAfter) => {
      const value = read([...before, endpoint, ...after], [...portsBefore, port, ...portsAfter]);
      expect(value?.endpoints).toContainEqual(alone?.endpoints[0]);
      expect(value?.ports).toContainEqual(alone?.ports[0]);
    }),
    { numRuns: 300 },
  );
});

test('a malformed object loses nothing of the others', () => {
  const stores = {
    Namespace: 'namespaceStore',
    Service: 'serviceStore',
    EndpointSlice: 'sliceStore',
    Pod: 'podStore',
    ServiceImport: 'importStore',
  } as const;
  /** The valid objects under names of their own, in a namespace that mutants do not know. */
  const good = trims.flatMap(([kind, trim]) =>
    validObjects[kind].map((object, i) => {
      const metadata = { ...(object as { readonly metadata: object }).metadata, namespace: 'good', name: `good-${i}` };
      return { kind, item: trim({ ...object, metadata }) };
    }),
  );
  const mutant = fc
    .constantFrom(...trims)
    .chain(([kind, trim]) => anyMutant(kind).map((object) => ({ kind, item: trim(object) })));
  fc.assert(
    fc.property(fc.array(mutant, { maxLength: 6 }), (mutants) => {
      const state = new ClusterState();
      for (const [kind] of trims) {
        const items = [...mutants, ...good].filter((each) => each.kind === kind).map(({ item }) => item);
        (state[stores[kind]] as { replace(items: readonly Trimmed<object>[]): void }).replace(items);
      }
      for (const { kind, item } of good) expect(state[stores[kind]].values.get(item.key)).toEqual(item.value);
      const keys = new Set(good.map(({ kind, item }) => `${kind} ${item.key}`));
      expect([...state.problems()].filter(({ object }) => keys.has(object))).toEqual([]);
    }),
    { numRuns: 200 },
  );
});
