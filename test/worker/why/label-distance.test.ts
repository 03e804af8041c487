import { expect, test } from 'vitest';
import { labelDistance } from '../../../worker/why/label-distance.ts';

test.for([
  ['redis', 'redis', 0],
  ['redis', 'rediss', 1],
  ['redis', 'reds', 1],
  ['redis', 'radis', 1],
  ['redis', 'rdeis', 1],
  ['redis-headless', 'redis-hedles', 2],
  ['postgres', 'psotgrse', 2],
  ['web', 'wbe', 1],
  ['redis', 'raids', 2],
  ['redis', 'raisd', undefined],
  ['redis', 'redis-x2', undefined],
  ['postgres', 'mysql', undefined],
  // Nothing is left of the shorter one.
  ['ab', 'cd', undefined],
  ['a', 'b', undefined],
  ['a', 'ab', undefined],
  ['', 'ab', undefined],
] as const)('from %s to %s: %s, and back', ([a, b, distance]) => {
  expect([labelDistance(a, b), labelDistance(b, a)]).toEqual([distance, distance]);
});
