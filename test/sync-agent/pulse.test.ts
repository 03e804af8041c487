import { beforeEach, expect, test } from 'vitest';
import { Pulse } from '../../sync-agent/pulse.ts';
import { SteppedClock } from './publish/stepped-clock.ts';

const never = new AbortController().signal;
let clock: SteppedClock;
let start: number;
let pulse: Pulse;

beforeEach(() => {
  clock = new SteppedClock();
  start = clock.steadyNow();
  pulse = new Pulse(clock);
});

test('who does not sleep was last alive when it woke up', async () => {
  expect(pulse.at).toBe(start);
  const slept = pulse.sleep(1000, never);
  await clock.advance(1000);
  await slept;
  await clock.advance(5000);
  expect(pulse.at).toBe(start + 1000);
});

test('who sleeps is alive, until it should have woken up', async () => {
  void pulse.sleep(1000, never);
  await clock.advance(400);
  expect(pulse.at).toBe(start + 400);
});

test('who is woken early was last alive then', async () => {
  const wake = new AbortController();
  const slept = pulse.sleep(60_000, wake.signal);
  await clock.advance(1000);
  wake.abort();
  await slept;
  await clock.advance(30_000);
  expect(pulse.at).toBe(start + 1000);
});

test('who sleeps twice is alive until the last should have woken up', async () => {
  const short = pulse.sleep(1000, never);
  void pulse.sleep(60_000, never);
  await clock.advance(1000);
  await short;
  await clock.advance(30_000);
  expect(pulse.at).toBe(start + 31_000);
});
