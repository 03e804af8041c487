/** When a supplement is published, and what is told where that goes wrong. Time is moved by hand. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SupplementTerm } from '../../../sync-agent/supplements/supplement-term.ts';
import type { ClusterId } from '../../../zone/cluster-id.ts';
import { SteppedClock } from '../publish/stepped-clock.ts';
import { RecordingLog } from '../recording-log.ts';
import { linesOf, RecordingSupplementEdge } from './recording-supplement-edge.ts';

const intervalMilliseconds = 10_000;
const heartbeatMilliseconds = 240_000;
const source = { kind: 'endpoints', intervalMilliseconds, heartbeatMilliseconds } as const;

let clock: SteppedClock;
let edge: RecordingSupplementEdge;
let log: RecordingLog;
let stop: AbortController;
/** What is seen, a line each. */
let names: string[];
let take: () => readonly string[];
let isLeading: boolean;
/** Whether the guard lets snapshots pass, and whether the edge stores them. */
let passes: boolean;
let stores: boolean;
let asked: number;
/** How long ago the watches were last known to be alive. */
let silentMilliseconds: number;
let term: SupplementTerm;
let running: Promise<void> | undefined;

beforeEach(() => {
  clock = new SteppedClock();
  edge = new RecordingSupplementEdge();
  log = new RecordingLog();
  stop = new AbortController();
  names = ['web.shop.svc'];
  take = () => [...names];
  isLeading = true;
  passes = true;
  stores = true;
  asked = 0;
  silentMilliseconds = 0;
  term = new SupplementTerm({
    cluster: 'prod' as ClusterId,
    source,
    edge,
    take: () => {
      const taken = take();
      return [() => taken.map((name) => ({ name, text: name }))];
    },
    askForSnapshot: () => {
      asked += 1;
      queueMicrotask(snapshot);
    },
    mayWrite: () => isLeading,
    clock,
    log,
  });
  running = undefined;
});
afterEach(async () => {
  stop.abort();
  await running;
});

/** What a term does that publishes snapshots. */
function snapshot(): void {
  if (!passes) return;
  const at = (now: number): number => now - silentMilliseconds;
  term.notePassed({ aliveAt: at(clock.steadyNow()), generatedAt: at(clock.now()) });
  if (stores) term.noteStored();
}

/** Lets it run, and time pass in steps; what is compressed, which takes its own time, comes to its end before the next one. */
async function pass(milliseconds: number): Promise<void> {
  running ??= term.run(stop.signal);
  const step = 1000;
  for (let left = milliseconds; left > 0; left -= step) {
    await clock.advance(Math.min(step, left));
    while (clock.sleeping === 0) await turn();
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1));
}

function change(name: string): void {
  names.push(name);
  term.noteChange();
}

describe('what is published', () => {
  test('nothing before a snapshot is stored', async () => {
    stores = false;
    await pass(10 * intervalMilliseconds);
    expect(asked).toBeGreaterThan(0);
    expect(edge.puts).toEqual([]);
    stores = true;
    snapshot();
    await pass(1000);
    expect(edge.puts.map(linesOf)).toEqual([['web.shop.svc']]);
    expect(log.lines).toEqual([expect.stringMatching(/^published endpoints: 1 lines, \d+ octets, compressed$/)]);
  });

  test('nothing of what is held back', async () => {
    await pass(1000);
    passes = false;
    names = [];
    term.noteChange();
    await pass(2 * heartbeatMilliseconds);
    expect(edge.puts).toHaveLength(1);
    names = ['web.shop.svc'];
    passes = true;
    snapshot();
    await pass(1000);
    // The watches are alive, and that is told.
    expect(edge.puts.map(linesOf)).toEqual([['web.shop.svc'], ['web.shop.svc']]);
  });

  test('what there was when the guard let it pass, and nothing that came later', async () => {
    await pass(intervalMilliseconds);
    stores = false;
    change('a.shop.svc');
    await pass(1000);
    names = [];
    passes = false;
    term.noteChange();
    await pass(1000);
    term.noteStored();
    await pass(1000);
    expect(linesOf(edge.puts.at(-1))).toEqual(['a.shop.svc', 'web.shop.svc']);
  });

  test('the first change after quiet at once, and what follows every ten seconds', async () => {
    await pass(2 * intervalMilliseconds);
    change('a.shop.svc');
    await pass(1);
    expect(edge.puts).toHaveLength(2);
    for (let i = 0; i < 9; i += 1) {
      change(`x${i}.shop.svc`);
      snapshot();
      await pass(1000);
    }
    expect(edge.puts).toHaveLength(2);
    await pass(1000);
    expect(edge.puts).toHaveLength(3);
    expect(linesOf(edge.puts.at(-1))).toHaveLength(11);
    expect(log.lines).toHaveLength(1);
  });

  test('changes that change nothing are not', async () => {
    for (let i = 0; i < 10; i += 1) {
      term.noteChange();
      await pass(intervalMilliseconds);
    }
    expect(edge.puts).toHaveLength(1);
  });

  test('nothing is taken while one is under way, and what came meanwhile follows it', async () => {
    const answered = Promise.withResolvers<{ readonly kind: 'stored' }>();
    edge.answer = () => answered.promise;
    running = term.run(stop.signal);
    while (edge.puts.length === 0) await turn();
    let taken = 0;
    const well = take;
    take = () => {
      taken += 1;
      return well();
    };
    change('a.shop.svc');
    await clock.advance(2 * intervalMilliseconds);
    snapshot();
    await turn();
    expect(taken).toBe(0);
    edge.answer = async () => ({ kind: 'stored' });
    answered.resolve({ kind: 'stored' });
    while (edge.puts.length === 1) await turn();
    expect(edge.puts.map(linesOf)).toEqual([['web.shop.svc'], ['a.shop.svc', 'web.shop.svc']]);
  });

  test('once, without its own loop', async () => {
    await term.publish(new AbortController().signal);
    expect(edge.puts).toEqual([]);
    snapshot();
    await term.publish(new AbortController().signal);
    expect(edge.puts).toHaveLength(1);
  });
});

describe('a heartbeat', () => {
  test('tells that the watches are alive', async () => {
    await pass(1000);
    await pass(3 * heartbeatMilliseconds);
    expect(edge.puts).toHaveLength(4);
    const ages = edge.puts.map(({ generatedAt }) => clock.now() - generatedAt);
    expect(ages.every((age, i) => i === 0 || age < ages[i - 1]! - heartbeatMilliseconds / 2)).toBe(true);
    expect(log.lines).toHaveLength(1);
  });

  test('also while there are changes that change nothing', async () => {
    for (let passed = 0; passed < heartbeatMilliseconds + intervalMilliseconds; passed += intervalMilliseconds) {
      term.noteChange();
      await pass(intervalMilliseconds);
    }
    expect(edge.puts).toHaveLength(2);
  });

  test('is none while they are not, and comes soon after they are', async () => {
    await pass(1000);
    const { generatedAt } = edge.puts[0]!;
    for (let i = 0; i < 3; i += 1) {
      silentMilliseconds += heartbeatMilliseconds;
      await pass(heartbeatMilliseconds);
    }
    expect(edge.puts).toHaveLength(1);
    silentMilliseconds = 1000;
    snapshot();
    await pass(1);
    expect(edge.puts).toHaveLength(2);
    expect(edge.puts[1]!.generatedAt).toBeGreaterThan(generatedAt + 2 * heartbeatMilliseconds);
  });
});

describe('the time of generation', () => {
  test('is the moment up to which the watches are known to be alive', async () => {
    silentMilliseconds = 45_000;
    stores = false;
    await pass(1000);
    silentMilliseconds += heartbeatMilliseconds;
    stores = true;
    await pass(heartbeatMilliseconds);
    expect(edge.puts[0]!.generatedAt).toBe(1_000_000_000 - 45_000);
  });

  test('of what has changed since is later by no more than it must', async () => {
    await pass(1000);
    const { generatedAt } = edge.puts[0]!;
    for (let i = 1; i < 4; i += 1) {
      change(`x${i}.shop.svc`);
      silentMilliseconds = clock.now() - generatedAt + intervalMilliseconds;
      await pass(intervalMilliseconds);
    }
    expect(edge.puts.map((put) => put.generatedAt - generatedAt)).toEqual([0, 1, 2, 3]);
  });

  test('rises with each attempt, also where the clock is set back', async () => {
    edge.answer = async () => ({ kind: 'unavailable', reason: 'no answer in time', retryAfterSeconds: undefined });
    await pass(1000);
    clock.setByMilliseconds = -60 * 60_000;
    await pass(10 * intervalMilliseconds);
    const times = edge.puts.map(({ generatedAt }) => generatedAt);
    expect(times.length).toBeGreaterThan(2);
    expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
  });
});

describe('what goes wrong', () => {
  test('is told once, and tried again, later each time', async () => {
    edge.answer = async () => ({ kind: 'unavailable', reason: 'the edge answered 503: full', retryAfterSeconds: 1 });
    await pass(1000);
    await pass(intervalMilliseconds);
    expect(edge.puts).toHaveLength(1);
    await pass(intervalMilliseconds);
    expect(edge.puts).toHaveLength(2);
    await pass(3600_000);
    // Every four minutes in the end.
    expect(edge.puts.length).toBeGreaterThan(15);
    expect(edge.puts.length).toBeLessThan(22);
    expect(log.entries).toEqual([
      {
        level: 'warn',
        message: 'publishing endpoints failed: the edge answered 503: full; it is tried again',
        facts: { cluster: 'prod' },
      },
    ]);
    edge.answer = async () => ({ kind: 'stored' });
    await pass(heartbeatMilliseconds);
    expect(log.lines.at(-1)).toMatch(/^published endpoints: 1 lines/);
    const { length } = edge.puts;
    await pass(2 * intervalMilliseconds);
    expect(edge.puts).toHaveLength(length);
    change('a.shop.svc');
    await pass(1000);
    expect(edge.puts).toHaveLength(length + 1);
  });

  test('an attempt without an answer may have been stored, so what was there before is sent again', async () => {
    await pass(intervalMilliseconds);
    edge.answer = async () => ({ kind: 'unavailable', reason: 'no answer in time', retryAfterSeconds: undefined });
    change('a.shop.svc');
    await pass(1000);
    edge.answer = async () => ({ kind: 'stored' });
    names.pop();
    term.noteChange();
    await pass(2 * intervalMilliseconds);
    expect(edge.puts.map(linesOf)).toEqual([['web.shop.svc'], ['a.shop.svc', 'web.shop.svc'], ['web.shop.svc']]);
  });

  test('what is as it was makes up for it, too', async () => {
    await pass(intervalMilliseconds);
    const well = take;
    take = () => {
      throw new Error('broken');
    };
    term.noteChange();
    await pass(1000);
    take = well;
    await pass(2 * intervalMilliseconds);
    change('a.shop.svc');
    await pass(intervalMilliseconds);
    expect(edge.puts).toHaveLength(2);
  });

  test('what cannot be seen, or made into lines, ends nothing', async () => {
    await pass(intervalMilliseconds);
    const { take: well } = { take };
    take = () => {
      throw new Error('broken');
    };
    change('a.shop.svc');
    await pass(1000);
    take = () => [undefined as unknown as string];
    await pass(4 * intervalMilliseconds);
    expect(log.entries.filter(({ level }) => level === 'warn').map(({ message }) => message)).toEqual([
      'publishing endpoints failed: broken; it is tried again',
      expect.stringMatching(/^publishing endpoints failed: .*; it is tried again$/),
    ]);
    take = well;
    await pass(heartbeatMilliseconds);
    expect(linesOf(edge.puts.at(-1))).toEqual(['a.shop.svc', 'web.shop.svc']);
  });

  test('too much for one value', async () => {
    await pass(intervalMilliseconds);
    const well = take;
    take = () => Array.from({ length: 66 }, (_, i) => `${i}`.padEnd(2 ** 20));
    for (let i = 0; i < 3; i += 1) {
      term.noteChange();
      await pass(2 * intervalMilliseconds);
    }
    expect(edge.puts).toHaveLength(1);
    expect(log.entries.at(-1)).toMatchObject({
      level: 'warn',
      message: 'endpoints are not published: all of them are too much for one value; publish fewer with --namespaces',
    });
    take = well;
    change('a.shop.svc');
    await pass(heartbeatMilliseconds);
    expect(edge.puts).toHaveLength(2);
  });
});

describe('another agent', () => {
  test('who may not lead any more writes nothing', async () => {
    isLeading = false;
    await pass(3 * intervalMilliseconds);
    expect(edge.puts).toEqual([]);
    isLeading = true;
    await pass(heartbeatMilliseconds);
    expect(edge.puts).toHaveLength(1);
  });

  test('what it saw a little later stays, and nobody is told', async () => {
    const newer = clock.now() + 60_000;
    edge.answer = async (_, { generatedAt }) =>
      generatedAt > newer ? { kind: 'stored' } : { kind: 'not-newer', generatedAt: newer };
    await pass(60_000);
    // What is too old is not sent again and again.
    expect(edge.puts).toHaveLength(1);
    await pass(2 * intervalMilliseconds);
    expect(edge.puts).toHaveLength(2);
    expect(edge.puts[1]!.generatedAt).toBeGreaterThan(newer);
    expect(log.entries.filter(({ level }) => level !== 'info')).toEqual([]);
  });

  test('whose clock is far ahead is told of', async () => {
    const newer = clock.now() + 3600_000;
    edge.answer = async () => ({ kind: 'not-newer', generatedAt: newer });
    await pass(10 * intervalMilliseconds);
    expect(edge.puts).toHaveLength(1);
    expect(log.lines).toEqual([
      "publishing endpoints waits: those at the edge are newer by more than five minutes; check the agents' clocks",
    ]);
  });
});

test('it ends with its signal, while a write is under way too', async () => {
  running = term.run(stop.signal);
  edge.answer = (signal) =>
    new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
  while (edge.puts.length === 0) await turn();
  stop.abort();
  await running;
  expect(log.entries).toEqual([]);
  expect(clock.sleeping).toBe(0);
});
