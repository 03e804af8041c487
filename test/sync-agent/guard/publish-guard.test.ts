import { beforeEach, describe, expect, test } from 'vitest';
import type { AgentEvent } from '../../../sync-agent/agent-events.ts';
import { type DeletionGuardOptions, defaultDeletionGuard } from '../../../sync-agent/guard/deletion-guard.ts';
import { NameBalance } from '../../../sync-agent/guard/name-balance.ts';
import { PublishGuard, type View } from '../../../sync-agent/guard/publish-guard.ts';
import type { ClusterId } from '../../../zone/cluster-id.ts';
import { encodeSnapshot } from '../../../zone/image/encode.ts';
import { type Manifest, manifestFormat } from '../../../zone/manifest.ts';
import { SteppedClock } from '../publish/stepped-clock.ts';
import { RecordingLog } from '../recording-log.ts';

const minute = 60_000;
const noNames = encodeSnapshot({ kind: 'retired' });

let clock: SteppedClock;
let log: RecordingLog;
let events: AgentEvent[];
let balance: NameBalance;
let guard: PublishGuard;
let serial: number;

function begin(options: Partial<DeletionGuardOptions> = {}, once = false): void {
  balance = new NameBalance();
  guard = new PublishGuard({
    guard: { ...defaultDeletionGuard, ...options },
    balance,
    once,
    clock,
    log,
    tell: (event) => events.push(event),
  });
  guard.begin({ manifest: undefined, names: undefined }, noNames);
}

beforeEach(() => {
  clock = new SteppedClock();
  log = new RecordingLog();
  events = [];
  serial = 0;
  begin();
});

function version(of: number, generatedAt = 0): Manifest {
  const cluster = 'prod' as ClusterId;
  return { format: manifestFormat, cluster, epoch: 1, serial: of, generatedAt, length: 0, sha256: '' };
}

/** The group has so many names more, or fewer. */
function grow(key: string, growth: number): void {
  balance.note({ key, growth });
}

/** Both clocks of the test are one. */
function view(aliveAt = clock.steadyNow()): View {
  return { aliveAt, generatedAt: aliveAt, watches: new Map() };
}

/** Whether it passes, and was published then. */
function publish(): boolean {
  const isHeld = guard.heldUntil(view()) !== undefined;
  serial += 1;
  if (!isHeld) guard.notePublished(version(serial));
  return !isHeld;
}

/** Publishes one after the other: so many names of the group, more or fewer. */
function publishAll(...growths: readonly number[]): boolean[] {
  return growths.map((growth) => {
    grow('a', growth);
    return publish();
  });
}

describe('what counts', () => {
  test('is what was published in the last ten minutes, from the first publish on', () => {
    expect(publishAll(100, -40, -20)).toEqual([true, true, false]);
  });

  test('is not what was published before', async () => {
    expect(publishAll(100, -40)).toEqual([true, true]);
    await clock.advance(10 * minute);
    expect(publishAll(-20)).toEqual([true]);
  });

  test('is not what came and went', () => {
    expect(publishAll(100, 40, -40, 40, -40, 40, -40)).not.toContain(false);
  });

  test('is nothing where the guard is off, and nothing is remembered', () => {
    begin({ percent: 100 });
    expect(publishAll(100, -40, -40, -19)).not.toContain(false);
    expect(balance.publishedNames).toBe(1);
  });
});

describe('a deletion that was published because of its time', () => {
  beforeEach(async () => {
    publishAll(100, -60);
    await clock.advance(10 * minute);
    expect(publish()).toBe(true);
    expect(events.at(-1)).toEqual({ kind: 'released', by: 'time' });
  });

  test('does not add to the next', () => {
    expect(publishAll(-15)).toEqual([true]);
  });

  test('does not let the next one pass', () => {
    expect(publishAll(-39)).toEqual([false]);
  });
});

test('a hold is told when it begins, its numbers when they change', async () => {
  publishAll(100, -60, -1, 0);
  expect(events).toEqual([
    { kind: 'held-back', names: 60, of: 100 },
    { kind: 'held-back', names: 61, of: 100 },
  ]);
  expect(log.entries).toHaveLength(1);
  await clock.advance(minute);
  publishAll(-30);
  expect(log.entries).toHaveLength(2);
  expect(log.entries[1]!.message).toContain('91 of 100 published names would vanish');
  expect(log.entries[1]!.message).toContain('in 10 minutes');
});

test('a hold whose time is over is looked at again soon, until a sign of life has come', async () => {
  publishAll(100, -60);
  const heldAt = clock.steadyNow();
  expect(guard.heldUntil(view(heldAt))).toBe(heldAt + 10 * minute);
  await clock.advance(20 * minute);
  expect(guard.heldUntil(view(heldAt))).toBe(clock.steadyNow() + 10_000);
  expect(guard.heldUntil(view(heldAt + 10 * minute))).toBeUndefined();
});

describe('the next term', () => {
  test('remembers, where what this agent has published is stored', () => {
    publishAll(100, -40);
    guard.begin({ manifest: version(serial), names: new Map([['a', 60]]) }, noNames);
    expect(publishAll(-20)).toEqual([false]);
  });

  test('begins with what is stored, where that is something else', () => {
    publishAll(10, -10);
    guard.begin({ manifest: version(serial + 1), names: new Map([['b', 30]]) }, noNames);
    expect(balance.publishedNames).toBe(30);
    expect(balance.vanishing).toBe(30);
    expect(publish()).toBe(false);
  });
});

describe('what another agent has seen later', () => {
  test('is not taken back before this one has looked since, which is told once', () => {
    const seenAt = clock.steadyNow();
    const manifest = version(7, seenAt + 90_000);
    guard.begin({ manifest, names: new Map() }, noNames);
    expect(guard.heldUntil(view(seenAt))).toBe(seenAt + 1000);
    expect(guard.heldUntil(view(seenAt + 89_999))).toBe(seenAt + 1000);
    expect(log.lines).toEqual([
      expect.stringContaining('was seen 90 s later than what this agent has seen: nothing is published until'),
    ]);
    expect(guard.heldUntil(view(seenAt + 90_000))).toBeUndefined();
    // By then it is its own: a clock that is set back stops nothing.
    expect(guard.heldUntil({ ...view(seenAt + 91_000), generatedAt: seenAt - minute })).toBeUndefined();
  });

  test('is nothing where it is what this agent has published', () => {
    publishAll(8);
    const manifest = version(serial, clock.steadyNow() + minute);
    guard.begin({ manifest, names: new Map() }, noNames);
    expect(guard.heldUntil(view())).toBeUndefined();
    expect(log.entries).toEqual([]);
  });
});

describe('while a watch has just broken', () => {
  const broken = (aliveAt: number | undefined): View => ({
    ...view(),
    watches: new Map([['Service', { state: 'failing', aliveAt, failures: 1 }]]),
  });

  beforeEach(() => {
    publishAll(100);
  });

  test('the smallest deletion waits', () => {
    const now = clock.steadyNow();
    grow('a', -1);
    grow('b', 5);
    expect(guard.heldUntil(broken(now - 59_999))).toBe(now + 1000);
    expect(guard.heldUntil(broken(now - 60_000))).toBeUndefined();
    expect(guard.heldUntil(broken(undefined))).toBeUndefined();
    expect(guard.heldUntil(view())).toBeUndefined();
  });

  test('one that was published before keeps nothing waiting', () => {
    publishAll(-1);
    grow('b', 5);
    expect(guard.heldUntil(broken(clock.steadyNow()))).toBeUndefined();
  });

  test('what is held back is not there again before the watch is, as long as a hold lasts', () => {
    const now = clock.steadyNow();
    grow('a', -60);
    expect(guard.heldUntil(view())).toBe(now + 10 * minute);
    // All but a few are listed again.
    grow('a', 55);
    expect(guard.heldUntil(broken(now - minute))).toBe(now + 1000);
    expect(guard.heldUntil(broken(now - 10 * minute + 1))).toBe(now + 1000);
    expect(guard.heldSince).toBe(now);
    expect(guard.heldUntil(view())).toBeUndefined();
    expect(guard.heldSince).toBeUndefined();
  });

  test('nothing waits where the guard is off', () => {
    begin({ percent: 100 });
    publishAll(100);
    grow('a', -1);
    expect(guard.heldUntil(broken(clock.steadyNow()))).toBeUndefined();
  });
});

test('one that does not wait fails, and says how many names it is about', () => {
  begin({}, true);
  publishAll(100);
  grow('a', -60);
  expect(() => guard.heldUntil(view())).toThrow(
    expect.objectContaining({ code: 'DELETION_HELD', message: expect.stringContaining('60 of 100 published names') }),
  );
  expect(log.entries).toEqual([]);
});
