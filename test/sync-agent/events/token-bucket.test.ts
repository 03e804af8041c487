import { expect, test } from 'vitest';
import { TokenBucket } from '../../../sync-agent/events/token-bucket.ts';

function bucket() {
  const time = { now: 500 };
  return { time, tokens: new TokenBucket({ burst: 3, refillMilliseconds: 100, now: () => time.now }) };
}

/** How many can be taken at once. */
function drain(tokens: TokenBucket): number {
  let count = 0;
  for (; tokens.waitMilliseconds === 0; count += 1) tokens.take();
  return count;
}

test('gives a burst, then one each time', () => {
  const { time, tokens } = bucket();
  expect(drain(tokens)).toBe(3);
  expect(tokens.waitMilliseconds).toBe(100);
  time.now += 99;
  expect(tokens.waitMilliseconds).toBe(1);
  time.now += 1;
  expect(drain(tokens)).toBe(1);
  time.now += 250;
  expect(drain(tokens)).toBe(2);
  expect(tokens.waitMilliseconds).toBe(50);
});

test('holds no more than the burst', () => {
  const { time, tokens } = bucket();
  drain(tokens);
  time.now += 1e9;
  expect(drain(tokens)).toBe(3);
  expect(tokens.waitMilliseconds).toBe(100);
});

test('that was full for long begins to fill when it is used', () => {
  const { time, tokens } = bucket();
  time.now += 990;
  tokens.take();
  time.now += 10;
  expect(drain(tokens)).toBe(2);
  expect(tokens.waitMilliseconds).toBe(90);
});

test('gives nothing when it is empty', () => {
  const { tokens } = bucket();
  drain(tokens);
  expect(() => tokens.take()).toThrow(new RangeError('there is no token'));
});
