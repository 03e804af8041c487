/** What one agent does to lead, request by request, and what it says. */
import { beforeEach, describe, expect, test } from 'vitest';
import { Elector } from '../../../sync-agent/leader/elector.ts';
import { Candidate, times } from './candidates.ts';
import { type Fate, LeaseServer, Machine, promptly, SimulatedApi, World } from './simulated-world.ts';

const lost: Fate = { requestMilliseconds: undefined, answerMilliseconds: undefined };
const answerLost: Fate = { requestMilliseconds: 5, answerMilliseconds: undefined };

let world: World;
let server: LeaseServer;

beforeEach(() => {
  world = new World();
  server = new LeaseServer();
});

const candidate = (identity: string) => new Candidate(world, server, { identity });

/** One that leads since just now. */
async function leader(identity = 'a'): Promise<Candidate> {
  const one = candidate(identity).start();
  await world.runUntil(world.now + 20);
  expect(one.isLeading).toBe(true);
  return one;
}

const run = (milliseconds: number) => world.runUntil(world.now + milliseconds);

describe('taking the Lease', () => {
  test('makes it where there is none', async () => {
    const a = await leader();
    expect(server.asked).toEqual(['GET', 'POST']);
    expect(server.lease).toMatchObject({
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { namespace: 'dns', name: 'kube-doh' },
      spec: { holderIdentity: 'a', leaseDurationSeconds: 15, leaseTransitions: 0 },
    });
    expect(a.isActive).toBe(true);
    expect([a.terms, a.elector.holder]).toEqual([1, 'a']);
    expect(a.log.lines).toEqual(['leads: holds the Lease dns/kube-doh']);
    expect(a.events).toEqual([{ kind: 'leading', isLeading: true }]);
  });

  test('of several that begin at once, one leads and the others say so', async () => {
    const all = ['a', 'b', 'c'].map((identity) => candidate(identity).start());
    await run(5000);
    expect(all.map(({ isLeading }) => isLeading)).toEqual([true, false, false]);
    expect(all[1]!.log.lines).toEqual(['stands by: a leads']);
    expect(all[1]!.events).toEqual([]);
    expect(server.spec).toMatchObject({ leaseTransitions: 0 });
  });

  test('waits for as long as another may be alive, by its own clock', async () => {
    const a = await leader();
    const b = candidate('b').start();
    await run(5000);
    a.machine.die();
    b.machine.wallOffset += 1e9;
    await run(10_000);
    expect(b.isLeading).toBe(false);
    await run(10_000);
    expect(b.isLeading).toBe(true);
    expect(server.spec).toMatchObject({ holderIdentity: 'b', leaseTransitions: 1 });
  });

  test('a deleted Lease does not let another in while its holder may lead', async () => {
    const a = await leader();
    const b = candidate('b').start();
    await run(3000);
    a.api.fate = () => lost;
    server.edit(() => undefined);
    await run(6000);
    expect([a.isLeading, b.isLeading]).toEqual([true, false]);
    await run(12_000);
    expect([a.isLeading, b.isLeading]).toEqual([false, true]);
    expect(server.spec).toMatchObject({ leaseTransitions: 1 });
  });

  test('that is not allowed is told once, with what to allow, and tried again', async () => {
    const a = candidate('a');
    a.api.fate = () => ({ ...promptly, httpStatus: 403, isUnheard: true });
    a.start();
    await run(20_000);
    expect(a.log.entries).toEqual([
      {
        level: 'error',
        message:
          'the Lease dns/kube-doh: the user may not get leases (API group "coordination.k8s.io") in namespace dns: ' +
          'grant the verbs "get", "create" and "update" on "leases" with a Role and a RoleBinding there; it is tried again',
        facts: { lease: 'dns/kube-doh', identity: 'a', code: 'FORBIDDEN' },
      },
    ]);
    a.api.fate = () => promptly;
    await run(3000);
    expect(a.isLeading).toBe(true);
    expect(a.log.lines.slice(1)).toEqual([
      'the Lease dns/kube-doh can be used again',
      'leads: holds the Lease dns/kube-doh',
    ]);
  });

  test('whose answer was lost is found out, and goes on', async () => {
    const a = candidate('a');
    const fates = [promptly, answerLost];
    a.api.fate = () => fates.shift() ?? promptly;
    a.start();
    await run(4000);
    expect(a.isLeading).toBe(false);
    await run(4000);
    expect(a.isLeading).toBe(true);
    expect(server.spec).toMatchObject({ leaseTransitions: 0 });
  });
});

describe('while it leads', () => {
  test('there is one request each retry period, and nothing is said', async () => {
    const a = await leader();
    server.asked.length = 0;
    await run(60_000);
    expect(new Set(server.asked)).toEqual(new Set(['PUT']));
    expect(server.asked.length).toBe(29);
    expect(a.log.lines).toHaveLength(1);
  });

  test('what is stored says so to others', async () => {
    await leader();
    const { acquireTime, renewTime } = server.spec!;
    await run(5000);
    expect(server.spec).toMatchObject({ acquireTime, leaseTransitions: 0 });
    expect(Date.parse(server.spec!['renewTime'] as string)).toBeGreaterThan(Date.parse(renewTime as string));
    expect(server.spec!['renewTime']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  });

  test('a label on the Lease costs a look, and stays', async () => {
    const a = await leader();
    server.edit((lease) => ({ ...lease, metadata: { ...(lease['metadata'] as object), labels: { a: 'b' } } }));
    server.asked.length = 0;
    await run(2500);
    expect(server.asked).toEqual(['PUT', 'GET', 'PUT']);
    expect(server.lease).toMatchObject({ metadata: { labels: { a: 'b' } } });
    expect(a.log.lines).toHaveLength(1);
    expect(a.isLeading).toBe(true);
  });

  test('a deleted Lease is made again, in the same term', async () => {
    const a = await leader();
    server.edit(() => undefined);
    await run(2500);
    expect(server.spec).toMatchObject({ holderIdentity: 'a' });
    await run(15_000);
    expect(a.terms).toBe(1);
    expect(a.isLeading).toBe(true);
  });

  test('a Lease that somebody empties is filled again, in the same term', async () => {
    const a = await leader();
    server.edit((lease) => ({ ...lease, spec: {} }));
    await run(15_000);
    expect(a.terms).toBe(1);
    expect(a.isLeading).toBe(true);
    expect(server.spec).toMatchObject({ holderIdentity: 'a', leaseDurationSeconds: 15 });
  });

  test('a Lease that somebody else is written into ends it at once', async () => {
    const a = await leader();
    server.edit((lease) => ({ ...lease, spec: { ...(lease['spec'] as object), holderIdentity: 'z' } }));
    await run(2500);
    expect(a.isLeading).toBe(false);
    expect(a.leadSignal?.aborted).toBe(true);
    expect(a.log.lines.slice(1)).toEqual(['leads no more: z holds the Lease', 'stands by: z leads']);
    expect(a.events.at(-1)).toEqual({ kind: 'leading', isLeading: false });
    await run(20_000);
    expect(a.terms).toBe(2);
  });
});

describe('a Lease that cannot be renewed', () => {
  test.for([
    ['requests hang', () => lost],
    ['answers are lost', () => answerLost],
    ['the server fails', () => ({ ...promptly, httpStatus: 500, isUnheard: true })],
  ] as const)('because %s ends it at the deadline, and not before', async ([, fate]) => {
    const a = await leader();
    const renewedAt = world.now;
    a.api.fate = fate;
    await world.runUntil(renewedAt + times.renewDeadlineMilliseconds - 30);
    expect([a.isLeading, a.leadSignal?.aborted]).toEqual([true, false]);
    await world.runUntil(renewedAt + times.renewDeadlineMilliseconds);
    expect([a.isLeading, a.leadSignal?.aborted]).toEqual([false, true]);
    const last = a.log.entries.findLast(({ message }) => message.startsWith('leads no more'));
    expect(last).toMatchObject({
      level: 'warn',
      message: expect.stringMatching(/^leads no more: the Lease was not renewed in time \(.+\)$/),
    });
    a.api.fate = () => promptly;
    await run(10_000);
    expect(a.terms).toBe(2);
    expect(a.isLeading).toBe(true);
  });

  test('once, is renewed with the next', async () => {
    const a = await leader();
    const fates: Fate[] = [lost];
    a.api.fate = () => fates.shift() ?? promptly;
    await run(60_000);
    expect(a.terms).toBe(1);
    expect(a.log.lines.slice(1)).toEqual([
      'the Lease dns/kube-doh: no answer in time; it is tried again',
      'the Lease dns/kube-doh can be used again',
    ]);
  });
});

describe('a process that stood still', () => {
  test('knows by the clock that it leads no more, before any timer tells', async () => {
    const a = await leader();
    a.machine.standStill();
    await run(30_000);
    expect(a.isLeading).toBe(false);
    expect(a.leadSignal?.aborted).toBe(false);
    a.machine.goOn(() => 0);
    await run(0);
    expect(a.leadSignal?.aborted).toBe(true);
    await run(5000);
    expect(a.terms).toBe(2);
  });

  test('while its renewal was answered does not go on from there', async () => {
    const a = await leader();
    a.api.fate = () => {
      a.machine.standStill();
      return promptly;
    };
    await run(2100);
    expect(server.asked.at(-1)).toBe('PUT');
    await run(30_000);
    a.api.fate = () => promptly;
    // The answer comes first.
    a.machine.goOn(() => 0);
    await run(0);
    expect(a.isLeading).toBe(false);
    expect(a.leadSignal?.aborted).toBe(true);
  });
});

test('settings that cannot work are refused', () => {
  const machine = new Machine(world);
  const make = () =>
    new Elector({
      api: new SimulatedApi(world, machine, server),
      clock: machine.clock,
      random: () => 0,
      log: { info: () => {}, warn: () => {}, error: () => {} },
      tell: () => {},
      lease: { namespace: 'dns', name: 'kube-doh', identity: 'a', ...times, durationMilliseconds: 5000 },
    });
  expect(make).toThrow(new RangeError('the duration of the Lease must be more than its renew deadline'));
});
