import { expect, test } from 'vitest';
import { ElapsedTime } from '../../../client/stub/elapsed-time.ts';

/** Advances of the clock on the wall and of the steady one, and what has gone by after each. */
test.for([
  [
    'both go on',
    [
      [1000, 1000, 1000],
      [500, 500, 1500],
    ],
  ],
  [
    'the machine sleeps',
    [
      [1000, 1000, 1000],
      [3_600_000, 0, 3_601_000],
    ],
  ],
  [
    'the wall is set back',
    [
      [1000, 1000, 1000],
      [-50_000, 0, 1000],
      [2000, 2000, 3000],
    ],
  ],
  [
    'it is set back, and then the machine sleeps',
    [
      [-50_000, 0, 0],
      [10_000, 0, 10_000],
    ],
  ],
  [
    'it is set forward, and back',
    [
      [60_000, 0, 60_000],
      [-60_000, 0, 60_000],
      [1000, 1000, 61_000],
    ],
  ],
  [
    'it is a little off each time',
    [
      [1003, 1000, 1000],
      [998, 1000, 2000],
      [1005, 1000, 3000],
    ],
  ],
  [
    'it runs too fast',
    [
      [1015, 1000, 1000],
      [1015, 1000, 2030],
    ],
  ],
] as [string, [number, number, number][]][])('%s', ([, steps]) => {
  let [wall, steady] = [1_790_000_000_000, 77];
  const elapsed = new ElapsedTime({ wallMilliseconds: () => wall, steadyMilliseconds: () => steady });
  for (const [wallAdvance, steadyAdvance, expected] of steps) {
    wall += wallAdvance;
    steady += steadyAdvance;
    expect(elapsed.milliseconds()).toBe(expected);
  }
});
