import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { watchForSleep } from '../../../../client/commands/dns/sleep-watch.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('a timer that comes late by the clock on the wall means that the machine slept', () => {
  let sleptMilliseconds = 0;
  const seen = { wakes: 0, ticks: 0 };
  const end = watchForSleep(
    () => {
      seen.wakes += 1;
    },
    () => {
      seen.ticks += 1;
    },
    () => Date.now() + sleptMilliseconds,
  );
  vi.advanceTimersByTime(5000);
  expect(seen).toEqual({ wakes: 0, ticks: 5 });
  sleptMilliseconds = 60_000;
  vi.advanceTimersByTime(3000);
  expect(seen).toEqual({ wakes: 1, ticks: 8 });
  end();
  vi.advanceTimersByTime(3000);
  expect(seen.ticks).toBe(8);
});
