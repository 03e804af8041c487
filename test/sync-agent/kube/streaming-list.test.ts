import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { list, RunningReflector } from './running-reflector.ts';
import {
  bookmark,
  chunks,
  type Ending,
  errorEvent,
  event,
  initialEnd,
  object,
  ScriptedApiServer,
  type Step,
  silence,
  status,
  stream,
  watch,
} from './scripted-api-server.ts';

const path = '/api/v1/services';

let api: ScriptedApiServer;
let running: RunningReflector[];

beforeEach(async () => {
  api = await new ScriptedApiServer().listen();
  running = [];
});
afterEach(async () => {
  for (const one of running) await one.end();
  await api.close();
});

interface Limits {
  readonly silence?: number;
  readonly whole?: number;
  readonly inactivity?: number;
}

function start(limits: Limits = {}): RunningReflector {
  const { silence: silenceMilliseconds = 5000, whole: wholeMilliseconds = 60_000, inactivity } = limits;
  const one = new RunningReflector(api.url, inactivity, { silenceMilliseconds, wholeMilliseconds });
  running.push(one);
  return one;
}

/** What was asked, in order. */
const verbs = (): string => api.exchanges.map(({ verb }) => verb).join(' ');
const services = (...names: string[]) => names.map((name) => object(name, '7'));
const added = (...names: string[]) => names.map((name) => event('ADDED', name, '7'));

describe('where the server streams lists', () => {
  test('one request is the list and the watch', async () => {
    api.on('stream', path, stream(services('a', 'b'), '10', [event('ADDED', 'c', '11'), event('DELETED', 'a', '12')]));
    const one = start();
    await one.sees('b', 'c');
    expect(one.calls).toEqual(['replace a b', 'upsert c', 'remove a']);
    expect(api.exchanges.map(({ query }) => Object.fromEntries(query))).toEqual([
      {
        watch: 'true',
        allowWatchBookmarks: 'true',
        sendInitialEvents: 'true',
        resourceVersionMatch: 'NotOlderThan',
        timeoutSeconds: '450',
      },
    ]);
    expect([one.reflector.status.state, one.codes]).toEqual(['watching', []]);
  });

  test('nothing is told until the list is whole, whatever changes meanwhile', async () => {
    let end = (): void => undefined;
    const changes = [...added('a', 'b', 'c'), event('DELETED', 'b', '8'), event('MODIFIED', 'c', '9')];
    api.on('stream', path, (response) => {
      response.writeHead(200).write(changes.map((change) => `${JSON.stringify(change)}\n`).join(''));
      end = () => response.write(`${JSON.stringify(initialEnd('10'))}\n`);
    });
    const one = start();
    await expect.poll(() => api.exchanges).toHaveLength(1);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect([one.calls, one.reflector.status.state, one.wellCount]).toEqual([[], 'starting', 0]);
    expect(one.reflector.aliveAtSteadyMilliseconds).toBeUndefined();
    end();
    await one.sees('a', 'c');
    expect([one.calls, one.reflector.status.state, one.wellCount]).toEqual([['replace a c'], 'watching', 1]);
  });

  test('once the list is whole, the stream may be silent and last as any watch', async () => {
    let send: (line: unknown) => void = () => undefined;
    api.on('stream', path, (response) => {
      send = (line) => response.write(`${JSON.stringify(line)}\n`);
      send(initialEnd('10'));
    });
    const one = start({ silence: 30, whole: 60 });
    await expect.poll(() => one.reflector.status.state).toBe('watching');
    await new Promise((resolve) => setTimeout(resolve, 150));
    send(event('ADDED', 'a', '11'));
    await one.sees('a');
    expect([verbs(), one.codes]).toEqual(['stream', []]);
  });

  test('an empty list is a list', async () => {
    api.on('stream', path, stream([], '10', [event('ADDED', 'a', '11')]));
    const one = start();
    await one.sees('a');
    expect(one.calls).toEqual(['replace', 'upsert a']);
  });

  test('the view is known to be alive up to the start of the request, then by what follows', async () => {
    let send: (line: unknown) => void = () => undefined;
    let one: RunningReflector | undefined;
    api.on('stream', path, (response) => {
      // The list takes half a minute.
      if (one !== undefined) one.clock.milliseconds += 30_000;
      send = (line) => response.write(`${JSON.stringify(line)}\n`);
      send(initialEnd('10'));
    });
    one = start();
    const { clock, reflector } = one;
    await expect.poll(() => reflector.status.state).toBe('watching');
    expect(reflector.aliveAtSteadyMilliseconds).toBe(1_000_000);
    clock.milliseconds = 2_000_000;
    send(bookmark('11'));
    await expect.poll(() => reflector.aliveAtSteadyMilliseconds).toBe(2_000_000);
  });

  test.for([
    ['the list', [], '10'],
    ['the last event', [event('ADDED', 'b', '11'), bookmark('15')], '15'],
  ] as const)('when the server ends it, a watch goes on from %s', async ([, events, version]) => {
    api
      .on('stream', path, stream(services('a'), '10', events, 'end'))
      .on('watch', path, watch([event('ADDED', 'z', '20')]));
    const one = start();
    await expect.poll(() => one.view.has('z')).toBe(true);
    expect(verbs()).toBe('stream watch');
    expect(api.asked('watch')[0]?.query.get('resourceVersion')).toBe(version);
  });

  test('a version that is gone is streamed again at once, and what is no longer there is removed', async () => {
    api.on(
      'stream',
      path,
      stream(services('a', 'b'), '10', [bookmark('11'), errorEvent(410)], 'end'),
      stream(services('b'), '90'),
    );
    const one = start();
    await one.sees('b');
    expect(one.calls).toEqual(['replace a b', 'replace b']);
    expect([verbs(), one.codes, one.clock.sleeps]).toEqual(['stream stream', ['GONE'], []]);
  });

  test('that ends with GONE whenever it is whole is not repeated without a pause', async () => {
    const gone = stream(services('a'), '10', [errorEvent(410)], 'end');
    api.on('stream', path, gone, gone, gone, stream(services('b'), '11'));
    const one = start();
    await one.sees('b');
    expect(one.clock.sleeps).toEqual([1200, 2400]);
  });

  test('patience is had as long as the server asks for it', async () => {
    api.on('stream', path, status(429, {}, { 'Retry-After': '7' }), status(429), stream(services('a'), '10'));
    const one = start();
    await one.sees('a');
    expect([verbs(), one.codes, one.clock.sleeps]).toEqual([
      'stream stream stream',
      ['TOO_MANY_REQUESTS', 'TOO_MANY_REQUESTS'],
      [7000, 1200],
    ]);
  });
});

describe('where the server does not stream lists', () => {
  const ignoring = (...lines: unknown[]): Step => watch([...added('x', 'y'), ...lines]);
  /** As API servers end all they send. */
  const plainList = `${JSON.stringify({ kind: 'ServiceList', metadata: { resourceVersion: '10' }, items: services('x') })}\n`;
  /** Sends a change every few milliseconds. */
  const endless: Step = (response) => {
    response.writeHead(200);
    const timer = setInterval(() => response.write(`${JSON.stringify(event('MODIFIED', 'x', '8'))}\n`), 5);
    response.on('close', () => clearInterval(timer));
  };

  test.for<[string, Step, Limits]>([
    ['refuses the parameter', status(422, { reason: 'Invalid' }), {}],
    ['refuses the request', status(400, { reason: 'BadRequest' }), {}],
    ['does not know the method', status(405), {}],
    ['answers with a list', chunks([plainList], 'end'), {}],
    ['sends no end of the list', ignoring(), { silence: 50 }],
    ['sends no end of the list, and always something', endless, { whole: 50 }],
    ['sends a bookmark before the end of the list', ignoring(bookmark('10')), {}],
    ['sends something else', chunks(['<html>\n'], 'end'), {}],
    ['is not to be watched by this user', status(403), {}],
  ])('and %s, the list comes in pages, also the next ones', async ([, refused, limits]) => {
    api
      .on('stream', path, refused, stream(services('never'), '99'))
      .on('list', path, list(['a'], '10', 'more'), list(['b'], '10'), list(['c'], '20'))
      .on('watch', path, watch([bookmark('11'), errorEvent(410)]), watch([event('ADDED', 'd', '21')]));
    const one = start(limits);
    await one.sees('c', 'd');
    expect(one.calls).toEqual(['replace a b', 'replace c', 'upsert d']);
    expect([verbs(), one.codes, one.clock.sleeps]).toEqual(['stream list list watch list watch', ['GONE'], []]);
  });

  test('the stream that is given up is closed', async () => {
    let isClosed = false;
    api
      .on('stream', path, (response) => {
        response.on('close', () => (isClosed = true)).write(`${JSON.stringify(bookmark('10'))}\n`);
      })
      .on('list', path, list(['a'], '10'))
      .on('watch', path, watch([]));
    const one = start();
    await one.sees('a');
    await expect.poll(() => isClosed).toBe(true);
  });

  test('it is asked for again half an hour later: servers are upgraded', async () => {
    let expire = (): void => undefined;
    const open: Step = (response) => {
      response.writeHead(200).flushHeaders();
      expire = () => response.write(`${JSON.stringify(bookmark('11'))}\n${JSON.stringify(errorEvent(410))}\n`);
    };
    api
      .on('stream', path, status(422), stream(services('b'), '20'))
      .on('list', path, list(['a'], '10'))
      .on('watch', path, open);
    const one = start();
    await expect.poll(() => one.reflector.status.state).toBe('watching');
    one.clock.milliseconds += 29 * 60_000;
    expire();
    await expect.poll(verbs).toBe('stream list watch list watch');
    one.clock.milliseconds += 2 * 60_000;
    expire();
    await one.sees('b');
    expect(verbs()).toBe('stream list watch list watch stream');
  });

  test('a list in pages that fails too proves nothing', async () => {
    api.on('stream', path, status(400), stream(services('a'), '10')).on('list', path, status(503));
    const one = start();
    await one.sees('a');
    expect([verbs(), one.codes]).toEqual(['stream list stream', ['SERVER_ERROR']]);
  });
});

describe('a stream that breaks before the list is whole', () => {
  const half = JSON.stringify(event('ADDED', 'lost', '12')).slice(0, 40);
  const lines = added('b', 'x')
    .map((line) => `${JSON.stringify(line)}\n`)
    .join('');
  const broken = (ending: Ending): Step => watch(added('b', 'x'), ending);

  test.for<[string, Step, string]>([
    ['is reset', broken('reset'), 'DISCONNECTED'],
    ['is reset within a line', chunks([lines, half], 'reset'), 'DISCONNECTED'],
    ['ends in good order', broken('end'), 'DISCONNECTED'],
    ['ends within a line', chunks([lines, half], 'end'), 'DISCONNECTED'],
    ['sends an error event', watch([...added('b', 'x'), errorEvent(500)]), 'SERVER_ERROR'],
    ['cannot be opened', status(503), 'SERVER_ERROR'],
    ['is never answered', silence, 'TIMEOUT'],
  ])('%s: what is known stays, and the next list comes in pages', async ([, step, code]) => {
    const gone = [bookmark('11'), errorEvent(410)];
    api
      .on('stream', path, stream(services('a', 'b'), '10', gone), step, stream(services('c'), '30'))
      .on('list', path, list(['b', 'c'], '20'))
      .on('watch', path, watch([bookmark('21'), errorEvent(410)]));
    const one = start({ inactivity: 300 });
    await one.sees('c');
    expect(one.calls.slice(0, 3)).toEqual(['replace a b', 'replace b c', 'replace c']);
    expect(one.codes.slice(0, 3)).toEqual(['GONE', code, 'GONE']);
    expect(verbs()).toMatch(/^stream stream list watch stream/);
    // Not the version of an object in a list that was never whole.
    expect(api.asked('watch')[0]?.query.get('resourceVersion')).toBe('20');
  });

  test('by a version that is too large is streamed again', async () => {
    const tooLarge = {
      message: 'Timeout: Too large resource version',
      details: { causes: [{ reason: 'ResourceVersionTooLarge' }] },
    };
    api.on('stream', path, watch([errorEvent(504, tooLarge)]), stream(services('a'), '10'));
    const one = start();
    await one.sees('a');
    expect([verbs(), one.codes]).toEqual(['stream stream', ['GONE']]);
  });

  test('while it is stopped leaves nothing open, and tells no failure', async () => {
    api.on('stream', path, broken('hang'));
    const one = start();
    await expect.poll(() => api.connections()).toBe(1);
    await one.end();
    await expect.poll(() => api.connections()).toBe(0);
    expect([one.calls, one.codes]).toEqual([[], []]);
  });
});

describe('a permission', () => {
  test('to list alone keeps the view up to date, and is a failure all the while', async () => {
    api
      .on('stream', path, status(403))
      .on('watch', path, status(403))
      .on('list', path, list(['a'], '10'), list(['b'], '20'));
    const one = start();
    await one.sees('b');
    expect(one.failures[0]).toMatchObject({ starting: true, error: { code: 'FORBIDDEN' } });
    expect(one.failures[0]?.error.message).toMatch(/may not watch services/);
    expect([one.reflector.status.state, one.wellCount]).toEqual(['failing', 0]);
  });

  test('to watch alone is enough', async () => {
    api.on('stream', path, stream(services('a'), '10')).on('list', path, status(403));
    const one = start();
    await one.sees('a');
    expect([one.reflector.status.state, one.codes]).toEqual(['watching', []]);
  });

  test('that is missing for both is told of the list', async () => {
    api.on('stream', path, status(403)).on('list', path, status(403));
    const one = start();
    await expect.poll(() => one.failures.length).toBeGreaterThan(0);
    expect(one.failures[0]?.error.message).toMatch(/may not list services/);
  });
});

test('a resource that is not there is not asked for twice', async () => {
  api.on('stream', path, status(404));
  const one = start();
  await expect.poll(() => one.codes.length).toBeGreaterThan(2);
  expect(one.codes[0]).toBe('NOT_FOUND');
  expect(verbs()).not.toContain('list');
});
