/** When remarks are published, and what is told where that goes wrong. Time is moved by hand. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  RemarksTerm,
  remarksDelayMilliseconds,
  remarksHeartbeatMilliseconds,
  remarksIntervalMilliseconds,
} from '../../../sync-agent/remarks/remarks-term.ts';
import type { ClusterId } from '../../../zone/cluster-id.ts';
import type { NameRemarks } from '../../../zone/remarks/remarks.ts';
import { SteppedClock } from '../publish/stepped-clock.ts';
import { RecordingLog } from '../recording-log.ts';
import { linesOf, RecordingRemarksEdge } from './recording-remarks-edge.ts';

/** Longer than changes are waited for, and the snapshot is let go first. */
const soon = 2 * remarksDelayMilliseconds;
const interval = remarksIntervalMilliseconds;

let clock: SteppedClock;
let edge: RecordingRemarksEdge;
let log: RecordingLog;
let stop: AbortController;
let names: string[];
let isLeading: boolean;
let term: RemarksTerm;
let running: Promise<void>;

beforeEach(() => {
  clock = new SteppedClock();
  edge = new RecordingRemarksEdge();
  log = new RecordingLog();
  stop = new AbortController();
  names = ['web.shop.svc'];
  isLeading = true;
  const remarks = (): NameRemarks[] => names.map((name) => ({ name }));
  const mayWrite = () => isLeading;
  term = new RemarksTerm({ cluster: 'prod' as ClusterId, edge, remarks, mayWrite, clock, log });
  running = term.run(stop.signal);
});
afterEach(async () => {
  stop.abort();
  await running;
});

/** Lets time pass in steps; what is compressed, which takes its own time, comes to its end before the next one. */
async function pass(milliseconds: number): Promise<void> {
  for (let left = milliseconds; left > 0; left -= step) {
    await clock.advance(Math.min(step, left));
    while (clock.sleeping === 0) await turn();
  }
}

const step = 1000;

function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1));
}

function change(name: string): void {
  names.push(name);
  term.noteChange();
}

test('nothing is published before a snapshot is', async () => {
  term.noteChange();
  await clock.advance(interval);
  expect(clock.sleeping).toBe(0);
  expect(edge.puts).toEqual([]);
  term.noteSnapshot();
  await pass(soon);
  expect(edge.puts.map(linesOf)).toEqual([['{"name":"web.shop.svc"}']]);
  expect(log.lines).toEqual([expect.stringMatching(/^published remarks on 1 names: \d+ octets, compressed$/)]);
});

test('the first change after quiet is published soon, what follows twice a minute', async () => {
  term.noteSnapshot();
  await pass(2 * interval);
  change('a.shop.svc');
  await pass(soon);
  expect(edge.puts).toHaveLength(2);
  for (let i = 0; i < 25; i += 1) {
    change(`x${i}.shop.svc`);
    await pass(1000);
  }
  expect(edge.puts).toHaveLength(2);
  await pass(interval);
  expect(edge.puts).toHaveLength(3);
  expect(linesOf(edge.puts.at(-1)!)).toHaveLength(27);
  expect(log.lines).toHaveLength(1);
});

test('what has not changed is published again before the edge forgets it', async () => {
  term.noteSnapshot();
  await pass(soon);
  for (let i = 0; i < 10; i += 1) {
    term.noteChange();
    await pass(interval);
  }
  expect(edge.puts).toHaveLength(1);
  await pass(remarksHeartbeatMilliseconds + soon);
  expect(edge.puts).toHaveLength(2);
  expect(edge.puts[1]!.generatedAt).toBeGreaterThan(edge.puts[0]!.generatedAt);
});

test('changes that change nothing do not keep it from being published again', async () => {
  term.noteSnapshot();
  await pass(soon);
  for (let passed = 0; passed < remarksHeartbeatMilliseconds; passed += 120 * interval) {
    term.noteChange();
    await pass(120 * interval);
  }
  term.noteChange();
  await pass(interval);
  expect(edge.puts).toHaveLength(2);
});

test('a failure is told once, and tried again with the next window', async () => {
  edge.answer = async () => ({ kind: 'unavailable', reason: 'the edge answered 503: full', retryAfterSeconds: 1 });
  term.noteSnapshot();
  await pass(soon);
  await pass(interval / 2);
  expect(edge.puts).toHaveLength(1);
  await pass(3 * interval);
  expect(edge.puts.length).toBeGreaterThan(2);
  expect(log.entries).toEqual([
    {
      level: 'warn',
      message: 'publishing remarks failed: the edge answered 503: full; it is tried again',
      facts: { cluster: 'prod' },
    },
  ]);
  edge.answer = async () => ({ kind: 'stored' });
  await pass(2 * interval);
  expect(log.lines.at(-1)).toMatch(/^published remarks on 1 names/);
  const count = edge.puts.length;
  await pass(2 * interval);
  expect(edge.puts).toHaveLength(count);
});

test('each attempt is newer than the one before, also where the clock is set back', async () => {
  edge.answer = async () => ({ kind: 'refused', reason: 'the edge answered 409: newer ones are stored' });
  term.noteSnapshot();
  await pass(soon);
  clock.setByMilliseconds = -60 * 60_000;
  await pass(3 * interval);
  const times = edge.puts.map(({ generatedAt }) => generatedAt);
  expect(times.length).toBeGreaterThan(2);
  expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
});

test('who may not lead any more writes nothing', async () => {
  isLeading = false;
  term.noteSnapshot();
  await pass(3 * interval);
  expect(edge.puts).toEqual([]);
  isLeading = true;
  await pass(2 * interval);
  expect(edge.puts).toHaveLength(1);
});

test('what cannot be computed is told, and ends nothing', async () => {
  const { push } = names;
  names.map = () => {
    throw new Error('broken');
  };
  term.noteSnapshot();
  await pass(soon);
  expect(log.lines).toEqual(['publishing remarks failed: broken; it is tried again']);
  names = [];
  push.call(names, 'web.shop.svc');
  await pass(2 * interval);
  expect(edge.puts).toHaveLength(1);
});

test('it ends with its signal, while a write is under way too', async () => {
  edge.answer = (signal) =>
    new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
  term.noteSnapshot();
  await clock.advance(soon);
  while (edge.puts.length === 0) await turn();
  stop.abort();
  await running;
  expect(log.entries).toEqual([]);
  expect(clock.sleeping).toBe(0);
});
