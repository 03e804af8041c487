/** Names of clusters at the edge. */
import { expect, test } from 'vitest';
import { parseClusterId } from '../../zone/cluster-id.ts';

test.for(['local', 'a', '0', '-', 'prod-eu-1', 'x'.repeat(32)])('%s is one', (text) => {
  expect(parseClusterId(text)).toBe(text);
});

test.for(['', 'x'.repeat(33), 'Prod', 'a.b', 'a_b', 'a/b', '..', 'a b', 'é', 'a\n', '\u212a'])('%j is none', (text) => {
  expect(parseClusterId(text)).toBeUndefined();
});
