/** API objects that are valid but for some fields, which are missing, null, of another type, huge or deep. */
import fc from 'fast-check';

export type Kind = 'Namespace' | 'Service' | 'EndpointSlice' | 'Pod' | 'ServiceImport';

const metadata = {
  namespace: 'cache',
  name: 'redis',
  resourceVersion: '5',
  annotations: { 'kube-doh/hide': 'false' },
  labels: {
    app: 'redis',
    'kubernetes.io/service-name': 'redis',
    'multicluster.kubernetes.io/service-name': 'redis',
    'multicluster.kubernetes.io/source-cluster': 'east',
  },
};
const ports = [
  { name: 'redis', port: 6379, protocol: 'TCP' },
  { name: 'metrics', port: 9121, protocol: 'UDP' },
];
const endpoint = (i: number) => ({
  addresses: [`10.1.0.${i}`],
  conditions: { ready: true, serving: true, terminating: false },
  hostname: `redis-${i}`,
  targetRef: { kind: 'Pod', namespace: 'cache', name: `redis-${i}` },
});

/** Valid objects of each kind. */
export const validObjects: Readonly<Record<Kind, readonly object[]>> = {
  Namespace: [{ kind: 'Namespace', metadata: { name: 'cache', annotations: { 'kube-doh/hide': 'false' } } }],
  Service: [
    { metadata, spec: { type: 'ClusterIP', clusterIP: '10.96.0.1', clusterIPs: ['10.96.0.1', 'fd00::1'], ports } },
    { metadata, spec: { type: 'ClusterIP', clusterIP: 'None', clusterIPs: ['None'], ports } },
    { metadata, spec: { type: 'ExternalName', externalName: 'db.example.com' } },
  ],
  EndpointSlice: [{ metadata, addressType: 'IPv4', endpoints: [endpoint(1), endpoint(2)], ports }],
  Pod: [{ metadata, status: { phase: 'Running', podIP: '10.1.0.1', podIPs: [{ ip: '10.1.0.1' }, { ip: 'fd00::1' }] } }],
  ServiceImport: [
    { metadata, spec: { type: 'ClusterSetIP', ips: ['10.42.0.1'], ports } },
    { metadata, spec: { type: 'Headless', ports } },
  ],
};

const missing = Symbol('missing');

const deep = fc.constantFrom(50, 10_000).map((depth) => {
  let value: unknown = 'x';
  for (let i = 0; i < depth; i += 1) value = i % 2 === 0 ? [value] : { spec: value, items: value };
  return value;
});

const huge = fc.constantFrom<unknown>(
  'x'.repeat(64),
  'x'.repeat(100_000),
  'a.'.repeat(50_000),
  ':'.repeat(100_000),
  '\\'.repeat(100_000),
  '1.2.3.4\n'.repeat(1000),
  Number.MAX_VALUE,
  Array.from({ length: 10_000 }, () => null),
  Array.from({ length: 10_000 }, (_, i) => ({ name: `p${i}`, port: (i % 65_535) + 1 })),
  Array.from({ length: 10_000 }, (_, i) => `10.3.${i >> 8}.${i & 255}`),
);

/** What a field becomes. */
const mutation = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom<unknown>(missing, null, '', 0, -1, true, [], {}, [null], [[]]) },
  {
    weight: 2,
    arbitrary: fc.constantFrom<unknown>('None', 'FQDN', 'true', 'Succeeded', '10.0.0.300', 'fd00:::1', 'A.b'),
  },
  { weight: 2, arbitrary: fc.jsonValue() },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
  { weight: 1, arbitrary: huge },
  { weight: 1, arbitrary: deep },
);

type Path = readonly (string | number)[];

/** Every field at any depth; the empty path is the object itself. */
function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [path, ...entries.flatMap(([key, field]) => pathsOf(field, [...path, key]))];
}

/** A copy in which the field is `to`; `missing` takes it away. */
export function mutated(value: unknown, path: Path, to: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return to === missing ? undefined : to;
  // An earlier mutation may have taken the place.
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return value;
  const copy: Record<string | number, unknown> = Array.isArray(value) ? ([...value] as never) : { ...value };
  if (rest.length === 0 && to === missing) {
    // JSON has no holes.
    if (Array.isArray(copy)) copy.splice(Number(key), 1);
    else delete copy[key];
  } else copy[key] = mutated(copy[key], rest, to);
  return copy;
}

/** An object of the kind with one to three fields mutated; other fields, and what is beside them, stay. */
export function anyMutant(kind: Kind): fc.Arbitrary<unknown> {
  return fc.constantFrom(...validObjects[kind]).chain((valid) => {
    const change = fc.record({ path: fc.constantFrom(...pathsOf(valid)), to: mutation });
    return fc
      .array(change, { minLength: 1, maxLength: 3 })
      .map((changes) => changes.reduce<unknown>((object, { path, to }) => mutated(object, path, to), valid));
  });
}

/** A part of a list, such as one endpoint, mutated in the same way. */
export function anyMutantOf(valid: unknown): fc.Arbitrary<unknown> {
  const change = fc.record({ path: fc.constantFrom(...pathsOf(valid)), to: mutation });
  return change.map(({ path, to }) => mutated(valid, path, to) ?? null);
}
