import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { trimEndpointSlice, trimNamespace, trimService } from '../../../sync-agent/kube/trim.ts';

/** JSON that is shaped like an object of the API often enough to get past the first checks. */
const text = fc.oneof(
  fc.constantFrom(
    'None',
    '10.0.0.1',
    'fd00::1',
    'redis',
    'FQDN',
    'IPv4',
    'ExternalName',
    'TCP',
    'a.b',
    '',
    'x'.repeat(64),
  ),
  fc.string(),
);
const odd = fc.oneof(fc.jsonValue(), text);
const often = <T>(usual: fc.Arbitrary<T>) => fc.oneof({ weight: 4, arbitrary: usual }, { weight: 1, arbitrary: odd });
const fields = (model: Record<string, fc.Arbitrary<unknown>>) => often(fc.record(model, { requiredKeys: [] }));
const port = fields({ name: text, port: often(fc.integer({ min: -1, max: 70_000 })), protocol: text });
const endpoint = fields({
  addresses: often(fc.array(often(text), { maxLength: 3 })),
  hostname: often(text),
  conditions: fields({ ready: often(fc.boolean()) }),
});
const apiObject = fields({
  metadata: fields({
    namespace: often(fc.constant('cache')),
    name: often(fc.constant('redis')),
    labels: fields({ 'kubernetes.io/service-name': often(fc.constant('redis')) }),
  }),
  spec: fields({
    type: text,
    clusterIP: often(text),
    clusterIPs: often(fc.array(often(text), { maxLength: 3 })),
    externalName: often(text),
    ports: often(fc.array(port, { maxLength: 3 })),
  }),
  addressType: text,
  endpoints: often(fc.array(endpoint, { maxLength: 4 })),
  ports: often(fc.array(port, { maxLength: 3 })),
});

const trims = [
  ['Namespace', trimNamespace],
  ['Service', trimService],
  ['EndpointSlice', trimEndpointSlice],
] as const;

describe.for(trims)('trimming a %s', ([kind, trim]) => {
  test('never throws, whatever the JSON', () => {
    fc.assert(
      fc.property(fc.oneof(apiObject, odd), (object) => {
        const { key, value, problems } = trim(object);
        expect(typeof key).toBe('string');
        for (const problem of problems) {
          expect(problem.object.startsWith(`${kind} `)).toBe(true);
          expect(problem.reason).not.toBe('');
        }
        if (value === undefined) return;
        expect(key).toBe('namespace' in value ? `${value.namespace}/${value.name}` : value.name);
      }),
    );
  });
});

const metadata = { namespace: 'cache', name: 'x', labels: { 'kubernetes.io/service-name': 'redis' } };

test('what is kept of a slice is well-formed', () => {
  let kept = 0;
  const slice = fc.record({ metadata: fc.constant(metadata), endpoints: fc.array(endpoint, { maxLength: 4 }) });
  fc.assert(
    fc.property(fc.oneof(apiObject, slice), (object) => {
      for (const { address, hostname } of trimEndpointSlice(object).value?.endpoints ?? []) {
        kept += 1;
        expect([4, 16]).toContain(address.length);
        if (hostname !== undefined) expect(hostname).toMatch(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);
      }
    }),
    { numRuns: 500 },
  );
  expect(kept).toBeGreaterThan(0);
});

test('a slice loses nothing to a bad neighbour', () => {
  const slice = (endpoints: readonly unknown[]) => trimEndpointSlice({ metadata, endpoints }).value?.endpoints ?? [];
  const good = { addresses: ['192.0.2.1'], hostname: 'good' };
  fc.assert(
    fc.property(fc.array(endpoint), fc.array(endpoint), (before, after) => {
      expect(slice([...before, good, ...after])).toContainEqual(slice([good])[0]);
    }),
  );
});
