/** Listed namespaces that are refused, or not there: as with a Role in each, which goes and comes with its namespace. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { KubeConnection } from '../../../sync-agent/kube/connection.ts';
import type { NamespaceStanding } from '../../../sync-agent/kube/listed-namespace.ts';
import { ClusterObserver } from '../../../sync-agent/kube/observer.ts';
import type { Failure } from '../../../sync-agent/kube/reflector.ts';
import { wholeCluster } from '../../../sync-agent/kube/scope.ts';
import { SteppedClock } from '../publish/stepped-clock.ts';
import { ConfigurationFolder } from './kubeconfig-file.ts';
import { bookmark, json, object, page, ScriptedApiServer, status } from './scripted-api-server.ts';

let api: ScriptedApiServer;
let folder: ConfigurationFolder;
let connection: KubeConnection;
let clock: SteppedClock;
let stop: AbortController;
let observer: ClusterObserver;
let end: Promise<void>;
let failures: Failure[];
let standings: string[];
/** Namespaces that are asked for, because they may not be watched. */
let asked: string[];
let changeCount: number;
/** Sends a line on the watch of a path that was opened last. */
let send: Map<string, (line: unknown) => void>;

beforeEach(async () => {
  api = await new ScriptedApiServer().listen();
  // A Role in a namespace grants to get it, but not to list or watch it.
  api.on('list', '/api/v1/namespaces', forbidden).on('stream', '/api/v1/namespaces', forbidden);
  folder = new ConfigurationFolder();
  connection = new KubeConnection({ type: 'file', path: folder.kubeconfig({ server: api.url }), context: undefined });
  clock = new SteppedClock();
  stop = new AbortController();
  failures = [];
  standings = [];
  asked = [];
  changeCount = 0;
  send = new Map();
});
afterEach(async () => {
  stop.abort();
  await end;
  expect(clock.sleeping).toBe(0);
  connection.close();
  await api.close();
  folder.remove();
});

const namespacePath = (name: string) => `/api/v1/namespaces/${name}`;
const servicesIn = (name: string) => `/api/v1/namespaces/${name}/services`;
const slicesIn = (name: string) => `/apis/discovery.k8s.io/v1/namespaces/${name}/endpointslices`;
const forbidden = status(403, { message: 'User "me" cannot' });

const parts = [
  'get namespaces',
  'list services',
  'watch services',
  'list endpointslices',
  'watch endpointslices',
] as const;
type Part = (typeof parts)[number];

/** Lets the API grant these in the namespace and refuse the others. */
function grant(name: string, ...granted: readonly Part[]): void {
  const may = (part: Part) => granted.includes(part);
  const found = json({ kind: 'Namespace', metadata: { name, resourceVersion: '1' } });
  api.on('list', namespacePath(name), may('get namespaces') ? found : forbidden);
  const service = { ...object('redis'), metadata: { namespace: name, name: 'redis', resourceVersion: '11' } };
  for (const [path, kind, resource, items] of [
    [servicesIn(name), 'Service', 'services', [service]],
    [slicesIn(name), 'EndpointSlice', 'endpointslices', []],
  ] as const) {
    api.on('list', path, may(`list ${resource}`) ? page(kind, items, '10') : forbidden);
    if (!may(`watch ${resource}`)) api.on('watch', path, forbidden);
    else {
      api.on('watch', path, (response) => {
        response.writeHead(200).flushHeaders();
        send.set(path, (line) => response.write(`${JSON.stringify(line)}\n`));
      });
    }
  }
}

function observe(...names: [string, ...string[]]): void {
  observer = new ClusterObserver({
    api: connection,
    scope: { ...wholeCluster, namespaces: { type: 'listed', names } },
    onChange: () => {
      changeCount += 1;
    },
    onError: (failure) => failures.push(failure),
    onWell: () => undefined,
    onAbsent: () => undefined,
    onPresent: () => undefined,
    onAsked: (namespace, { code }) => asked.push(`${namespace} ${code}`),
    onStanding: (namespace, standing) => standings.push(`${namespace} ${textOf(standing)}`),
    clock,
    random: () => 0.5,
  });
  end = observer.run(stop.signal);
}

function textOf(standing: NamespaceStanding): string {
  return 'kinds' in standing ? `${standing.state} ${standing.kinds.join(' ')}` : standing.state;
}

/** Lets time go by, in small steps, until the condition holds. */
async function until(condition: () => boolean, stepMilliseconds = 100): Promise<void> {
  await expect
    .poll(
      async () => {
        if (!condition()) await clock.advance(stepMilliseconds);
        return condition();
      },
      { interval: 1, timeout: 10_000 },
    )
    .toBe(true);
}

/** How often a path was asked for, watches included. */
function askedCount(path: string): number {
  return api.exchanges.filter((exchange) => exchange.path === path).length;
}

function isSeen(name: string): boolean {
  return observer.cluster.namespaces.has(name) && observer.cluster.services.has(`${name}/redis`);
}

const minute = 60_000;
const refused = 'data refused Namespace Service EndpointSlice';

describe('at the start', () => {
  test.for(parts)('all that may not %s are a failure of the start', async (missing) => {
    const granted = parts.filter((part) => part !== missing);
    grant('cache', ...granted);
    grant('data', ...granted);
    observe('cache', 'data');
    await until(() => failures.length > 0);
    const [verb, resource] = missing.split(' ');
    expect(failures[0]).toMatchObject({ starting: true, error: { code: 'FORBIDDEN' } });
    expect(failures[0]?.error.message).toMatch(
      new RegExp(
        `^user "me" may not ${verb} ${resource} \\(API group "[^"]*"\\) in namespace (cache|data): grant the verbs? .* on "${resource}" with a Role and a RoleBinding there$`,
      ),
    );
    expect([standings, observer.synced]).toEqual([[], false]);
  });

  test.for(parts)('one that may not %s counts as not there, and holds nobody up', async (missing) => {
    grant('cache', ...parts);
    grant('data', ...parts.filter((part) => part !== missing));
    observe('cache', 'data');
    await until(() => observer.synced);
    await until(() => observer.isWatching);
    const kind = { namespaces: 'Namespace', services: 'Service', endpointslices: 'EndpointSlice' }[
      missing.split(' ')[1]!
    ];
    expect(standings.sort()).toEqual(['cache present', `data refused ${kind}`]);
    expect([isSeen('cache'), observer.cluster.namespaces.has('data')]).toEqual([true, false]);
    await expect.poll(() => observer.cluster.services.has('data/redis')).toBe(false);
    expect(failures).toEqual([]);
  });

  test('one that is refused is not given up before anything shows that the others need not be', async () => {
    grant('cache', ...parts);
    api.on('list', servicesIn('cache'), status(503));
    grant('data');
    observe('cache', 'data');
    await until(() => failures.length > 2);
    expect(new Set(failures.map(({ error: { code } }) => code))).toEqual(new Set(['SERVER_ERROR']));
    expect([standings, observer.synced]).toEqual([[], false]);
    // By now they are asked rarely; once the first works, the other is not waited for.
    await clock.advance(120_000);
    grant('cache', ...parts);
    await until(() => standings.length > 0);
    expect([standings, observer.synced]).toEqual([['cache present', refused], true]);
  });
});

describe('one that works, and is refused then', () => {
  beforeEach(async () => {
    grant('cache', ...parts);
    grant('data', ...parts);
    observe('cache', 'data');
    await until(() => observer.isWatching);
    expect([isSeen('cache'), isSeen('data')]).toEqual([true, true]);
    standings = [];
  });

  test('once or twice stays what it is', async () => {
    const found = json({ kind: 'Namespace', metadata: { name: 'data', resourceVersion: '1' } });
    api.on('list', namespacePath('data'), forbidden, forbidden, found, forbidden, forbidden, found);
    const asked = askedCount(namespacePath('data'));
    await until(() => askedCount(namespacePath('data')) >= asked + 7);
    expect([standings, failures, isSeen('data')]).toEqual([[], [], true]);
  });

  test('stays what it was for ten minutes, in which its watch is known to fail', async () => {
    grant('data');
    await until(() => standings.length > 0);
    const keptAt = clock.steadyNow();
    const { aliveAt } = observer.watches.get('Namespace in data')!;
    expect(standings).toEqual(['data kept Namespace']);
    await until(() => clock.steadyNow() - keptAt > 9 * minute, 1000);
    for (const line of send.values()) line(bookmark('20'));
    await expect.poll(() => observer.aliveAtSteadyMilliseconds).toBe(aliveAt);
    expect([isSeen('cache'), isSeen('data'), standings.length, failures]).toEqual([true, true, 1, []]);
    expect(observer.watches.get('Namespace in data')).toMatchObject({ state: 'failing', aliveAt });
    expect(observer.isWatching).toBe(false);
    // Events still come on watches that are open.
    const service = { ...object('late'), metadata: { namespace: 'data', name: 'late', resourceVersion: '12' } };
    send.get(servicesIn('data'))?.({ type: 'ADDED', object: { kind: 'Service', ...service } });
    await expect.poll(() => observer.cluster.services.has('data/late')).toBe(true);
    await until(() => standings.length > 1, 1000);
    expect(standings[1]).toBe('data refused Namespace');
    expect(clock.steadyNow() - keptAt).toBeGreaterThanOrEqual(10 * minute);
    expect(clock.steadyNow() - keptAt).toBeLessThan(11 * minute);
  });

  test('and granted again in time, was there all the time, and has ten minutes again', async () => {
    for (let i = 1; i <= 2; i += 1) {
      grant('data');
      await until(() => standings.length === 2 * i - 1);
      const keptAt = clock.steadyNow();
      await until(() => clock.steadyNow() - keptAt > 9 * minute, 1000);
      grant('data', ...parts);
      await until(() => standings.length === 2 * i, 1000);
      expect(standings.slice(-2)).toEqual(['data kept Namespace', 'data present']);
    }
    expect([isSeen('data'), failures]).toEqual([true, []]);
  });

  test('in a part stays refused in that part, though the rest of it is granted', async () => {
    grant('data', 'get namespaces', 'list endpointslices', 'watch endpointslices');
    const gone = { kind: 'Status', status: 'Failure', code: 410, reason: 'Expired', message: 'too old' };
    send.get(servicesIn('data'))?.({ type: 'ERROR', object: gone });
    await until(() => standings.length > 0);
    const asked = askedCount(namespacePath('data'));
    await until(() => askedCount(namespacePath('data')) > asked + 3);
    expect([standings, isSeen('data')]).toEqual([['data kept Service'], true]);
  });

  test('goes at once when its Services are deleted', async () => {
    grant('data');
    await until(() => standings.length > 0);
    expect([standings, isSeen('data')]).toEqual([['data kept Namespace'], true]);
    const service = { ...object('redis'), metadata: { namespace: 'data', name: 'redis', resourceVersion: '12' } };
    send.get(servicesIn('data'))?.({ type: 'DELETED', object: { kind: 'Service', ...service } });
    await expect.poll(() => standings).toEqual(['data kept Namespace', 'data refused Namespace']);
    await expect.poll(() => [...observer.cluster.namespaces.keys()]).toEqual(['cache']);
  });

  test('goes at once when its Services were deleted before', async () => {
    const service = { ...object('redis'), metadata: { namespace: 'data', name: 'redis', resourceVersion: '12' } };
    send.get(servicesIn('data'))?.({ type: 'DELETED', object: { kind: 'Service', ...service } });
    await expect.poll(() => isSeen('data')).toBe(false);
    grant('data');
    await until(() => standings.length > 0);
    expect(standings).toEqual(['data refused Namespace']);
  });

  test('goes after ten minutes, with all that is in it, and the others stay current', async () => {
    // Watches that are open stay open.
    grant('data');
    await until(() => standings.length > 0);
    const changes = changeCount;
    await until(() => standings.length > 1, 1000);
    expect(standings).toEqual(['data kept Namespace', 'data refused Namespace']);
    await expect.poll(() => [...observer.cluster.services.keys()]).toEqual(['cache/redis']);
    expect([...observer.cluster.namespaces.keys()]).toEqual(['cache']);
    expect(changeCount).toBeGreaterThan(changes);
    await clock.advance(20 * minute);
    for (const path of [servicesIn('cache'), slicesIn('cache')]) send.get(path)?.(bookmark('20'));
    const now = clock.now();
    await until(() => observer.aliveAtMilliseconds! >= now);
    expect([observer.isWatching, standings.length, failures]).toEqual([true, 2, []]);
    const states = [...observer.watches].map(([title, { state, failures }]) => `${title} ${state} ${failures}`);
    expect(states.sort()).toEqual([
      'EndpointSlice in cache watching 0',
      'EndpointSlice in data absent 0',
      'Namespace in cache watching 0',
      'Namespace in data absent 0',
      'Service in cache watching 0',
      'Service in data absent 0',
    ]);
    // However often it was looked whether they may be watched.
    expect(asked).toEqual(['cache FORBIDDEN', 'data FORBIDDEN']);
  });

  test('then is asked for again about every half a minute, and comes back whole', async () => {
    grant('data');
    await until(() => standings.length > 1, 1000);
    const asked = askedCount(namespacePath('data'));
    await clock.advance(26_000);
    expect(askedCount(namespacePath('data'))).toBe(asked);
    await until(() => askedCount(namespacePath('data')) > asked);

    grant('data', 'get namespaces', 'list services', 'watch services', 'list endpointslices');
    const askedThen = askedCount(slicesIn('data'));
    // The watch of its slices is refused.
    await until(() => askedCount(slicesIn('data')) >= askedThen + 2);
    expect([standings.length, observer.cluster.namespaces.has('data')]).toEqual([2, false]);

    grant('data', ...parts);
    await until(() => standings.length > 2);
    expect([standings[2], isSeen('data'), failures]).toEqual(['data present', true, []]);
    await until(() => observer.isWatching);
  });

  test('leaves others to fail for reasons of their own, which are none of the start', async () => {
    grant('data');
    await until(() => standings.length > 0);
    grant('data', ...parts);
    api.on('list', namespacePath('data'), status(401));
    await until(() => failures.length > 0);
    expect(failures[0]).toMatchObject({ starting: false, error: { code: 'UNAUTHORIZED' } });
    expect(standings).toHaveLength(1);
  });
});

test('the only one may be refused later too; that is known up to the last refusal', async () => {
  grant('data', ...parts);
  observe('data');
  await until(() => observer.isWatching);
  grant('data');
  await until(() => standings.length > 2, 1000);
  expect(standings).toEqual(['data present', 'data kept Namespace', 'data refused Namespace']);
  const refusedAt = observer.aliveAtMilliseconds!;
  expect([observer.synced, observer.isWatching, failures]).toEqual([true, true, []]);
  await until(() => observer.aliveAtMilliseconds! > refusedAt);
  expect(observer.aliveAtMilliseconds! - refusedAt).toBeGreaterThanOrEqual(27_000);
});

test('one that does not exist is told, and when it comes, and when it goes', async () => {
  grant('cache', ...parts);
  grant('data', ...parts);
  api.on('list', namespacePath('data'), status(404));
  observe('cache', 'data');
  await until(() => standings.length === 2);
  expect(standings.sort()).toEqual(['cache present', 'data missing']);
  grant('data', ...parts);
  await until(() => standings.length === 3);
  expect(isSeen('data')).toBe(true);
  api.on('list', namespacePath('data'), status(404));
  await until(() => standings.length === 4);
  await clock.advance(20_000);
  expect(standings.slice(2)).toEqual(['data present', 'data missing']);
});

test('a Namespace is not seen before all that is in it', async () => {
  grant('cache', ...parts);
  let answer = (): void => undefined;
  api.on('list', slicesIn('cache'), (response, request) => {
    answer = () => page('EndpointSlice', [], '10')(response, request);
  });
  observe('cache');
  await until(() => observer.status.get('Service in cache')?.state === 'watching');
  await until(() => observer.status.get('Namespace in cache')?.state === 'watching');
  expect([observer.cluster.namespaces.size, observer.synced]).toEqual([0, false]);
  answer();
  await until(() => observer.synced);
  expect(isSeen('cache')).toBe(true);
});
