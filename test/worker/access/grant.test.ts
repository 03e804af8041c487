/** What is kept of a grant, and that nothing that is damaged is one. */
import { describe, expect, test } from 'vitest';
import { type Grant, grantJson, readGrant, requestGrant } from '../../../worker/access/grant.ts';

const stored = {
  name: 'laptops',
  clusters: ['prod', 'test'],
  namespaces: ['shop'],
  zone: 'prod.k8s.example.com',
  expiresAt: null,
  createdAt: 1,
};

function granted(value: unknown): Grant {
  const grant = requestGrant(value, 1);
  if ('reason' in grant) throw new Error(grant.reason);
  return grant;
}

test('what was asked for is what is stored and read', () => {
  const { createdAt: _, ...asked } = stored;
  const grant = granted(asked);
  expect(grantJson(grant)).toEqual(stored);
  expect(readGrant(JSON.parse(JSON.stringify(grantJson(grant))))).toEqual(grant);
});

test('the longest that is taken fits the metadata of KV', () => {
  let count = 0;
  const withNamespaces = (many: number) => ({
    name: '€'.repeat(64),
    clusters: ['a'],
    namespaces: Array.from({ length: many }, (_, i) => `n${i}`),
  });
  while (!('reason' in requestGrant(withNamespaces(count + 1), 1))) count += 1;
  const octets = new TextEncoder().encode(JSON.stringify(grantJson(granted(withNamespaces(count))))).length;
  expect(octets).toBeLessThanOrEqual(960);
  expect(octets).toBeGreaterThan(950);
});

describe('a stored value is no grant, and opens nothing, with', () => {
  test.for([
    ['no object', [null, 1, 'x']],
    [
      'no time of creation',
      [
        { ...stored, createdAt: undefined },
        { ...stored, createdAt: 'x' },
      ],
    ],
    [
      'damaged clusters',
      [
        { ...stored, clusters: [] },
        { ...stored, clusters: ['prod', 1] },
      ],
    ],
    ['damaged namespaces', [[], ['Shop'], ['shop', null], 'shop', 0].map((namespaces) => ({ ...stored, namespaces }))],
    ['a damaged zone', ['', 'a..b', 1].map((zone) => ({ ...stored, zone }))],
    ['a damaged expiry', ['x', -1].map((expiresAt) => ({ ...stored, expiresAt }))],
  ] as const)('%s', ([, values]) => {
    expect(readGrant(stored)).toBeDefined();
    for (const value of values) expect(readGrant(value)).toBeUndefined();
  });
});
