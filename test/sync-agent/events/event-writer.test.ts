/** What is written when, and what becomes of what cannot be written. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { AgentEvent } from '../../../sync-agent/agent-events.ts';
import type { Problem } from '../../../sync-agent/cluster.ts';
import { EventWriter } from '../../../sync-agent/events/event-writer.ts';
import type { KubeApi } from '../../../sync-agent/kube/connection.ts';
import { KubeError, type KubeErrorCode } from '../../../sync-agent/kube/error.ts';
import { SteppedClock } from '../publish/stepped-clock.ts';
import { RecordingLog } from '../recording-log.ts';

type Answer = KubeErrorCode | 'stored' | 'hangs';

class EventApi implements KubeApi {
  /** Such as `Service a/b: bad`. */
  readonly sent: string[] = [];
  readonly paths: string[] = [];
  answer: (path: string) => Answer = () => 'stored';
  inFlight = 0;
  mostInFlight = 0;

  async send(...[method, path, body, { signal }]: Parameters<KubeApi['send']>): Promise<unknown> {
    const { involvedObject, message } = body as { involvedObject: Record<string, string>; message: string };
    const { kind, namespace, name } = involvedObject;
    this.sent.push(`${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}: ${message}`);
    this.paths.push(`${method} ${path}`);
    const answer = this.answer(path);
    this.inFlight += 1;
    this.mostInFlight = Math.max(this.mostInFlight, this.inFlight);
    try {
      await new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
        if (answer !== 'hangs') setImmediate(resolve);
      });
    } finally {
      this.inFlight -= 1;
    }
    if (answer !== 'stored') throw new KubeError(answer as KubeErrorCode, `it is ${answer}`);
    return {};
  }

  request(): never {
    throw new Error('nothing is read');
  }

  stream(): never {
    throw new Error('nothing is streamed');
  }
}

let api: EventApi;
let clock: SteppedClock;
let log: RecordingLog;
let told: AgentEvent[];
let stop: AbortController;
let writer: EventWriter;

beforeEach(() => {
  api = new EventApi();
  clock = new SteppedClock();
  log = new RecordingLog();
  told = [];
  stop = new AbortController();
  writer = new EventWriter({ api, clock, random: () => 0, log, tell: (event) => told.push(event), identity: 'me' });
});

const problem = (name: string, reason = 'bad'): Problem => ({ object: `Service a/${name}`, reason });
const many = (count: number): Problem[] => Array.from({ length: count }, (_, i) => problem(`s${i}`));

const tenMinutes = 600_000;

/** What is sent after a report within the time. */
async function sentAfter(problems: readonly Problem[], milliseconds = 0): Promise<string[]> {
  api.sent.length = 0;
  writer.report(problems, stop.signal);
  await settled(milliseconds);
  return [...api.sent];
}

/** Everything that can be done in that time has been done. */
async function settled(milliseconds = 0): Promise<void> {
  await clock.advance(milliseconds);
  for (let i = 0; i < 100; i += 1) await clock.advance(0);
}

test('each object is told once while its reasons stay the same, and again when they change', async () => {
  expect(await sentAfter([problem('x')])).toEqual(['Service a/x: bad']);
  expect(await sentAfter([problem('x')])).toEqual([]);
  expect(await sentAfter([problem('x'), problem('y')])).toEqual(['Service a/y: bad']);
  await clock.advance(tenMinutes);
  expect(await sentAfter([problem('x'), problem('x', 'worse'), problem('y')])).toEqual(['Service a/x: bad; worse']);
  await clock.advance(tenMinutes);
  expect(await sentAfter([problem('x')])).toEqual(['Service a/x: bad']);
  expect(await sentAfter([problem('x'), problem('y')])).toEqual(['Service a/y: bad']);
  expect(told).toEqual(Array(5).fill({ kind: 'event-written', ok: true }));
  expect(log.lines).toEqual([]);
});

describe('of one object', () => {
  test('something new is told every ten minutes at most, however it changes', async () => {
    const sent: string[] = [];
    for (let i = 0; i < 30; i += 1) sent.push(...(await sentAfter([problem('x', `ports[${i}]: bad`)], 60_000)));
    expect(sent).toEqual([0, 10, 20].map((i) => `Service a/x: ports[${i}]: bad`));
  });

  test('nor more often when it is well in between', async () => {
    const sent: string[] = [];
    for (let i = 0; i < 20; i += 1) {
      sent.push(...(await sentAfter([problem('x')])));
      await sentAfter([], 60_000);
    }
    expect(sent).toEqual(['Service a/x: bad', 'Service a/x: bad']);
  });

  test('what could not be written is not waited with', async () => {
    api.answer = () => 'SERVER_ERROR';
    await sentAfter([problem('x')]);
    api.answer = () => 'stored';
    expect(await sentAfter([problem('x', 'worse')], 60_000)).toEqual(['Service a/x: worse']);
  });
});

test('where an Event is written', async () => {
  await sentAfter([problem('x'), { object: 'Namespace b', reason: 'bad' }]);
  expect(api.paths).toEqual(['POST /api/v1/namespaces/a/events', 'POST /api/v1/namespaces/default/events']);
});

test('a burst of 25, then one every ten seconds, in the order of the report', async () => {
  const all = many(100);
  expect(await sentAfter(all)).toEqual(all.slice(0, 25).map(({ object }) => `${object}: bad`));
  api.sent.length = 0;
  await settled(9999);
  expect(api.sent).toEqual([]);
  await settled(1);
  expect(api.sent).toEqual(['Service a/s25: bad']);
  await clock.advance(100_000);
  await settled();
  expect(api.sent).toHaveLength(11);
});

test('what is well before it was its turn is not told', async () => {
  await sentAfter(many(26));
  expect(await sentAfter(many(25), 60_000)).toEqual([]);
});

test('two are on their way at most, and publishing does not wait for them', async () => {
  api.answer = () => 'hangs';
  expect(await sentAfter(many(10))).toHaveLength(2);
  expect(await sentAfter(many(10), 1000)).toEqual([]);
  expect(api.inFlight).toBe(2);
});

test('two at once are made use of', async () => {
  await sentAfter(many(25));
  expect(api.mostInFlight).toBe(2);
});

test('no more than 5000 objects are remembered', async () => {
  await sentAfter(many(6000));
  await settled(10_000 * 6000);
  expect(new Set(api.sent).size).toBe(5000);
  expect(await sentAfter(many(6000), 100_000)).toEqual([]);
}, 60_000);

describe('when it leads no more', () => {
  test('nothing is written, and what waits is told in the next term', async () => {
    await sentAfter(many(26));
    stop.abort();
    await settled(60_000);
    expect(api.sent).toHaveLength(25);
    expect(await sentAfter(many(26), 60_000)).toEqual([]);
    stop = new AbortController();
    expect(await sentAfter(many(26), 60_000)).toEqual(['Service a/s25: bad']);
  });

  test('what is on its way is given up, and told in the next term', async () => {
    api.answer = () => 'hangs';
    await sentAfter([problem('x')]);
    stop.abort();
    await settled();
    expect(api.inFlight).toBe(0);
    expect(told).toEqual([]);
    api.answer = () => 'stored';
    stop = new AbortController();
    expect(await sentAfter([problem('x')])).toEqual(['Service a/x: bad']);
    expect(log.lines).toEqual([]);
  });

  test('and leads again at once, it goes on', async () => {
    await sentAfter(many(26));
    stop.abort();
    stop = new AbortController();
    expect(await sentAfter(many(26), 10_000)).toEqual(['Service a/s25: bad']);
  });
});

describe('what cannot be written', () => {
  test.for(['SERVER_ERROR', 'TIMEOUT', 'UNREACHABLE', 'TOO_MANY_REQUESTS', 'DISCONNECTED'] as const)(
    '%s: is told once, and tried again',
    async (code) => {
      api.answer = () => code;
      await sentAfter([problem('x')]);
      for (let seconds = 0; seconds < 60; seconds += 1) await settled(1000);
      expect(new Set(api.sent)).toEqual(new Set(['Service a/x: bad']));
      expect(api.sent.length).toBeGreaterThan(3);
      expect(log.entries).toEqual([
        {
          level: 'warn',
          message: `Kubernetes Events about objects that are not published cannot be written: it is ${code}`,
          facts: { code },
        },
      ]);
      expect(told[0]).toEqual({ kind: 'event-written', ok: false });
      api.answer = () => 'stored';
      api.sent.length = 0;
      await settled(60_000);
      expect(api.sent).toEqual(['Service a/x: bad']);
      expect(told.at(-1)).toEqual({ kind: 'event-written', ok: true });
    },
  );

  test('what is well by now is not tried again', async () => {
    api.answer = () => 'SERVER_ERROR';
    await sentAfter([problem('x')]);
    expect(await sentAfter([], 60_000)).toEqual([]);
  });

  test('what was well before it had failed is not tried again', async () => {
    api.answer = () => 'SERVER_ERROR';
    writer.report([problem('x')], stop.signal);
    expect(await sentAfter([])).toEqual([]);
    await settled(60_000);
    expect(api.sent).toEqual([]);
    expect(told).toEqual([{ kind: 'event-written', ok: false }]);
  });

  test('FORBIDDEN: is told once, and the namespace is left alone for ten minutes', async () => {
    api.answer = (path) => (path.includes('/a/') ? 'FORBIDDEN' : 'stored');
    const elsewhere = { object: 'Service b/y', reason: 'bad' };
    expect(await sentAfter([problem('x'), problem('z'), elsewhere])).toContain('Service b/y: bad');
    expect(await sentAfter([problem('x'), problem('z'), elsewhere], 590_000)).toEqual([]);
    expect(log.lines).toEqual([
      'Kubernetes Events about objects that are not published cannot be written: it is FORBIDDEN',
    ]);
    api.answer = () => 'stored';
    await settled(10_000);
    expect(await sentAfter([problem('x'), problem('z'), elsewhere])).toEqual(['Service a/x: bad', 'Service a/z: bad']);
  });

  test.for([
    ['CONFLICT', 'it is there already', 0, 0],
    ['NOT_FOUND', 'its namespace is gone', 0, 1],
    ['BAD_RESPONSE', 'it is not accepted', 1, 1],
  ] as const)('%s: %s, and is not tried again', async ([code, , lines, failures]) => {
    api.answer = () => code;
    expect(await sentAfter([problem('x')], 60_000)).toHaveLength(1);
    expect(await sentAfter([problem('x')], 60_000)).toEqual([]);
    expect(log.lines).toHaveLength(lines);
    expect(told).toHaveLength(failures);
  });
});
