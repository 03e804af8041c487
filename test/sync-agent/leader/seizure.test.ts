/** The Lease is taken from a leader, who stops, and from standbys, who wait; it can be given back. */
import { beforeEach, expect, test } from 'vitest';
import type { LeaseSettings } from '../../../sync-agent/leader/election.ts';
import { type SeizedLease, seizeLease } from '../../../sync-agent/leader/seizure.ts';
import { RecordingLog } from '../recording-log.ts';
import { Candidate, times } from './candidates.ts';
import { type Fate, LeaseServer, Machine, promptly, SimulatedApi, World } from './simulated-world.ts';

const keptMilliseconds = 120_000;
const lost: Fate = { requestMilliseconds: undefined, answerMilliseconds: undefined };

let world: World;
let server: LeaseServer;
beforeEach(() => {
  world = new World();
  server = new LeaseServer();
});

const run = (milliseconds: number) => world.runUntil(world.now + milliseconds);

interface Seizing {
  readonly log: RecordingLog;
  readonly api: SimulatedApi;
  seized: SeizedLease | undefined;
  error: unknown;
}

function seize(own: Partial<LeaseSettings> = {}): Seizing {
  const machine = new Machine(world);
  const api = new SimulatedApi(world, machine, server);
  const seizing: Seizing = { log: new RecordingLog(), api, seized: undefined, error: undefined };
  const lease = { namespace: 'dns', name: 'kube-doh', identity: 'last', ...times, ...own };
  const options = { api, clock: machine.clock, lease, keptMilliseconds, log: seizing.log };
  seizeLease(options, new AbortController().signal).then(
    (seized) => (seizing.seized = seized),
    (error: unknown) => (seizing.error = error),
  );
  return seizing;
}

async function leaderAndStandby(): Promise<readonly [Candidate, Candidate]> {
  const a = new Candidate(world, server, { identity: 'a' }).start();
  await run(20);
  const b = new Candidate(world, server, { identity: 'b' }).start();
  await run(3000);
  expect([a.isLeading, b.isLeading]).toEqual([true, false]);
  return [a, b];
}

test('a leader stops before it is done, and nobody leads for as long as it keeps it', async () => {
  const [a, b] = await leaderAndStandby();
  const seizing = seize();
  await run(3000);
  expect([a.isLeading, a.isActive, b.isLeading, seizing.seized]).toEqual([false, false, false, undefined]);
  await run(8000);
  expect(seizing.seized).toBeDefined();
  expect(server.spec).toMatchObject({ holderIdentity: 'last', leaseDurationSeconds: 130 });
  expect(seizing.log.lines).toEqual(['took the Lease dns/kube-doh from a, which has stopped in 10 s at the latest']);
  await run(keptMilliseconds - 2000);
  expect([a.isLeading, b.isLeading]).toEqual([false, false]);
  await run(20_000);
  expect([a.isLeading, b.isLeading].filter(Boolean)).toHaveLength(1);
});

test('however long it takes until a leader has stopped, it is kept for as long after that', async () => {
  const slow = { durationMilliseconds: 110_000, renewDeadlineMilliseconds: 100_000 };
  const [a, b] = await leaderAndStandby();
  const seizing = seize(slow);
  await run(101_000);
  expect(seizing.seized).toBeDefined();
  await run(keptMilliseconds - 2000);
  expect([a.isLeading, b.isLeading]).toEqual([false, false]);
});

test('one that hears nothing of it has stopped as well', async () => {
  const [a] = await leaderAndStandby();
  a.api.fate = () => lost;
  const seizing = seize();
  await run(9000);
  expect(seizing.seized).toBeUndefined();
  await run(1500);
  expect([seizing.seized !== undefined, a.isLeading]).toEqual([true, false]);
});

test('a leader that renews in between is no hindrance', async () => {
  await leaderAndStandby();
  const seizing = seize();
  let isFirst = true;
  seizing.api.fate = () => {
    if (server.asked.at(-1) === 'GET' && isFirst) {
      isFirst = false;
      server.edit((lease) => lease);
    }
    return promptly;
  };
  await run(12_000);
  expect([isFirst, seizing.seized !== undefined]).toEqual([false, true]);
});

test.each([
  ['that nobody holds', { metadata: { namespace: 'dns', name: 'kube-doh', labels: { from: 'a chart' } } }],
  ['that is not there', undefined],
] as const)('a Lease %s is taken at once', async (_, lease) => {
  if (lease !== undefined) {
    const object = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', ...lease };
    server.answer('POST', '/apis/coordination.k8s.io/v1/namespaces/dns/leases', object);
  }
  const seizing = seize();
  await run(100);
  expect(seizing.seized).toBeDefined();
  expect(seizing.log.lines).toEqual(['took the Lease dns/kube-doh, which nobody held']);
  expect(server.lease?.['metadata']).toMatchObject(lease?.metadata ?? {});
});

test('given back, it is led again', async () => {
  const [a, b] = await leaderAndStandby();
  const seizing = seize();
  await run(11_000);
  void seizing.seized!.giveBack();
  await run(4000);
  expect([a.isLeading, b.isLeading].filter(Boolean)).toHaveLength(1);
});

test('what the API server refuses is told', async () => {
  const seizing = seize();
  seizing.api.fate = () => ({ ...promptly, httpStatus: 403, isUnheard: true });
  await run(100);
  expect(seizing.error).toMatchObject({ code: 'FORBIDDEN' });
});
