import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { KubeConnection } from '../../../sync-agent/kube/connection.ts';
import { NamespaceProbe } from '../../../sync-agent/kube/namespace-probe.ts';
import type { Failure } from '../../../sync-agent/kube/reflector.ts';
import { namespaceNamed } from '../../../sync-agent/kube/resource.ts';
import { SteppedClock } from '../publish/stepped-clock.ts';
import { ConfigurationFolder } from './kubeconfig-file.ts';
import { json, ScriptedApiServer, type Step, silence, status } from './scripted-api-server.ts';

const path = '/api/v1/namespaces/cache';
const found = (annotation?: string): Step =>
  json({ kind: 'Namespace', metadata: { name: 'cache', resourceVersion: '1', annotations: { annotation } } });
const missing = status(404, { message: 'namespaces "cache" not found' });

let api: ScriptedApiServer;
let folder: ConfigurationFolder;
let connection: KubeConnection;
let clock: SteppedClock;
let stop: AbortController;
let calls: string[];
let failures: Failure[];
let wellCount: number;
let end: Promise<void>;

beforeEach(async () => {
  api = await new ScriptedApiServer().listen();
  folder = new ConfigurationFolder();
  connection = new KubeConnection({ type: 'file', path: folder.kubeconfig({ server: api.url }), context: undefined });
  clock = new SteppedClock();
  stop = new AbortController();
  calls = [];
  failures = [];
  wellCount = 0;
});
afterEach(async () => {
  stop.abort();
  await end;
  connection.close();
  await api.close();
  folder.remove();
});

function start(...steps: Step[]): NamespaceProbe<string> {
  api.on('list', path, ...steps);
  const probe = new NamespaceProbe<string>({
    api: connection,
    resource: namespaceNamed('cache'),
    read: (object) =>
      String((object as { metadata: { annotations: { annotation?: string } } }).metadata.annotations.annotation),
    sink: {
      replace: (items) => calls.push(`replace ${items.join(' ')}`.trim()),
      upsert: (item) => calls.push(`upsert ${item}`),
      remove: (item) => calls.push(`remove ${item}`),
    },
    onError: (failure) => failures.push(failure),
    onWell: () => {
      wellCount += 1;
    },
    clock,
    random: () => 0.5,
  });
  end = probe.run(stop.signal);
  return probe;
}

/** Waits for the answer of the question that is open, and goes on to the next one. */
async function next(answerCount: number): Promise<void> {
  await expect.poll(() => wellCount + failures.length, { interval: 1 }).toBe(answerCount);
  await clock.advance(5000);
}

describe('what it sees', () => {
  test.for([
    ['is there, and stays', [found(), found()], ['replace undefined', 'upsert undefined']],
    ['is not there, and comes', [missing, found()], ['replace', 'upsert undefined']],
    ['is there, and goes', [found('x'), missing], ['replace x', 'remove x']],
    ['changes', [found('x'), found('y'), missing], ['replace x', 'upsert y', 'remove y']],
    ['is not there, and stays away', [missing, missing, missing, found()], ['replace', 'upsert undefined']],
  ] as const)('%s', async ([, steps, expected]) => {
    const probe = start(...steps);
    for (const i of steps.keys()) await next(i + 1);
    expect(calls.slice(0, expected.length)).toEqual(expected);
    expect(probe.status.state).toBe('watching');
    expect(failures).toEqual([]);
  });

  test('is asked every five seconds, with nothing but its name', async () => {
    start(found());
    await next(1);
    await next(2);
    await expect.poll(() => api.exchanges).toHaveLength(3);
    expect(api.exchanges.map((exchange) => `${exchange.path}?${exchange.query}`)).toEqual([
      `${path}?`,
      `${path}?`,
      `${path}?`,
    ]);
    await clock.advance(4999);
    expect(api.exchanges).toHaveLength(3);
  });
});

test('it is alive up to the last question that was answered', async () => {
  const probe = start(found(), missing, status(503), found());
  expect([probe.aliveAtSteadyMilliseconds, probe.status.state]).toEqual([undefined, 'starting']);
  const startedAt = clock.now();
  await expect.poll(() => wellCount).toBe(1);
  expect(probe.aliveAtSteadyMilliseconds).toBe(startedAt);
  await clock.advance(5000);
  await expect.poll(() => wellCount).toBe(2);
  expect(probe.aliveAtSteadyMilliseconds).toBe(startedAt + 5000);
  await clock.advance(5000);
  await expect.poll(() => failures).toHaveLength(1);
  expect([probe.aliveAtSteadyMilliseconds, probe.status.state]).toEqual([startedAt + 5000, 'failing']);
  await clock.advance(800);
  await expect.poll(() => wellCount).toBe(3);
  expect(probe.aliveAtSteadyMilliseconds).toBeGreaterThan(startedAt + 10_000);
});

describe('a failure', () => {
  test.for([
    [
      403,
      'FORBIDDEN',
      'may not get namespaces (API group "") in namespace cache: grant the verb "get" on "namespaces" with a Role',
    ],
    [401, 'UNAUTHORIZED', 'does not accept the credentials'],
    [503, 'SERVER_ERROR', 'failed to get namespaces'],
    [429, 'TOO_MANY_REQUESTS', 'asks for patience'],
  ] as const)('%i leaves what is known, and is told', async ([code, kubeCode, message]) => {
    start(found('x'), status(code), missing);
    await next(1);
    await next(2);
    expect(failures[0]).toMatchObject({ starting: false, error: { code: kubeCode }, resource: { namespace: 'cache' } });
    expect(failures[0]?.error.message).toContain(message);
    await expect.poll(() => calls).toEqual(['replace x', 'remove x']);
  });

  test('before the first answer is one of the start, and leaves nothing known', async () => {
    const probe = start(status(403));
    await expect.poll(() => failures).toHaveLength(1);
    expect(failures[0]?.starting).toBe(true);
    expect([probe.aliveAtSteadyMilliseconds, calls]).toEqual([undefined, []]);
  });

  test.for([
    ['another kind', { kind: 'Service', metadata: { name: 'cache' } }],
    ['another name', { kind: 'Namespace', metadata: { name: 'other' } }],
    ['no object', 'null'],
  ] as const)('is %s instead', async ([, body]) => {
    start(json(body));
    await expect.poll(() => failures.map(({ error }) => error.code)).toEqual(['BAD_RESPONSE']);
    expect(calls).toEqual([]);
  });
});

test('it ends with the signal, also while the server is silent', async () => {
  start(silence);
  await expect.poll(() => api.exchanges).toHaveLength(1);
  stop.abort();
  await end;
  expect([failures, clock.sleeping]).toEqual([[], 0]);
});
