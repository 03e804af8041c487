import { describe, expect, test } from 'vitest';
import { messagesOnly } from '../../sync-agent/log-writer.ts';
import { objectsWithProblems, ProblemLog } from '../../sync-agent/problem-log.ts';
import { SteppedClock } from './publish/stepped-clock.ts';
import { RecordingLog } from './recording-log.ts';

const minute = 60_000;

function start() {
  const lines: string[] = [];
  const clock = new SteppedClock();
  const log = new ProblemLog(
    messagesOnly((line) => lines.push(line)),
    clock,
  );
  return {
    log,
    lines,
    clock,
    /** What a report of these problems says. */
    said: (...problems: readonly (readonly [object: string, reason: string])[]) => {
      lines.length = 0;
      log.report(problems.map(([object, reason]) => ({ object, reason })));
      return [...lines];
    },
  };
}

const slice = (i: number) => [`EndpointSlice cache/x${i}`, 'bad'] as const;

test('each problem is told once while it lasts, and the numbers when they change', async () => {
  const { said, clock } = start();
  expect(said()).toEqual([]);
  expect(said(['Service a/b', 'bad'])).toEqual(['Service a/b: bad', '1 object has problems: 1 Service']);
  expect(said(['Service a/b', 'bad'])).toEqual([]);
  await clock.advance(10 * minute);
  expect(said(['Service a/b', 'bad'])).toEqual([]);
  expect(said(['Service a/b', 'bad'], ['Service a/b', 'worse'])).toEqual(['Service a/b: worse']);
  expect(said(['Service a/b', 'worse'], slice(1), slice(2))).toEqual([
    'EndpointSlice cache/x1: bad',
    'EndpointSlice cache/x2: bad',
    '3 objects have problems: 2 EndpointSlices, 1 Service',
  ]);
  expect(said()).toEqual(['no object has problems any more']);
  await clock.advance(10 * minute);
  expect(said(['Service a/b', 'bad'])).toEqual(['Service a/b: bad', '1 object has problems: 1 Service']);
});

describe('of one object', () => {
  test('something new is told every ten minutes at most, however it changes', async () => {
    const { said, clock } = start();
    said(slice(9));
    const told: string[] = [];
    for (let i = 0; i < 30; i += 1) {
      told.push(...said(['Service a/b', `ports[${i}]: bad`], slice(9)).filter((line) => line.startsWith('Service')));
      await clock.advance(minute);
    }
    expect(told).toEqual([0, 10, 20].map((i) => `Service a/b: ports[${i}]: bad`));
  });

  test('nor more often when it is well in between', async () => {
    const { said, clock } = start();
    const told: string[] = [];
    for (let i = 0; i < 20; i += 1) {
      told.push(...said(['Service a/b', 'bad']).filter((line) => line.startsWith('Service')));
      said();
      await clock.advance(minute);
    }
    expect(told).toEqual(['Service a/b: bad', 'Service a/b: bad']);
  });

  test('what was kept back is told when the time is over, if it still holds', async () => {
    const { said, clock } = start();
    said(['Service a/b', 'bad'], slice(1));
    expect(said(['Service a/b', 'worse'], ['EndpointSlice cache/x1', 'worse'])).toEqual([]);
    await clock.advance(10 * minute);
    expect(said(['Service a/b', 'worse'], slice(1))).toEqual(['Service a/b: worse', 'EndpointSlice cache/x1: bad']);
  });

  test('more reasons than a report says are told in the next', () => {
    const { said } = start();
    const all = Array.from({ length: 25 }, (_, i) => ['Service a/b', `${i}`] as const);
    expect(said(...all)).toHaveLength(20 + 2);
    expect(said(...all)).toEqual([20, 21, 22, 23, 24].map((i) => `Service a/b: ${i}`));
  });
});

test('one problem in the place of another of the same kind changes no number', () => {
  const { said } = start();
  said(slice(1));
  expect(said(slice(2))).toEqual(['EndpointSlice cache/x2: bad']);
});

test('the same problem twice is one', () => {
  const { said } = start();
  expect(said(slice(1), slice(1))).toEqual(['EndpointSlice cache/x1: bad', '1 object has problems: 1 EndpointSlice']);
  expect(said(slice(1))).toEqual([]);
});

test('a report says no more than twenty of them; later ones say the rest', () => {
  const { said } = start();
  const all = Array.from({ length: 50 }, (_, i) => slice(i));
  const told = (from: number, to: number) => all.slice(from, to).map(([object]) => `${object}: bad`);
  expect(said(...all)).toEqual([
    ...told(0, 20),
    'and 30 more, to be told later',
    '50 objects have problems: 50 EndpointSlices',
  ]);
  expect(said(...all)).toEqual([...told(20, 40), 'and 10 more, to be told later']);
  expect(said(...all, slice(50))).toEqual([
    ...told(40, 50),
    'EndpointSlice cache/x50: bad',
    '51 objects have problems: 51 EndpointSlices',
  ]);
  expect(said(...all, slice(50))).toEqual([]);
});

test('what was over before it was told is not told', () => {
  const { said } = start();
  const all = Array.from({ length: 30 }, (_, i) => slice(i));
  said(...all);
  expect(said(...all.slice(0, 20))).toEqual(['20 objects have problems: 20 EndpointSlices']);
});

describe('what is withheld', () => {
  const withheld = { object: 'Service a/b', reason: 'its target is hidden', isWithheld: true } as const;

  test('is told once, and is no problem', async () => {
    const { log, lines, clock } = start();
    for (const _ of [1, 2]) log.report([withheld]);
    expect(lines).toEqual(['Service a/b: its target is hidden']);
    expect(objectsWithProblems(log.counts)).toBe(0);
    log.report([]);
    await clock.advance(10 * minute);
    log.report([withheld]);
    expect(lines).toEqual(['Service a/b: its target is hidden', 'Service a/b: its target is hidden']);
    expect(log.counts.get('Service')).toEqual({ present: 0, total: 0 });
  });

  test('leaves other problems of the same object counted', () => {
    const { log, lines } = start();
    log.report([withheld, { object: 'Service a/b', reason: 'bad' }]);
    expect(lines.at(-1)).toBe('1 object has problems: 1 Service');
    expect(objectsWithProblems(log.counts)).toBe(1);
    log.report([withheld]);
    expect(lines.at(-1)).toBe('no object has problems any more');
  });
});

describe('the counts', () => {
  test('are of objects, of every kind', () => {
    const { log, said } = start();
    said(
      ['Namespace a', 'x'],
      ['Service a/b', 'x'],
      ['Service a/b', 'y'],
      ['Pod a/b', 'x'],
      ['ServiceImport a/b', 'x'],
    );
    expect([...log.counts]).toEqual([
      ['Namespace', { present: 1, total: 1 }],
      ['Service', { present: 1, total: 1 }],
      ['EndpointSlice', { present: 0, total: 0 }],
      ['Pod', { present: 1, total: 1 }],
      ['ServiceImport', { present: 1, total: 1 }],
    ]);
  });

  test('rise with each object that begins to have problems; what is present falls again', () => {
    const { log, said } = start();
    said(slice(1), slice(2));
    said(slice(1));
    expect(log.counts.get('EndpointSlice')).toEqual({ present: 1, total: 2 });
    said(slice(1), slice(2), slice(3));
    expect(log.counts.get('EndpointSlice')).toEqual({ present: 3, total: 4 });
    said();
    expect(log.counts.get('EndpointSlice')).toEqual({ present: 0, total: 4 });
  });
});

test('its facts tell the object and the reason', () => {
  const recording = new RecordingLog();
  const log = new ProblemLog(recording, new SteppedClock());
  log.report([
    { object: 'Service a/b', reason: 'bad' },
    { object: 'Namespace a', reason: 'hidden', isWithheld: true },
  ]);
  log.report([]);
  expect(recording.entries.map(({ level, facts }) => [level, facts])).toEqual([
    ['warn', { resource: 'Service', namespace: 'a', name: 'b', reason: 'bad' }],
    ['info', { resource: 'Namespace', name: 'a', reason: 'hidden' }],
    ['warn', { objects: 1 }],
    ['info', { objects: 0 }],
  ]);
});
