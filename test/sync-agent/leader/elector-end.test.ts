/** How leading ends when that is wanted, and what becomes of what was led. */
import { beforeEach, describe, expect, test } from 'vitest';
import { Elector } from '../../../sync-agent/leader/elector.ts';
import type { Lead } from '../../../sync-agent/leader/leadership.ts';
import { Candidate, times } from './candidates.ts';
import { type Fate, LeaseServer, Machine, promptly, SimulatedApi, World } from './simulated-world.ts';

const lost: Fate = { requestMilliseconds: undefined, answerMilliseconds: undefined };

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

describe('what it leads', () => {
  test('settles before it stands by again', async () => {
    const a = new Candidate(world, server, { identity: 'a', settlingMilliseconds: () => 60_000 }).start();
    await run(20);
    a.api.fate = () => lost;
    await run(12_000);
    a.api.fate = () => promptly;
    server.asked.length = 0;
    await run(50_000);
    expect(server.asked).toEqual([]);
    await run(15_000);
    expect(a.terms).toBe(2);
    expect(a.wasCalledTwice).toBe(false);
  });

  test('settles before the Lease is given back', async () => {
    const a = new Candidate(world, server, { identity: 'a', settlingMilliseconds: () => 3000 }).start();
    await run(20);
    a.stop();
    await run(2900);
    expect(a.leadSignal?.aborted).toBe(true);
    expect(server.spec).toMatchObject({ holderIdentity: 'a' });
    await run(200);
    expect(server.spec).toMatchObject({ holderIdentity: '', leaseDurationSeconds: 1 });
    expect(a.isEnded).toBe(true);
  });

  test('settles before a failure that nobody foresaw is told', async () => {
    const a = new Candidate(world, server, { identity: 'a', settlingMilliseconds: () => 3000 }).start();
    await run(20);
    a.api.fate = () => {
      a.api.fate = () => promptly;
      throw new TypeError('unforeseen');
    };
    await run(4900);
    expect(a.leadSignal?.aborted).toBe(true);
    expect(server.spec).toMatchObject({ holderIdentity: 'a' });
    expect(a.isEnded).toBe(false);
    await run(200);
    expect(server.spec).toMatchObject({ holderIdentity: '' });
    expect(a.error).toEqual(new TypeError('unforeseen'));
  });

  const runWith = (lead: Lead) => {
    const machine = new Machine(world);
    const elector = new Elector({
      api: new SimulatedApi(world, machine, server),
      clock: machine.clock,
      random: () => 0,
      log: { info: () => {}, warn: () => {}, error: () => {} },
      tell: () => {},
      lease: { namespace: 'dns', name: 'kube-doh', identity: 'a', ...times },
    });
    const stop = new AbortController();
    return {
      stop,
      ended: elector
        .run(lead, stop.signal, () => true)
        .then(
          () => 'resolved',
          (error: unknown) => error,
        ),
    };
  };

  test('may be done by itself: the Lease is given back', async () => {
    const { ended } = runWith(async () => 'done');
    await run(100);
    expect(await ended).toBe('resolved');
    expect(server.spec).toMatchObject({ holderIdentity: '' });
  });

  test('may fail: so does the run, when the Lease is given back', async () => {
    const { ended } = runWith(() => Promise.reject(new Error('disk full')));
    await run(100);
    expect(await ended).toEqual(new Error('disk full'));
    expect(server.spec).toMatchObject({ holderIdentity: '' });
  });

  test('may end with the reason of its signal', async () => {
    const { ended, stop } = runWith(
      (signal) => new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    );
    await run(100);
    stop.abort();
    await run(100);
    expect(await ended).toBe('resolved');
  });
});

describe('told to end', () => {
  test('gives the Lease back, and says so', async () => {
    const a = await leader();
    a.stop();
    await run(100);
    expect(a.isLeading).toBe(false);
    expect(server.spec).toMatchObject({ holderIdentity: '', leaseDurationSeconds: 1, leaseTransitions: 0 });
    expect(a.log.lines.slice(1)).toEqual(['leads no more: it was told to end', 'gave back the Lease dns/kube-doh']);
    expect(a.events.at(-1)).toEqual({ kind: 'leading', isLeading: false });
  });

  test('gives it back although somebody has labelled it', async () => {
    const a = await leader();
    server.edit((lease) => ({ ...lease, metadata: { ...(lease['metadata'] as object), labels: { a: 'b' } } }));
    a.stop();
    await run(100);
    expect(server.spec).toMatchObject({ holderIdentity: '' });
  });

  test('leaves it to whom it belongs by now', async () => {
    const a = await leader();
    server.edit((lease) => ({ ...lease, spec: { ...(lease['spec'] as object), holderIdentity: 'z' } }));
    a.stop();
    await run(100);
    expect(server.spec).toMatchObject({ holderIdentity: 'z' });
    expect(a.isEnded).toBe(true);
  });

  test('while it stands by asks for nothing more', async () => {
    await leader();
    const b = candidate('b').start();
    await run(1000);
    server.asked.length = 0;
    b.stop();
    await run(900);
    expect(b.isEnded).toBe(true);
    expect(server.asked).not.toContain('GET');
    expect(server.spec).toMatchObject({ holderIdentity: 'a' });
  });

  test('while it takes the Lease, gives it back', async () => {
    const a = candidate('a').start();
    await run(12);
    a.stop();
    await run(100);
    expect(a.isEnded).toBe(true);
    expect(a.terms).toBe(0);
    expect(server.asked).toContain('POST');
    expect(server.spec).toMatchObject({ holderIdentity: '' });
  });

  test('and cut off, ends all the same after five seconds', async () => {
    const a = await leader();
    a.api.fate = () => lost;
    a.stop();
    await run(4900);
    expect(a.isEnded).toBe(false);
    await run(200);
    expect(a.isEnded).toBe(true);
    expect(a.log.entries.at(-1)).toMatchObject({
      level: 'warn',
      message: 'could not give back the Lease dns/kube-doh, others wait until it ends: no answer in time',
    });
  });
});

describe('given up', () => {
  test('the Lease goes to another at once', async () => {
    const a = await leader();
    const b = candidate('b').start();
    await run(3000);
    a.giveUp();
    await run(3000);
    expect([a.isLeading, b.isLeading, a.leadSignal?.aborted]).toEqual([false, true, true]);
    expect(a.log.lines.slice(1)).toEqual(['gave back the Lease dns/kube-doh']);
    expect(a.events.at(-1)).toEqual({ kind: 'leading', isLeading: false });
    await run(60_000);
    expect([a.terms, b.terms]).toEqual([1, 1]);
  });

  test('with nobody to take it, it is taken again after its duration', async () => {
    const a = await leader();
    a.giveUp();
    await run(14_900);
    expect([a.isLeading, server.spec]).toMatchObject([false, { holderIdentity: '' }]);
    await run(200);
    expect([a.isLeading, a.terms]).toEqual([true, 2]);
  });

  test('and told to end meanwhile, it ends', async () => {
    const a = await leader();
    a.giveUp();
    await run(1000);
    a.stop();
    await run(10);
    expect(a.isEnded).toBe(true);
  });
});

describe('one that does not wait for a Lease that is held', () => {
  const impatient = () => new Candidate(world, server, { identity: 'b', givesUpWhenHeld: true }).start();

  test('ends when its holder has renewed it for its duration, with who that is', async () => {
    await leader();
    const b = impatient();
    await run(14_000);
    expect([b.isEnded, b.error]).toEqual([false, undefined]);
    await run(5000);
    expect(b.error).toMatchObject({
      code: 'LEASE_HELD',
      message:
        'a holds the Lease dns/kube-doh and goes on renewing it: it publishes this cluster already; stop it first if this agent is to publish',
    });
    expect(server.spec).toMatchObject({ holderIdentity: 'a' });
  });

  test('takes over from one that died, and from one that gives it back', async () => {
    const a = await leader();
    const b = impatient();
    await run(1000);
    a.machine.die();
    await run(18_000);
    expect([b.isLeading, b.error]).toEqual([true, undefined]);
    const c = new Candidate(world, server, { identity: 'c', givesUpWhenHeld: true }).start();
    await run(10_000);
    b.stop();
    await run(3000);
    expect([c.isLeading, c.error]).toEqual([true, undefined]);
  });
});

describe('a leader is seen', () => {
  test('by itself and by others while it renews, and not after', async () => {
    const a = await leader();
    const b = candidate('b').start();
    await run(60_000);
    const seenAt = () => [a, b].map(({ elector }) => world.now - elector.leaderSeenAt!);
    for (const milliseconds of seenAt()) expect(milliseconds).toBeLessThan(times.retryMilliseconds * 2.2);
    for (const { api } of [a, b]) api.fate = () => ({ ...promptly, httpStatus: 403, isUnheard: true });
    await run(60_000);
    for (const milliseconds of seenAt()) expect(milliseconds).toBeGreaterThanOrEqual(60_000);
  });

  test('not in a Lease that nobody holds, or whose holder is silent', async () => {
    const a = candidate('a');
    a.api.fate = () => ({ ...promptly, httpStatus: 403, isUnheard: true });
    a.start();
    await run(60_000);
    expect(a.elector.leaderSeenAt).toBeUndefined();
    a.api.fate = () => promptly;
    server.answer('POST', '/apis/coordination.k8s.io/v1/namespaces/dns/leases', {
      kind: 'Lease',
      metadata: { namespace: 'dns', name: 'kube-doh' },
      spec: { holderIdentity: 'z', leaseDurationSeconds: 600 },
    });
    await run(3000);
    const seenAt = a.elector.leaderSeenAt!;
    await run(60_000);
    expect([a.isLeading, a.elector.leaderSeenAt]).toEqual([false, seenAt]);
  });
});

test('it leads until its deadline, which each renewal puts off', async () => {
  const a = await leader();
  const left = () => a.elector.leadsUntil - a.machine.clock.steadyNow();
  expect(left()).toBeGreaterThan(9900);
  await run(3000);
  expect(left()).toBeGreaterThan(8900);
  a.api.fate = () => lost;
  await run(5000);
  expect(left()).toBeLessThan(5000);
});

describe('one that is not fit to lead', () => {
  test('leaves the Lease to others, and sees who leads', async () => {
    const a = await leader();
    const b = candidate('b');
    b.isFit = false;
    b.start();
    await run(3000);
    a.machine.die();
    server.asked.length = 0;
    await run(60_000);
    expect([b.isLeading, b.elector.holder, new Set(server.asked)]).toEqual([false, 'a', new Set(['GET'])]);
    expect(world.now - b.elector.leaderSeenAt!).toBeGreaterThan(58_000);
    b.isFit = true;
    await run(3000);
    expect(b.isLeading).toBe(true);
  });

  test('goes on when it leads', async () => {
    const a = await leader();
    a.isFit = false;
    await run(60_000);
    expect([a.isLeading, a.terms]).toEqual([true, 1]);
  });
});
