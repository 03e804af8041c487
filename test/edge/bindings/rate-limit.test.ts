import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import rateLimiter from '../../../edge/bindings/rate-limit.ts';

beforeEach(() => void vi.useFakeTimers({ now: 1_800_000_000_000 }));
afterEach(() => void vi.useRealTimers());

async function admitted(limiter: ReturnType<typeof rateLimiter>, key: string, times: number): Promise<number> {
  let count = 0;
  for (let i = 0; i < times; i += 1) if ((await limiter.limit({ key })).success) count += 1;
  return count;
}

test('each key may come as often as the limit says, anew in each period', async () => {
  const limiter = rateLimiter({ limit: 3, periodSeconds: 10 });
  expect([await admitted(limiter, 'a', 5), await admitted(limiter, 'b', 2)]).toEqual([3, 2]);
  vi.advanceTimersByTime(9_999);
  expect([await admitted(limiter, 'a', 1), await admitted(limiter, 'b', 2)]).toEqual([0, 1]);
  vi.advanceTimersByTime(1);
  expect(await admitted(limiter, 'a', 5)).toBe(3);
});

test('each limiter counts for itself', async () => {
  const [one, two] = [rateLimiter({ limit: 1, periodSeconds: 60 }), rateLimiter({ limit: 1, periodSeconds: 60 })];
  expect([await admitted(one, 'a', 2), await admitted(two, 'a', 2)]).toEqual([1, 1]);
});

test('so many keys that they would fill the memory begin a new period', async () => {
  const limiter = rateLimiter({ limit: 1, periodSeconds: 60 });
  expect(await admitted(limiter, 'a', 2)).toBe(1);
  for (let i = 0; i < 100_000; i += 1) await limiter.limit({ key: String(i) });
  expect(await admitted(limiter, 'a', 2)).toBe(1);
});
