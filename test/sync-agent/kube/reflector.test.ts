import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { KubeConnection } from '../../../sync-agent/kube/connection.ts';
import { type Failure, Reflector } from '../../../sync-agent/kube/reflector.ts';
import { ConfigurationFolder } from './kubeconfig-file.ts';
import { ManualClock } from './manual-clock.ts';
import {
  bookmark,
  chunks,
  errorEvent,
  event,
  json,
  object,
  page,
  ScriptedApiServer,
  silence,
  status,
  statusObject,
  watch,
} from './scripted-api-server.ts';

const path = '/api/v1/services';
const resource = { kind: 'Service', path };
const list = (names: string[], resourceVersion: string, next?: string) =>
  page(
    'Service',
    names.map((name) => object(name)),
    resourceVersion,
    next,
  );

let api: ScriptedApiServer;
let folder: ConfigurationFolder;
let running: Running[];

beforeEach(async () => {
  api = await new ScriptedApiServer().listen();
  folder = new ConfigurationFolder();
  running = [];
});
afterEach(async () => {
  for (const one of running) await one.end();
  await api.close();
  folder.remove();
});

/** A reflector at work, and what it told its sink. */
class Running {
  readonly view = new Set<string>();
  /** Every call of the sink. */
  readonly calls: string[] = [];
  readonly failures: Failure[] = [];
  readonly clock = new ManualClock();
  readonly reflector: Reflector<string>;
  readonly #connection: KubeConnection;
  readonly #stop = new AbortController();
  readonly #end: Promise<void>;

  constructor(inactivityMilliseconds?: number) {
    const file = folder.kubeconfig({ server: api.url });
    this.#connection = new KubeConnection({ type: 'file', path: file, context: undefined });
    this.reflector = new Reflector<string>({
      api: this.#connection,
      resource,
      read: (read) => (read as { metadata: { name: string } }).metadata.name,
      sink: {
        replace: (names) => {
          this.calls.push(`replace ${names.join(' ')}`.trim());
          this.view.clear();
          for (const name of names) this.view.add(name);
        },
        upsert: (name) => {
          this.calls.push(`upsert ${name}`);
          this.view.add(name);
        },
        remove: (name) => {
          this.calls.push(`remove ${name}`);
          this.view.delete(name);
        },
      },
      onError: (failure) => this.failures.push(failure),
      clock: this.clock,
      random: () => 0.5,
      ...(inactivityMilliseconds === undefined ? {} : { inactivityMilliseconds }),
    });
    this.#end = this.reflector.run(this.#stop.signal);
    running.push(this);
  }

  get codes(): string[] {
    return this.failures.map(({ error }) => error.code);
  }

  async sees(...names: string[]): Promise<void> {
    await expect.poll(() => [...this.view].sort()).toEqual(names);
  }

  async end(): Promise<void> {
    this.#stop.abort();
    await this.#end;
    this.#connection.close();
  }
}

const versions = (): (string | null)[] => api.asked('watch').map(({ query }) => query.get('resourceVersion'));

describe('in good times', () => {
  test('lists in pages, then watches from the version of the list', async () => {
    api.on('list', path, list(['a', 'b'], '10', 'more+/='), list(['c'], '10')).on('watch', path, watch([]));
    const one = new Running();
    await one.sees('a', 'b', 'c');
    await expect.poll(() => one.reflector.status.state).toBe('watching');
    expect(one.calls).toEqual(['replace a b c']);
    expect(api.asked('list').map(({ query }) => Object.fromEntries(query))).toEqual([
      { limit: '500' },
      { limit: '500', continue: 'more+/=' },
    ]);
    expect(api.asked('watch').map(({ query }) => Object.fromEntries(query))).toEqual([
      { watch: 'true', allowWatchBookmarks: 'true', resourceVersion: '10', timeoutSeconds: '360' },
    ]);
    expect(one.codes).toEqual([]);
  });

  test('follows events', async () => {
    const events = [event('ADDED', 'b', '11'), event('MODIFIED', 'a', '12'), event('DELETED', 'a', '13')];
    api.on('list', path, list(['a'], '10')).on('watch', path, watch(events));
    const one = new Running();
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
    const one = new Running();
    await one.sees('a', 'b', 'c');
    expect(versions()).toEqual(['10', '11', '20']);
    expect(api.asked('list')).toHaveLength(1);
  });

  test('an event that came in split characters and chunks is one event', async () => {
    const line = Buffer.from(`${JSON.stringify({ type: 'ADDED', object: object('é漢🦊', '11') })}\n`);
    const each = Array.from({ length: line.length }, (_, i) => line.subarray(i, i + 1));
    api.on('list', path, list([], '10')).on('watch', path, chunks(each));
    const one = new Running();
    await one.sees('é漢🦊');
    expect(one.codes).toEqual([]);
  });

  test('an empty list written as null is empty', async () => {
    const empty = json({ kind: 'ServiceList', metadata: { resourceVersion: '5' }, items: null });
    api.on('list', path, empty).on('watch', path, watch([event('ADDED', 'a', '6')]));
    const one = new Running();
    await one.sees('a');
    expect(one.calls).toEqual(['replace', 'upsert a']);
  });
});

describe('a version that is gone', () => {
  test.for([
    ['by status', status(410, { reason: 'Expired' })],
    ['by event', watch([errorEvent(410, { reason: 'Expired' })], 'end')],
    ['of the future, by status', status(504, { details: { causes: [{ reason: 'ResourceVersionTooLarge' }] } })],
  ] as const)('%s is listed again at once, and what is no longer there is removed', async ([, gone]) => {
    api
      .on('list', path, list(['a', 'b'], '10'), list(['b'], '90', 'p2'), list(['c'], '90'))
      .on('watch', path, gone, watch([event('ADDED', 'd', '91')]));
    const one = new Running();
    await one.sees('b', 'c', 'd');
    expect(one.calls).toEqual(['replace a b', 'replace b c', 'upsert d']);
    expect(versions()).toEqual(['10', '90']);
    expect(api.asked('list').map(({ query }) => query.get('resourceVersion'))).toEqual([null, null, null]);
    expect(one.clock.sleeps).toEqual([]);
  });

  test('again and again is not listed without a pause', async () => {
    const gone = status(410);
    api.on('list', path, list(['a'], '10')).on('watch', path, gone, gone, gone, watch([bookmark('11')]));
    const one = new Running();
    await expect.poll(() => one.reflector.status.state).toBe('watching');
    expect(one.clock.sleeps).toEqual([1200, 2400]);
  });

  test('some time after another is listed at once too', async () => {
    const gone = status(410);
    api
      .on('list', path, list(['a'], '10'), list(['b'], '20'), list(['c'], '30'))
      .on('watch', path, gone, watch([bookmark('21'), errorEvent(410)]), watch([]));
    const one = new Running();
    await one.sees('c');
    expect(one.codes).toEqual(['GONE', 'GONE']);
    expect(one.clock.sleeps).toEqual([]);
  });

  test('after an outage is listed at once', async () => {
    const away = status(503);
    api
      .on('list', path, list(['a'], '10'), list(['b'], '20'))
      .on('watch', path, away, away, away, status(410), watch([bookmark('21')]));
    const one = new Running();
    await one.sees('b');
    expect(one.clock.sleeps).toEqual([600, 1200, 2400]);
  });

  test('within a paged list is listed in one piece', async () => {
    api
      .on('list', path, list(['a'], '10', 'p2'), status(410, { reason: 'Expired' }), list(['a', 'b'], '20'))
      .on('watch', path, watch([]));
    const one = new Running();
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
    const one = new Running(200);
    await one.sees('a', 'b');
    expect(one.codes[0]).toBe(code);
    expect(one.failures[0]).toMatchObject({ starting: false, retryMilliseconds: 600 });
    expect(versions().slice(0, 2)).toEqual(['10', '11']);
    expect(api.asked('list')).toHaveLength(1);
  });

  test('that cannot be opened is resumed from where it was, with growing pauses', async () => {
    const failing = status(503);
    api
      .on('list', path, list([], '10'))
      .on('watch', path, watch([first], 'reset'), failing, failing, watch([event('ADDED', 'b', '12')]));
    const one = new Running();
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
    const one = new Running();
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
    const one = new Running();
    await one.sees('a', 'b');
    expect(one.clock.sleeps).toEqual([600, 1200, 600, 1200]);
  });

  test('that the server ends at once is not repeated without a pause', async () => {
    api.on('list', path, list([], '10')).on('watch', path, watch([], 'end'), watch([], 'end'), watch([first]));
    const one = new Running();
    await one.sees('a');
    expect(one.clock.sleeps).toEqual([600, 1200]);
  });

  test('from which nothing has come in five attempts is listed again', async () => {
    api
      .on('list', path, list(['a'], '900'), list(['b'], '5'))
      .on('watch', path, ...Array(5).fill(watch([])), watch([event('ADDED', 'c', '6')]));
    const one = new Running(30);
    await one.sees('b', 'c');
    expect(one.codes.slice(0, 5)).toEqual(Array(5).fill('TIMEOUT'));
    expect(versions().slice(0, 6)).toEqual([...Array(5).fill('900'), '5']);
  });

  test('survives a restart of the server', async () => {
    api.on('list', path, list([], '10')).on('watch', path, watch([first]));
    const one = new Running();
    await one.sees('a');
    const { port } = api;
    await api.close();
    await expect.poll(() => one.codes).toContain('UNREACHABLE');
    api = await new ScriptedApiServer()
      .on('list', path, list(['a', 'b'], '3'))
      .on('watch', path, status(410), watch([event('ADDED', 'c', '4')]))
      .listen(port);
    await one.sees('a', 'b', 'c');
    expect(versions()).toEqual(['11', '3']);
  });
});

describe('a list', () => {
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
    const one = new Running();
    await one.sees('a', 'b');
    expect(one.calls).toEqual(['replace a', 'replace a b']);
    expect(one.codes).toEqual(['GONE', code]);
  });

  test('whose second page fails is started again from the first', async () => {
    api.on('list', path, list(['a'], '10', 'p2'), status(500), list(['b'], '11')).on('watch', path, watch([]));
    const one = new Running();
    await one.sees('b');
    expect(api.asked('list').map(({ query }) => query.get('continue'))).toEqual([null, 'p2', null]);
  });
});

describe('a denied permission', () => {
  const denied = status(403, { message: 'services is forbidden: User "agent" cannot … resource "services"' });

  test('to list is told while starting, and overcome once it is granted', async () => {
    api.on('list', path, denied, list(['a'], '10')).on('watch', path, watch([]));
    const one = new Running();
    await one.sees('a');
    expect(one.failures).toMatchObject([{ starting: true, resource, error: { code: 'FORBIDDEN', permanent: true } }]);
    expect(one.failures[0]?.error.message).toBe(
      'user "agent" may not list services (API group "") in the whole cluster: ' +
        'grant the verbs "list" and "watch" on "services" with a ClusterRole and a ClusterRoleBinding',
    );
    await expect.poll(() => one.reflector.status.state).toBe('watching');
  });

  test('to watch, where listing is allowed, is told while starting, stays in the status, and freezes nothing', async () => {
    api.on('list', path, list(['a'], '10'), list(['b'], '20')).on('watch', path, denied);
    const one = new Running();
    await one.sees('b');
    expect(one.failures[0]).toMatchObject({ starting: true, error: { code: 'FORBIDDEN' } });
    expect(one.failures[0]?.error.message).toMatch(/^user "agent" may not watch services/);
    expect(one.reflector.status).toMatchObject({ state: 'failing', error: { code: 'FORBIDDEN' } });
  });

  test('after a good start is told as such', async () => {
    api
      .on('list', path, list([], '10'))
      .on('watch', path, watch([event('ADDED', 'a', '11')], 'reset'), denied, watch([]));
    const one = new Running();
    await expect.poll(() => one.codes).toEqual(['DISCONNECTED', 'FORBIDDEN']);
    expect(one.failures.map(({ starting }) => starting)).toEqual([false, false]);
    expect([...one.view]).toEqual(['a']);
  });
});

describe('the moment up to which the view is known to be current', () => {
  test('is the start of the list, then each event and bookmark; an open watch alone proves nothing', async () => {
    let send: (line: unknown) => void = () => undefined;
    let one: Running | undefined;
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
    one = new Running();
    const { clock, reflector } = one;
    expect(reflector.aliveAtMilliseconds).toBeUndefined();
    await expect.poll(() => reflector.status.state).toBe('watching');
    expect(reflector.aliveAtMilliseconds).toBe(1_000_000);

    clock.milliseconds = 2_000_000;
    expect(reflector.aliveAtMilliseconds).toBe(1_000_000);
    send(bookmark('11'));
    await expect.poll(() => reflector.aliveAtMilliseconds).toBe(2_000_000);

    clock.milliseconds = 3_000_000;
    send(event('ADDED', 'a', '12'));
    await one.sees('a');
    expect(reflector.aliveAtMilliseconds).toBe(3_000_000);
  });

  test('stands still while nothing can be read', async () => {
    api.on('list', path, list([], '10'), status(503)).on('watch', path, watch([bookmark('11')], 'reset'), status(503));
    const one = new Running();
    await expect.poll(() => one.codes.length).toBeGreaterThan(10);
    expect(one.clock.milliseconds).toBeGreaterThan(1_000_000);
    expect(one.reflector.aliveAtMilliseconds).toBe(1_000_000);
  });
});

describe('stopping', () => {
  test.for([
    ['while it lists', 'list'],
    ['while it opens a watch', 'watch'],
  ] as const)('%s leaves nothing open', async ([, verb]) => {
    api.on('list', path, list([], '10')).on('watch', path, watch([])).on(verb, path, silence);
    const one = new Running();
    await expect.poll(() => api.asked(verb)).toHaveLength(1);
    await one.end();
    await expect.poll(() => api.connections()).toBe(0);
    expect(one.codes).toEqual([]);
  });

  test('while it watches closes the watch, and tells no failure', async () => {
    api.on('list', path, list([], '10')).on('watch', path, watch([event('ADDED', 'a', '11')]));
    const one = new Running();
    await one.sees('a');
    await one.end();
    await expect.poll(() => api.connections()).toBe(0);
    expect(one.codes).toEqual([]);
    expect(api.asked('watch')).toHaveLength(1);
  });

  test('before it starts asks nothing', async () => {
    api.on('list', path, list(['a'], '10')).on('watch', path, watch([]));
    const { reflector } = new Running();
    await running[0]?.end();
    const asked = api.exchanges.length;
    await reflector.run(AbortSignal.abort());
    expect(api.exchanges).toHaveLength(asked);
  });

  test('a fault in the sink is not hidden', async () => {
    api.on('list', path, list(['a'], '10')).on('watch', path, watch([]));
    const file = folder.kubeconfig({ server: api.url });
    const broken = new Reflector<unknown>({
      api: new KubeConnection({ type: 'file', path: file, context: undefined }),
      resource,
      read: (value) => value,
      sink: {
        replace: () => {
          throw new TypeError('a fault');
        },
        upsert: () => undefined,
        remove: () => undefined,
      },
      onError: () => undefined,
      clock: new ManualClock(),
      random: () => 0,
    });
    await expect(broken.run(new AbortController().signal)).rejects.toThrow('a fault');
  });
});
