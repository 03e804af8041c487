/** Where things are in edge KV. */
import { expect, test } from 'vitest';
import { type ClusterId, parseClusterId } from '../../zone/cluster-id.ts';
import { clusterKeyPrefix, kvKeys, tokenKeyPrefix } from '../../zone/keys.ts';

const longest = parseClusterId('x'.repeat(32))!;

test.for([
  ['snapshot', (id: ClusterId) => kvKeys.snapshot(id), 'cluster/local/snapshot'],
  ['remarks', (id: ClusterId) => kvKeys.remarks(id), 'cluster/local/remarks'],
  ['endpoints', (id: ClusterId) => kvKeys.endpoints(id), 'cluster/local/endpoints'],
  ['registry', () => kvKeys.registry, 'registry'],
  ['token', (id: string) => kvKeys.token(id), 'token/local'],
] as const)('the key of a %s', ([, key, expected]) => {
  expect(key('local' as ClusterId)).toBe(expected);
  // Workers KV takes keys of up to 512 octets.
  expect(key(longest).length).toBeLessThanOrEqual(512);
});

test('keys begin with what they are listed by', () => {
  expect(kvKeys.snapshot(longest).startsWith(clusterKeyPrefix)).toBe(true);
  expect(kvKeys.registry.startsWith(clusterKeyPrefix)).toBe(false);
  expect(kvKeys.token('x').startsWith(tokenKeyPrefix)).toBe(true);
});
