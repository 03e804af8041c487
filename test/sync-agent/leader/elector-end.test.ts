/** How leading ends when that is wanted, and what becomes of what was led. */
import { beforeEach, describe, expect, test } from 'vitest';
import { Elector } from '../../../sync-agent/leader/elector.ts';
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
    expect(a.elector.term).toBe(2);
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

  const runWith = (lead: (signal: AbortSignal) => Promise<void>) => {
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
      ended: elector.run(lead, stop.signal).then(
        () => 'resolved',
        (error: unknown) => error,
      ),
    };
  };

  test('may be done by itself: the Lease is given back', async () => {
    const { ended } = runWith(async () => {});
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
      (signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
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
    expect(a.elector.term).toBe(0);
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
