import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Endpoint, EndpointSlice } from '../../../sync-agent/cluster.ts';
import { keptSlice } from '../../../sync-agent/kube/kept-slice.ts';
import { type Address, parseAddress } from '../../../zone/address.ts';

const endpoint = (address: string, hostname?: string, podName?: string): Endpoint => ({
  address: parseAddress(address)!,
  hostname,
  podName,
});

function slice(...endpoints: readonly Endpoint[]): EndpointSlice {
  const owners = [{ kind: 'service', service: 'redis' }] as const;
  const ports = [{ name: 'redis', protocol: 'tcp', number: 6379 }];
  return { namespace: 'cache', name: 'redis-x1', owners, endpoints, ports };
}

/** All that can be read of it. */
function read({ namespace, name, owners, endpoints, ports }: EndpointSlice): EndpointSlice {
  return { namespace, name, owners, endpoints, ports };
}

describe('what is kept says what the slice says', () => {
  test.for<[string, EndpointSlice]>([
    ['addresses alone', slice(endpoint('10.1.0.5'), endpoint('10.1.0.6'))],
    ['some hostnames', slice(endpoint('10.1.0.5'), endpoint('10.1.0.6', 'redis-1'), endpoint('10.1.0.7'))],
    ['names of pods', slice(endpoint('10.1.0.5', undefined, 'a-1'), endpoint('10.1.0.6', 'b', 'b-1'))],
    ['IPv6', slice(endpoint('fd00::1', 'a'), endpoint('fd00::2'))],
    [
      'octets of zero, spaces and more than ASCII',
      slice(endpoint('0.0.0.0'), endpoint('32.32.32.32'), endpoint('255.200.128.1')),
    ],
    ['addresses of both families', slice(endpoint('10.1.0.5'), endpoint('fd00::1'))],
    ['no endpoint', slice()],
  ])('%s', ([, given]) => {
    expect(read(keptSlice(given))).toEqual(given);
  });
});

test('endpoints of one family are kept without an object each', () => {
  const given = slice(endpoint('10.1.0.5', 'redis-0'), endpoint('10.1.0.6', 'redis-1'));
  expect(Object.values(keptSlice(given))).toContain('redis-0 redis-1');
  expect(Object.hasOwn(keptSlice(given), 'endpoints')).toBe(false);
});

const label = fc.option(fc.constantFrom('a', 'b', 'redis-0'), { nil: undefined });
const address = fc
  .constantFrom('10.1.0.5', '10.1.0.6', '32.0.32.0', 'fd00::1')
  .map((text) => parseAddress(text) as Address);
const anySlice = fc
  .array(fc.record({ address, hostname: label, podName: label }, { noNullPrototype: true }), { maxLength: 3 })
  .map((endpoints) => slice(...endpoints));

test('what is kept is equal when the slices are, and only then', () => {
  let equal = 0;
  fc.assert(
    fc.property(anySlice, anySlice, (one, other) => {
      const isEqual = isDeepStrictEqual(one, other);
      equal += Number(isEqual);
      expect(isDeepStrictEqual(keptSlice(one), keptSlice(other))).toBe(isEqual);
      expect(read(keptSlice(one))).toEqual(one);
      expect(isDeepStrictEqual(keptSlice(one), keptSlice(read(one)))).toBe(true);
    }),
    { numRuns: 500 },
  );
  expect(equal).toBeGreaterThan(5);
});
