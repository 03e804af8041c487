import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { KubeConnection } from '../../../sync-agent/kube/connection.ts';
import { OptionalReflector } from '../../../sync-agent/kube/optional-reflector.ts';
import type { Failure } from '../../../sync-agent/kube/reflector.ts';
import { serviceImports } from '../../../sync-agent/kube/resource.ts';
import { wholeCluster } from '../../../sync-agent/kube/scope.ts';
import { SteppedClock } from '../publish/stepped-clock.ts';
import { ConfigurationFolder } from './kubeconfig-file.ts';
import { event, object, page, ScriptedApiServer, type Step, status, watch } from './scripted-api-server.ts';

const path = '/apis/multicluster.x-k8s.io/v1alpha1/serviceimports';
const missing: Step = (response) =>
  response.writeHead(404, { 'Content-Type': 'text/plain' }).end('404 page not found\n');
const list = (...names: string[]): Step =>
  page(
    'ServiceImport',
    names.map((name) => object(name)),
    '10',
  );

let api: ScriptedApiServer;
let folder: ConfigurationFolder;
let connection: KubeConnection;
let clock: SteppedClock;
let stop: AbortController;
let told: string[];
/** By the steady clock, at the moment when it was told. */
let absentAt: number | undefined;
let failures: Failure[];
let reflector: OptionalReflector<string>;
let end: Promise<void>;

beforeEach(async () => {
  api = await new ScriptedApiServer().listen();
  folder = new ConfigurationFolder();
  connection = new KubeConnection({ type: 'file', path: folder.kubeconfig({ server: api.url }), context: undefined });
  clock = new SteppedClock();
  stop = new AbortController();
  told = [];
  absentAt = undefined;
  failures = [];
  reflector = new OptionalReflector<string>({
    api: connection,
    resource: serviceImports(undefined, wholeCluster),
    read: (read) => (read as { metadata: { name: string } }).metadata.name,
    sink: {
      replace: (names) => told.push(`replace ${names.join(' ')}`.trim()),
      upsert: (name) => told.push(`upsert ${name}`),
      remove: (name) => told.push(`remove ${name}`),
    },
    onAbsent: ({ kind }) => {
      told.push(`${kind} absent`);
      absentAt = clock.steadyNow();
    },
    onPresent: ({ kind }) => told.push(`${kind} present`),
    onError: (failure) => failures.push(failure),
    onWell: () => undefined,
    clock,
    random: () => 0.5,
  });
});
afterEach(async () => {
  stop.abort();
  await end;
  connection.close();
  await api.close();
  folder.remove();
});

function start(): void {
  end = reflector.run(stop.signal);
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

const absent = (): boolean => told.includes('ServiceImport absent');

test('where the resource is there, it is reflected as any other', async () => {
  api.on('list', path, list('a')).on('watch', path, watch([event('ADDED', 'b', '11')]));
  start();
  await until(() => told.length === 2);
  expect(told).toEqual(['replace a', 'upsert b']);
  expect(reflector.status.state).toBe('watching');
  expect(reflector.aliveAtSteadyMilliseconds).toBeDefined();
});

describe('where the resource is missing', () => {
  test('there are no objects; it is told once and looked for every five minutes, and nothing is missed meanwhile', async () => {
    api.on('list', path, missing);
    expect(reflector.aliveAtSteadyMilliseconds).toBeUndefined();
    start();
    await until(absent);
    const foundAt = clock.steadyNow();
    expect(told).toEqual(['ServiceImport absent', 'replace']);
    expect(reflector.status.state).toBe('absent');
    const { length } = api.exchanges;
    await clock.advance(299_000);
    expect(api.exchanges).toHaveLength(length);
    for (const more of [1, 2]) {
      const asked = api.exchanges.length;
      await until(() => api.exchanges.length > asked && clock.sleeping > 0, 5000);
      expect(clock.steadyNow() - foundAt).toBeGreaterThanOrEqual(more * 299_000);
      expect(reflector.aliveAtSteadyMilliseconds).toBe(clock.steadyNow());
    }
    expect(told).toEqual(['ServiceImport absent', 'replace']);
    expect(failures).toEqual([]);
  });

  test('one denial alone is not believed', async () => {
    api.on('list', path, missing, missing, list('a')).on('watch', path, watch([]));
    start();
    await until(() => told.length > 0);
    expect(told).toEqual(['replace a']);
  });

  test('its objects are there when it comes', async () => {
    api
      .on('list', path, missing, missing, missing, missing, list('a'))
      .on('watch', path, watch([event('ADDED', 'b', '11')]));
    start();
    await until(() => told.includes('upsert b'), 5000);
    expect(told).toEqual(['ServiceImport absent', 'replace', 'ServiceImport present', 'replace a', 'upsert b']);
    expect(reflector.status.state).toBe('watching');
    expect(failures).toEqual([]);
  });

  test('what fails when it is looked for again is told, ends nothing, and holds the time of the last answer', async () => {
    api.on('list', path, missing, missing, missing, status(403));
    start();
    await until(absent);
    await until(() => failures.length > 1, 5000);
    expect(failures[0]).toMatchObject({ starting: false, error: { code: 'FORBIDDEN' } });
    expect([reflector.status.state, reflector.aliveAtSteadyMilliseconds]).toEqual(['failing', absentAt]);
  });
});

test('when the resource vanishes its objects do, and it may come back', async () => {
  api
    .on('list', path, list('a'), missing, list('b'))
    .on('watch', path, watch([event('ADDED', 'c', '11')], 'end'), missing, missing, missing, watch([]));
  start();
  await until(() => told.includes('replace b'), 1000);
  expect(told).toEqual([
    'replace a',
    'upsert c',
    'ServiceImport absent',
    'replace',
    'ServiceImport present',
    'replace b',
  ]);
});

test('a permission that is missing is a failure of the start', async () => {
  api.on('list', path, status(403));
  start();
  await until(() => failures.length > 0);
  expect(failures[0]).toMatchObject({ starting: true, error: { code: 'FORBIDDEN' } });
  expect([told, reflector.aliveAtSteadyMilliseconds]).toEqual([[], undefined]);
});
