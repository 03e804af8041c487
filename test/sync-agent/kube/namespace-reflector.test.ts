import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { KubeConnection } from '../../../sync-agent/kube/connection.ts';
import { NamespaceReflector } from '../../../sync-agent/kube/namespace-reflector.ts';
import type { Failure } from '../../../sync-agent/kube/reflector.ts';
import { titleOf } from '../../../sync-agent/kube/resource.ts';
import { SteppedClock } from '../publish/stepped-clock.ts';
import { ConfigurationFolder } from './kubeconfig-file.ts';
import { bookmark, errorEvent, json, ScriptedApiServer, status, stream, watch } from './scripted-api-server.ts';

const path = '/api/v1/namespaces';
const ownPath = `${path}/cache`;
const namespace = (annotation: string) => ({
  kind: 'Namespace',
  metadata: { name: 'cache', resourceVersion: '11', annotations: { annotation } },
});
const forbidden = status(403, { message: 'User "me" cannot' });

let api: ScriptedApiServer;
let folder: ConfigurationFolder;
let connection: KubeConnection;
let clock: SteppedClock;
let stop: AbortController;
let told: string[];
let failures: Failure[];
let reflector: NamespaceReflector<string>;
let end: Promise<void>;

beforeEach(async () => {
  api = await new ScriptedApiServer().listen();
  folder = new ConfigurationFolder();
  connection = new KubeConnection({ type: 'file', path: folder.kubeconfig({ server: api.url }), context: undefined });
  clock = new SteppedClock();
  stop = new AbortController();
  told = [];
  failures = [];
});
afterEach(async () => {
  stop.abort();
  await end;
  expect(clock.sleeping).toBe(0);
  connection.close();
  await api.close();
  folder.remove();
});

function start(): void {
  reflector = new NamespaceReflector<string>({
    api: connection,
    name: 'cache',
    read: (object) => (object as ReturnType<typeof namespace>).metadata.annotations.annotation,
    sink: {
      replace: (items) => told.push(`replace ${items.join(' ')}`.trim()),
      upsert: (item) => told.push(`upsert ${item}`),
      remove: (item) => told.push(`remove ${item}`),
    },
    onAsked: (name, { code }) => told.push(`${name} is asked for: ${code}`),
    onError: (failure) => failures.push(failure),
    onWell: () => undefined,
    clock,
    random: () => 0.5,
  });
  end = reflector.run(stop.signal);
}

/** Lets time go by, in steps of this length, until the condition holds. */
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

const questions = (): number => api.asked('list', ownPath).length;

describe('where it may be watched', () => {
  test('it is, by its name alone, and never asked for', async () => {
    api.on('stream', path, stream([namespace('x')], '10', [{ type: 'MODIFIED', object: namespace('y') }]));
    start();
    await until(() => told.length === 2);
    expect(told).toEqual(['replace x', 'upsert y']);
    await clock.advance(60 * 60_000);
    expect(api.exchanges.map(({ path, query }) => `${path} ${query.get('fieldSelector')}`)).toEqual([
      '/api/v1/namespaces metadata.name=cache',
    ]);
    expect(reflector.status.state).toBe('watching');
  });

  test('by a server that streams no lists, it is listed and watched', async () => {
    api
      .on('list', path, json({ kind: 'NamespaceList', metadata: { resourceVersion: '10' }, items: [namespace('x')] }))
      .on('watch', path, watch([{ type: 'DELETED', object: namespace('x') }]));
    start();
    await until(() => told.length === 2);
    expect([told, questions()]).toEqual([['replace x', 'remove x'], 0]);
    for (const verb of ['list', 'watch'] as const) {
      expect(api.asked(verb)[0]?.query.get('fieldSelector')).toBe('metadata.name=cache');
    }
  });

  test('what else fails is told, and tried again', async () => {
    api.on('stream', path, status(500)).on('list', path, status(500));
    start();
    await until(() => failures.length > 2);
    expect(failures[0]).toMatchObject({ starting: true, error: { code: 'SERVER_ERROR' } });
    expect(failures.map(({ resource }) => titleOf(resource))).toContain('Namespace in cache');
    expect([reflector.status.state, questions()]).toEqual(['failing', 0]);
  });
});

describe('where it may not be watched', () => {
  beforeEach(() => {
    api
      .on('stream', path, forbidden)
      .on('list', path, forbidden)
      .on('list', ownPath, json(namespace('x')));
  });

  test('it is asked for every five seconds, which is told and is no failure', async () => {
    start();
    await until(() => questions() === 1);
    await until(() => reflector.status.state === 'watching');
    expect(told).toEqual(['cache is asked for: FORBIDDEN', 'replace x']);
    const aliveAt = reflector.aliveAtSteadyMilliseconds!;
    await clock.advance(5000);
    await until(() => questions() === 2);
    await until(() => reflector.aliveAtSteadyMilliseconds! >= aliveAt + 5000);
    expect(failures).toEqual([]);
  });

  test('ten minutes later it is looked whether it may, and it stands as it stood meanwhile', async () => {
    start();
    await until(() => reflector.status.state === 'watching');
    const looks = (): number => api.asked('stream').length;
    const from = clock.steadyNow();
    const states = new Set<string>();
    const alive = new Set<boolean>();
    await until(() => {
      states.add(reflector.status.state);
      alive.add(clock.steadyNow() - reflector.aliveAtSteadyMilliseconds! < 20_000);
      return looks() === 2;
    }, 4000);
    expect(clock.steadyNow() - from).toBeGreaterThanOrEqual(9.9 * 60_000);
    const before = questions();
    await until(() => questions() > before);
    expect([[...states], [...alive], failures]).toEqual([['watching'], [true], []]);
  });

  test('once it is granted it is watched, and not asked for any more', async () => {
    start();
    await until(() => reflector.status.state === 'watching');
    api.on('stream', path, stream([namespace('y')], '10', [bookmark('11')]));
    await until(() => told.includes('replace y'), 4000);
    const before = questions();
    await clock.advance(60_000);
    expect([questions(), reflector.status.state]).toEqual([before, 'watching']);
  });

  test('a failure of the question is told', async () => {
    api.on('list', ownPath, forbidden);
    start();
    await until(() => failures.length > 0);
    expect(failures[0]).toMatchObject({ starting: true, error: { code: 'FORBIDDEN' } });
    expect(failures[0]?.error.message).toMatch(/may not get namespaces .* in namespace cache/);
    expect(reflector.status.state).toBe('failing');
  });
});

test('when the permission is taken away and the question fails too, what was known to be alive stays known', async () => {
  api
    .on('stream', path, stream([namespace('x')], '10', [bookmark('11'), errorEvent(410)]), forbidden)
    .on('list', path, forbidden)
    .on('list', ownPath, status(503));
  start();
  await until(() => failures.some(({ error: { code } }) => code === 'SERVER_ERROR'));
  expect([reflector.status.state, told]).toEqual(['failing', ['replace x', 'cache is asked for: FORBIDDEN']]);
  expect(reflector.aliveAtSteadyMilliseconds).toBeDefined();
});

test('when the permission is taken away it is asked for from then on', async () => {
  api
    .on('stream', path, stream([namespace('x')], '10', [bookmark('11'), errorEvent(410)]), forbidden)
    .on('list', path, forbidden)
    .on('list', ownPath, json(namespace('y')));
  start();
  await until(() => told.length === 3);
  expect(told).toEqual(['replace x', 'cache is asked for: FORBIDDEN', 'replace y']);
});
