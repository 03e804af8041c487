import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { list, RunningReflector } from './running-reflector.ts';
import {
  bookmark,
  chunks,
  errorEvent,
  event,
  json,
  object,
  ScriptedApiServer,
  status,
  statusObject,
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

function start(inactivityMilliseconds?: number): RunningReflector {
  const one = new RunningReflector(api.url, inactivityMilliseconds);
  running.push(one);
  return one;
}

const versions = (): (string | null)[] => api.asked('watch').map(({ query }) => query.get('resourceVersion'));

describe('a version that is gone', () => {
  test.for([
    ['by status', status(410, { reason: 'Expired' })],
    ['by event', watch([errorEvent(410, { reason: 'Expired' })], 'end')],
    ['of the future, by status', status(504, { details: { causes: [{ reason: 'ResourceVersionTooLarge' }] } })],
    [
      'of the future, by event',
      watch([errorEvent(504, { details: { causes: [{ reason: 'ResourceVersionTooLarge' }] } })], 'end'),
    ],
  ] as const)('%s is listed again at once, and what is no longer there is removed', async ([, gone]) => {
    api
      .on('list', path, list(['a', 'b'], '10'), list(['b'], '90', 'p2'), list(['c'], '90'))
      .on('watch', path, gone, watch([event('ADDED', 'd', '91')]));
    const one = start();
    await one.sees('b', 'c', 'd');
    expect(one.calls).toEqual(['replace a b', 'replace b c', 'upsert d']);
    expect(versions()).toEqual(['10', '90']);
    expect(api.asked('list').map(({ query }) => query.get('resourceVersion'))).toEqual([null, null, null]);
    expect(one.clock.sleeps).toEqual([]);
  });

  test('again and again is not listed without a pause', async () => {
    const gone = status(410);
    api.on('list', path, list(['a'], '10')).on('watch', path, gone, gone, gone, watch([bookmark('11')]));
    const one = start();
    await expect.poll(() => one.reflector.status.state).toBe('watching');
    expect(one.clock.sleeps).toEqual([1200, 2400]);
  });

  test('some time after another is listed at once too', async () => {
    const gone = status(410);
    api
      .on('list', path, list(['a'], '10'), list(['b'], '20'), list(['c'], '30'))
      .on('watch', path, gone, watch([bookmark('21'), errorEvent(410)]), watch([]));
    const one = start();
    await one.sees('c');
    expect(one.codes).toEqual(['GONE', 'GONE']);
    expect(one.clock.sleeps).toEqual([]);
  });

  test('after an outage is listed at once', async () => {
    const away = status(503);
    api
      .on('list', path, list(['a'], '10'), list(['b'], '20'))
      .on('watch', path, away, away, away, status(410), watch([bookmark('21')]));
    const one = start();
    await one.sees('b');
    expect(one.clock.sleeps).toEqual([600, 1200, 2400]);
  });

  test('within a paged list is listed in one piece', async () => {
    api
      .on('list', path, list(['a'], '10', 'p2'), status(410, { reason: 'Expired' }), list(['a', 'b'], '20'))
      .on('watch', path, watch([]));
    const one = start();
    await one.sees('a', 'b');
    expect(one.calls).toEqual(['replace a b']);
    expect(api.asked('list').map(({ query }) => query.get('limit'))).toEqual(['500', '500', null]);
    expect(one.codes).toEqual([]);
  });
});

describe('a broken watch', () => {
  const first = event('ADDED', 'a', '11');
  const half = JSON.stringify(event('ADDED', 'lost', '12')).slice(0, 40);

  test.for([
    ['is reset', watch([first], 'reset'), 'DISCONNECTED'],
    ['is reset within a line', chunks([`${JSON.stringify(first)}\n${half}`], 'reset'), 'DISCONNECTED'],
    ['ends within a line', chunks([`${JSON.stringify(first)}\n${half}`], 'end'), 'DISCONNECTED'],
    ['falls silent', watch([first], 'hang'), 'TIMEOUT'],
    ['sends an error event', watch([first, errorEvent(500, { message: 'etcd is away' })]), 'SERVER_ERROR'],
    ['sends an error event without a code', watch([first, { type: 'ERROR' }]), 'SERVER_ERROR'],
    ['sends no event', watch([first, { kind: 'Service' }]), 'BAD_RESPONSE'],
    ['sends an event without a version', watch([first, { type: 'ADDED', object: {} }]), 'BAD_RESPONSE'],
    ['sends a null', watch([first, null]), 'BAD_RESPONSE'],
    ['sends something that is not JSON', chunks([`${JSON.stringify(first)}\n<html>\n`]), 'BAD_RESPONSE'],
  ] as const)('that %s is resumed after the last whole event', async ([, broken, code]) => {
    api.on('list', path, list([], '10')).on('watch', path, broken, watch([event('ADDED', 'b', '12')]));
    const one = start(200);
    await one.sees('a', 'b');
    expect(one.codes[0]).toBe(code);
    expect(one.failures[0]).toMatchObject({ starting: false });
    expect(one.clock.sleeps[0]).toBe(600);
    expect(versions().slice(0, 2)).toEqual(['10', '11']);
    expect(api.asked('list')).toHaveLength(1);
  });

  test('that cannot be opened is resumed from where it was, with growing pauses', async () => {
    const failing = status(503);
    api
      .on('list', path, list([], '10'))
      .on('watch', path, watch([first], 'reset'), failing, failing, watch([event('ADDED', 'b', '12')]));
    const one = start();
    await one.sees('a', 'b');
    expect(versions()).toEqual(['10', '11', '11', '11']);
    expect(one.clock.sleeps).toEqual([600, 1200, 2400]);
    expect(api.asked('list')).toHaveLength(1);
  });

  test('that is answered with 429 waits as long as it is told', async () => {
    api
      .on('list', path, list([], '10'))
      .on(
        'watch',
        path,
        status(429, {}, { 'Retry-After': '7' }),
        watch([errorEvent(429, { details: { retryAfterSeconds: 9 } })]),
        watch([first]),
      );
    const one = start();
    await one.sees('a');
    expect(one.codes).toEqual(['TOO_MANY_REQUESTS', 'TOO_MANY_REQUESTS']);
    expect(one.clock.sleeps).toEqual([7000, 9000]);
    expect(versions()).toEqual(['10', '10', '10']);
  });

  test('that was well in between starts with a short pause again', async () => {
    const failing = status(503);
    api
      .on('list', path, list([], '10'))
      .on('watch', path, failing, failing, watch([first], 'reset'), failing, watch([event('ADDED', 'b', '12')]));
    const one = start();
    await one.sees('a', 'b');
    expect(one.clock.sleeps).toEqual([600, 1200, 600, 1200]);
  });

  test.for([
    ['', 0],
    [', while the time was set back,', -3_600_000],
  ] as const)('that has lasted without an event%s starts with a short pause again', async ([, setByMilliseconds]) => {
    const failing = status(503);
    let cut = (): void => undefined;
    api.on('list', path, list([], '10')).on(
      'watch',
      path,
      failing,
      failing,
      (response) => {
        response.writeHead(200).flushHeaders();
        cut = () => response.socket?.resetAndDestroy();
      },
      watch([first]),
    );
    const one = start();
    await expect.poll(() => one.reflector.status.state).toBe('watching');
    one.clock.milliseconds += 10_000;
    one.clock.setByMilliseconds = setByMilliseconds;
    cut();
    await one.sees('a');
    expect(one.clock.sleeps).toEqual([600, 1200, 600]);
  });

  test('tells that it works again by an event, not by being open', async () => {
    const failing = status(503);
    const send: ((line: unknown) => void)[] = [];
    api.on('list', path, list([], '10')).on('watch', path, failing, (response) => {
      response.writeHead(200).flushHeaders();
      send.push((line) => response.write(`${JSON.stringify(line)}\n`));
    });
    const one = start();
    await expect.poll(() => one.reflector.status.state).toBe('watching');
    expect(one.wellCount).toBe(0);
    send[0]?.(bookmark('11'));
    await expect.poll(() => one.wellCount).toBe(1);
  });

  test('that the server ends at once is not repeated without a pause', async () => {
    api.on('list', path, list([], '10')).on('watch', path, watch([], 'end'), watch([], 'end'), watch([first]));
    const one = start();
    await one.sees('a');
    expect(one.clock.sleeps).toEqual([600, 1200]);
  });

  test('from which nothing but errors has come in five attempts is listed again', async () => {
    const failing = status(500);
    api
      .on('list', path, list(['a'], '10'), list(['b'], '20'))
      .on('watch', path, failing, failing, failing, failing, failing, watch([event('ADDED', 'c', '21')]));
    const one = start();
    await one.sees('b', 'c');
    expect(versions()).toEqual(['10', '10', '10', '10', '10', '20']);
    expect(one.clock.sleeps).toEqual([600, 1200, 2400, 4800, 9600]);
  });

  test('that is silent from its start is listed again: the server may not have come to that version', async () => {
    api
      .on('list', path, list(['a'], '900'), list(['b'], '5'))
      .on('watch', path, watch([]), watch([event('ADDED', 'c', '6')]));
    const one = start(30);
    await one.sees('b', 'c');
    expect(one.codes[0]).toBe('TIMEOUT');
    expect(versions().slice(0, 2)).toEqual(['900', '5']);
  });

  test.for([
    ['broke', 'reset'],
    ['ended in good order', 'end'],
  ] as const)('that %s, and is silent when it goes on, is listed again', async ([, ending]) => {
    api
      .on('list', path, list([], '900'), list(['b'], '5'))
      .on('watch', path, watch([event('ADDED', 'a', '901')], ending), watch([]), watch([event('ADDED', 'c', '6')]));
    const one = start(30);
    await one.sees('b', 'c');
    expect(versions().slice(0, 3)).toEqual(['900', '901', '5']);
  });

  test('of a server that went away is listed again: the next one may not have come to that version', async () => {
    api.on('list', path, list([], '10')).on('watch', path, watch([first]));
    const one = start();
    await one.sees('a');
    const { port } = api;
    await api.close();
    await expect.poll(() => one.codes).toContain('UNREACHABLE');
    api = await new ScriptedApiServer()
      .on('list', path, list(['b'], '3'))
      .on('watch', path, watch([event('ADDED', 'c', '4')]))
      .listen(port);
    await one.sees('b', 'c');
    expect(versions()).toEqual(['3']);
  });
});

describe('a list', () => {
  test('that comes slowly is waited for, and nothing is told of it before it is whole', async () => {
    const text = JSON.stringify({ kind: 'ServiceList', metadata: { resourceVersion: '10' }, items: [object('a')] });
    const parts = Array.from({ length: 20 }, (_, i) =>
      text.slice((i * text.length) / 20, ((i + 1) * text.length) / 20),
    );
    api.on('list', path, chunks(parts, 'end', 10)).on('watch', path, watch([]));
    const one = start();
    await expect.poll(() => api.asked('list')).toHaveLength(1);
    expect(one.calls).toEqual([]);
    await one.sees('a');
    expect([one.calls, one.codes]).toEqual([['replace a'], []]);
  });

  test.for([
    ['503', status(503), 'SERVER_ERROR'],
    ['429', status(429), 'TOO_MANY_REQUESTS'],
    ['an answer that is cut off', chunks(['{"kind":"ServiceList","items":['], 'reset'), 'DISCONNECTED'],
    ['another kind', json({ kind: 'PodList', metadata: { resourceVersion: '1' }, items: [] }), 'BAD_RESPONSE'],
    ['a Status with success', json(statusObject(200)), 'BAD_RESPONSE'],
    ['an empty object', json({}), 'BAD_RESPONSE'],
    ['no version', json({ kind: 'ServiceList', metadata: {}, items: [] }), 'BAD_RESPONSE'],
    [
      'items that are none',
      json({ kind: 'ServiceList', metadata: { resourceVersion: '1' }, items: 'x' }),
      'BAD_RESPONSE',
    ],
  ] as const)('that gives %s is repeated, and never taken for an empty cluster', async ([, broken, code]) => {
    api.on('list', path, list(['a'], '10'), broken, list(['a', 'b'], '20')).on('watch', path, status(410), watch([]));
    const one = start();
    await one.sees('a', 'b');
    expect(one.calls).toEqual(['replace a', 'replace a b']);
    expect(one.codes).toEqual(['GONE', code]);
  });

  test('whose pages never end is given up', async () => {
    api
      .on('list', path, list(['a'], '10', 'p2'), list(['b'], '10', 'p2'), list(['c'], '11'))
      .on('watch', path, watch([]));
    const one = start();
    await one.sees('c');
    expect(one.calls).toEqual(['replace c']);
    expect(one.codes).toEqual(['BAD_RESPONSE']);
    expect(one.failures[0]?.error.message).toBe(
      'the API server sent the same page of a ServiceList twice: its list would never end',
    );
  });

  test('whose second page fails is started again from the first', async () => {
    api.on('list', path, list(['a'], '10', 'p2'), status(500), list(['b'], '11')).on('watch', path, watch([]));
    const one = start();
    await one.sees('b');
    expect(api.asked('list').map(({ query }) => query.get('continue'))).toEqual([null, 'p2', null]);
  });
});

describe('a very long line', () => {
  const long = (octets: number): string => {
    const { metadata } = object('a', '11') as { metadata: object };
    const annotations = { text: 'x'.repeat(octets) };
    return `${JSON.stringify({ type: 'ADDED', object: { metadata: { ...metadata, annotations } } })}\n`;
  };

  test('of 10 MB is an event', async () => {
    api.on('list', path, list([], '10')).on('watch', path, chunks([long(10 * 2 ** 20)]));
    const one = start();
    await one.sees('a');
    expect(one.codes).toEqual([]);
  });

  test('that does not end is given up', async () => {
    api.on('list', path, list([], '10')).on('watch', path, chunks([long(17 * 2 ** 20)]), watch([bookmark('11')]));
    const one = start();
    await expect.poll(() => one.codes).toEqual(['BAD_RESPONSE']);
    expect([...one.view]).toEqual([]);
  });
});

describe('a denied permission', () => {
  const denied = status(403, { message: 'services is forbidden: User "agent" cannot … resource "services"' });

  test('to list is told while starting, and overcome once it is granted', async () => {
    api.on('list', path, denied, list(['a'], '10')).on('watch', path, watch([]));
    const one = start();
    await one.sees('a');
    expect(one.failures).toMatchObject([
      { starting: true, resource: { path }, error: { code: 'FORBIDDEN', permanent: true } },
    ]);
    expect(one.failures[0]?.error.message).toBe(
      'user "agent" may not list services (API group "") in the whole cluster: ' +
        'grant the verbs "list" and "watch" on "services" with a ClusterRole and a ClusterRoleBinding',
    );
    await expect.poll(() => one.reflector.status.state).toBe('watching');
  });

  test('to watch, where listing is allowed, is told while starting, stays in the status, and freezes nothing', async () => {
    api.on('list', path, list(['a'], '10'), list(['b'], '20')).on('watch', path, denied);
    const one = start();
    await one.sees('b');
    expect(one.failures[0]).toMatchObject({ starting: true, error: { code: 'FORBIDDEN' } });
    expect(one.failures[0]?.error.message).toMatch(/^user "agent" may not watch services/);
    expect(one.reflector.status).toMatchObject({ state: 'failing', error: { code: 'FORBIDDEN' } });
  });

  test('after a good start is told as such', async () => {
    api
      .on('list', path, list([], '10'))
      .on('watch', path, watch([event('ADDED', 'a', '11')], 'reset'), denied, watch([]));
    const one = start();
    await expect.poll(() => one.codes).toEqual(['DISCONNECTED', 'FORBIDDEN']);
    expect(one.failures.map(({ starting }) => starting)).toEqual([false, false]);
    expect([...one.view]).toEqual(['a']);
  });
});
