import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { systemClock } from '../../../sync-agent/kube/clock.ts';
import { PublishWindow } from '../../../sync-agent/publish/publish-window.ts';
import { SteppedClock } from './stepped-clock.ts';

const second = 1000;
const minute = 60 * second;

let clock: SteppedClock;
let start: number;
let window: PublishWindow;
let stop: AbortController;
/** When the window opened and why, in milliseconds from the start. */
let opened: string[];
/** What is done each time it opens. */
let publish: () => Promise<void> | void;
let run: Promise<void>;

beforeEach(() => {
  clock = new SteppedClock();
  start = clock.now();
  window = new PublishWindow({ intervalMilliseconds: 3 * second, heartbeatMilliseconds: 4 * minute, clock });
  stop = new AbortController();
  opened = [];
  publish = () => window.notePublished();
  run = loop();
});
afterEach(async () => {
  stop.abort();
  await run;
});

async function loop(): Promise<void> {
  for (;;) {
    const reason = await window.next(stop.signal);
    if (stop.signal.aborted) return;
    opened.push(`${clock.now() - start} ${reason}`);
    await publish();
  }
}

/** A change at that time from the start. */
async function changeAt(milliseconds: number): Promise<void> {
  await clock.advance(start + milliseconds - clock.now());
  window.noteChange();
}

test('the first change after quiet is published after 200 ms', async () => {
  await changeAt(1000);
  await clock.advance(minute);
  expect(opened).toEqual(['1200 change']);
});

test('so is a group of changes, 200 ms after its last', async () => {
  await changeAt(1000);
  await changeAt(1001);
  await changeAt(1199);
  await changeAt(1398);
  await clock.advance(minute);
  expect(opened).toEqual(['1598 change']);
});

test('a group that does not end is published 800 ms after its first', async () => {
  for (let at = 1000; at <= 2500; at += 100) await changeAt(at);
  await clock.advance(minute);
  expect(opened).toEqual(['1800 change', '4800 change']);
});

test('what follows is published an interval later', async () => {
  await changeAt(1000);
  await changeAt(1201);
  await changeAt(4000);
  await clock.advance(minute);
  expect(opened).toEqual(['1200 change', '4200 change']);
});

test('a storm of changes opens it once an interval', async () => {
  for (let at = 0; at <= 10_000; at += 10) await changeAt(at);
  expect(opened).toEqual(['800 change', '3800 change', '6800 change', '9800 change']);
});

test('a change late in the interval is given its 200 ms too', async () => {
  await changeAt(1000);
  await changeAt(4150);
  await clock.advance(minute);
  expect(opened).toEqual(['1200 change', '4350 change']);
});

test('the interval begins when a publish ends', async () => {
  publish = async () => {
    await clock.sleep(10 * second, stop.signal);
    window.notePublished();
  };
  await changeAt(0);
  await changeAt(5000);
  await clock.advance(minute);
  expect(opened).toEqual(['200 change', '13200 change']);
});

test('a change that is noted during a publish opens the next window', async () => {
  publish = () => {
    if (opened.length === 1) window.noteChange();
    window.notePublished();
  };
  await changeAt(0);
  await clock.advance(minute);
  expect(opened).toEqual(['200 change', '3200 change']);
});

test('without a publish there is no interval to wait for', async () => {
  publish = () => {};
  await changeAt(1000);
  await changeAt(1500);
  await clock.advance(second);
  expect(opened).toEqual(['1200 change', '1700 change']);
});

test('in quiet it opens every four minutes', async () => {
  await clock.advance(9 * minute);
  expect(opened).toEqual([`${4 * minute} heartbeat`, `${8 * minute} heartbeat`]);
});

test('a publish puts the heartbeat off', async () => {
  await changeAt(3 * minute);
  await clock.advance(4 * minute);
  expect(opened).toEqual([`${3 * minute + 200} change`]);
  await clock.advance(200);
  expect(opened).toEqual([`${3 * minute + 200} change`, `${7 * minute + 200} heartbeat`]);
});

test('changes without end that are not worth publishing do not keep the heartbeat from coming', async () => {
  publish = () => {};
  for (let at = 0; at <= 5 * minute; at += 100) await changeAt(at);
  const heartbeats = opened.filter((line) => line.endsWith('heartbeat'));
  expect(opened.length).toBeGreaterThan(300);
  expect(heartbeats).toHaveLength(1);
  expect(Number.parseInt(heartbeats[0]!, 10)).toBeLessThan(4 * minute + 1000);
});

test('it opens at a time that is wanted, once, and for changes before and after it', async () => {
  publish = () => {};
  window.openAt(start + 10 * second);
  await changeAt(1000);
  await clock.advance(minute);
  expect(opened).toEqual(['1200 change', '10000 change']);
  await changeAt(2 * minute);
  await clock.advance(second);
  expect(opened.slice(2)).toEqual([`${2 * minute + 200} change`]);
});

test('a wanted time that has come opens it at once, also while changes settle', async () => {
  await changeAt(1000);
  await clock.advance(50);
  window.openAt(clock.now());
  await clock.advance(minute);
  expect(opened).toEqual(['1050 change']);
});

test.for([
  ['in quiet', () => {}],
  ['before a change is published', () => window.noteChange()],
] as const)('it ends with the signal %s, and nobody sleeps on', async ([, prepare]) => {
  prepare();
  await clock.advance(100);
  expect(clock.sleeping).toBe(1);
  stop.abort();
  await run;
  expect(clock.sleeping).toBe(0);
  expect(opened).toEqual([]);
});

test('the steady clock does not follow when the time is set', () => {
  const before = systemClock.steadyNow();
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 60 * minute });
  const after = systemClock.steadyNow();
  vi.useRealTimers();
  expect(after).toBeGreaterThanOrEqual(before);
});
