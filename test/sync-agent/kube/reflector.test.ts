import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { KubeConnection } from '../../../sync-agent/kube/connection.ts';
import { Reflector } from '../../../sync-agent/kube/reflector.ts';
import { services } from '../../../sync-agent/kube/resource.ts';
import { wholeCluster } from '../../../sync-agent/kube/scope.ts';
import { ConfigurationFolder } from './kubeconfig-file.ts';
import { ManualClock } from './manual-clock.ts';
import { list, RunningReflector } from './running-reflector.ts';
import {
  bookmark,
  chunks,
  event,
  json,
  object,
  ScriptedApiServer,
  silence,
  status,
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

describe('in good times', () => {
  test('lists in pages, then watches from the version of the list', async () => {
    api.on('list', path, list(['a', 'b'], '10', 'more+/='), list(['c'], '10')).on('watch', path, watch([]));
    const one = start();
    await one.sees('a', 'b', 'c');
    await expect.poll(() => one.reflector.status.state).toBe('watching');
    expect(one.calls).toEqual(['replace a b c']);
    expect(api.asked('list').map(({ query }) => Object.fromEntries(query))).toEqual([
      { limit: '500' },
      { limit: '500', continue: 'more+/=' },
    ]);
    expect(api.asked('watch').map(({ query }) => Object.fromEntries(query))).toEqual([
      { watch: 'true', allowWatchBookmarks: 'true', resourceVersion: '10', timeoutSeconds: '450' },
    ]);
    expect(one.codes).toEqual([]);
  });

  test('follows events', async () => {
    const events = [event('ADDED', 'b', '11'), event('MODIFIED', 'a', '12'), event('DELETED', 'a', '13')];
    api.on('list', path, list(['a'], '10')).on('watch', path, watch(events));
    const one = start();
    await one.sees('b');
    expect(one.calls).toEqual(['replace a', 'upsert b', 'upsert a', 'remove a']);
  });

  test('goes on from the last event or bookmark when the server ends the watch', async () => {
    api
      .on('list', path, list([], '10'))
      .on(
        'watch',
        path,
        watch([event('ADDED', 'a', '11')], 'end'),
        watch([event('ADDED', 'b', '12'), bookmark('20')], 'end'),
        watch([event('ADDED', 'c', '21')]),
      );
    const one = start();
    await one.sees('a', 'b', 'c');
    expect(versions()).toEqual(['10', '11', '20']);
    expect(api.asked('list')).toHaveLength(1);
  });

  test('an event that came in split characters and chunks is one event', async () => {
    const line = Buffer.from(`${JSON.stringify({ type: 'ADDED', object: object('é漢🦊', '11') })}\n`);
    const each = Array.from({ length: line.length }, (_, i) => line.subarray(i, i + 1));
    api.on('list', path, list([], '10')).on('watch', path, chunks(each));
    const one = start();
    await one.sees('é漢🦊');
    expect(one.codes).toEqual([]);
  });

  test('an empty list written as null is empty', async () => {
    const empty = json({ kind: 'ServiceList', metadata: { resourceVersion: '5' }, items: null });
    api.on('list', path, empty).on('watch', path, watch([event('ADDED', 'a', '6')]));
    const one = start();
    await one.sees('a');
    expect(one.calls).toEqual(['replace', 'upsert a']);
  });
});

describe('the moment up to which the view is known to be current', () => {
  test('is the start of the list, then each event and bookmark; an open watch alone proves nothing', async () => {
    let send: (line: unknown) => void = () => undefined;
    let one: RunningReflector | undefined;
    api
      .on('list', path, (response, request) => {
        // The answer takes half a minute.
        if (one !== undefined) one.clock.milliseconds += 30_000;
        list([], '10')(response, request);
      })
      .on('watch', path, (response) => {
        response.writeHead(200).flushHeaders();
        send = (line) => response.write(`${JSON.stringify(line)}\n`);
      });
    one = start();
    const { clock, reflector } = one;
    expect(reflector.aliveAtSteadyMilliseconds).toBeUndefined();
    await expect.poll(() => reflector.status.state).toBe('watching');
    expect(reflector.aliveAtSteadyMilliseconds).toBe(1_000_000);

    clock.milliseconds = 2_000_000;
    expect(reflector.aliveAtSteadyMilliseconds).toBe(1_000_000);
    send(bookmark('11'));
    await expect.poll(() => reflector.aliveAtSteadyMilliseconds).toBe(2_000_000);

    clock.milliseconds = 3_000_000;
    send(event('ADDED', 'a', '12'));
    await one.sees('a');
    expect(reflector.aliveAtSteadyMilliseconds).toBe(3_000_000);
  });

  test.for([
    ['back', -5 * 3_600_000],
    ['ahead', 5 * 3_600_000],
  ] as const)('does not follow the time of day when that is set %s', async ([, setByMilliseconds]) => {
    let send: (line: unknown) => void = () => undefined;
    api.on('list', path, list([], '10')).on('watch', path, (response) => {
      response.writeHead(200).flushHeaders();
      send = (line) => response.write(`${JSON.stringify(line)}\n`);
    });
    const one = start();
    const { clock, reflector } = one;
    await expect.poll(() => reflector.status.state).toBe('watching');
    clock.setByMilliseconds = setByMilliseconds;
    expect(reflector.aliveAtSteadyMilliseconds).toBe(1_000_000);
    clock.milliseconds += 60_000;
    send(bookmark('11'));
    await expect.poll(() => reflector.aliveAtSteadyMilliseconds).toBe(1_060_000);
  });

  test('stands still while nothing can be read', async () => {
    api.on('list', path, list([], '10'), status(503)).on('watch', path, watch([bookmark('11')], 'reset'), status(503));
    const one = start();
    await expect.poll(() => one.codes.length).toBeGreaterThan(10);
    expect(one.clock.milliseconds).toBeGreaterThan(1_000_000);
    expect(one.reflector.aliveAtSteadyMilliseconds).toBe(1_000_000);
  });
});

test('it tells of lists and of watches that end', async () => {
  api
    .on('list', path, list(['a', 'b'], '10'))
    .on('watch', path, watch([event('ADDED', 'c', '11')], 'reset'), (response) => {
      response.writeHead(200).flushHeaders();
      if (one !== undefined) one.clock.milliseconds += 10_000;
      response.end();
    });
  let one: RunningReflector | undefined;
  one = start();
  await expect.poll(() => one.events.length).toBeGreaterThanOrEqual(3);
  expect(one.events.slice(0, 3)).toEqual([
    { kind: 'listed', resource: 'Service', objects: 2, seconds: 0 },
    { kind: 'watch-restarted', resource: 'Service', reason: 'DISCONNECTED' },
    { kind: 'watch-restarted', resource: 'Service', reason: 'ended' },
  ]);
});

describe('stopping', () => {
  test.for([
    ['while it lists', 'list'],
    ['while it opens a watch', 'watch'],
  ] as const)('%s leaves nothing open', async ([, verb]) => {
    api.on('list', path, list([], '10')).on('watch', path, watch([])).on(verb, path, silence);
    const one = start();
    await expect.poll(() => api.asked(verb)).toHaveLength(1);
    await one.end();
    await expect.poll(() => api.connections()).toBe(0);
    expect(one.codes).toEqual([]);
  });

  test('while it watches closes the watch, and tells no failure', async () => {
    api.on('list', path, list([], '10')).on('watch', path, watch([event('ADDED', 'a', '11')]));
    const one = start();
    await one.sees('a');
    await one.end();
    await expect.poll(() => api.connections()).toBe(0);
    expect(one.codes).toEqual([]);
    expect(api.asked('watch')).toHaveLength(1);
  });

  test('before it starts asks nothing', async () => {
    api.on('list', path, list(['a'], '10')).on('watch', path, watch([]));
    const { reflector } = start();
    await running[0]?.end();
    const asked = api.exchanges.length;
    await reflector.run(AbortSignal.abort());
    expect(api.exchanges).toHaveLength(asked);
  });

  test('a fault in the sink is not hidden', async () => {
    api.on('list', path, list(['a'], '10')).on('watch', path, watch([]));
    const folder = new ConfigurationFolder();
    const file = folder.kubeconfig({ server: api.url });
    const fault = (): never => {
      throw new TypeError('a fault');
    };
    const broken = new Reflector<unknown>({
      api: new KubeConnection({ type: 'file', path: file, context: undefined }),
      resource: services(undefined, wholeCluster),
      read: (value) => value,
      sink: { replace: fault, upsert: fault, remove: fault },
      onError: () => undefined,
      onWell: () => undefined,
      clock: new ManualClock(),
      random: () => 0,
    });
    await expect(broken.run(new AbortController().signal)).rejects.toThrow('a fault');
    folder.remove();
  });
});
