/** What holds however many want to lead, whatever happens to them and to what they send. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { retryJitter } from '../../../sync-agent/leader/election.ts';
import { Candidate, times } from './candidates.ts';
import { type Fate, LeaseServer, promptly, World } from './simulated-world.ts';

type Kind =
  | 'dies'
  | 'stands still'
  | 'stands still when it asks'
  | 'is cut off'
  | 'has its clock set'
  | 'is told to end'
  | 'Lease is touched';

interface Disturbance {
  readonly at: number;
  readonly who: number;
  readonly kind: Kind;
  readonly milliseconds: number;
}

interface History {
  readonly candidates: number;
  readonly disturbances: readonly Disturbance[];
  readonly seed: number;
  readonly faulty: number;
}

const chaosMilliseconds = 90_000;
/** A request has its way of 5 ms, there and back; a look and a write, twice. */
const requestsMilliseconds = 50;

const disturbance = fc.record({
  at: fc.integer({ min: 0, max: chaosMilliseconds - 1 }),
  who: fc.nat(4),
  kind: fc.constantFrom<Kind>(
    'dies',
    'stands still',
    'stands still when it asks',
    'stands still when it asks',
    'is cut off',
    'is cut off',
    'has its clock set',
    'is told to end',
    'Lease is touched',
  ),
  milliseconds: fc.integer({ min: 1, max: 40_000 }),
});

const history = fc.record({
  candidates: fc.integer({ min: 2, max: 5 }),
  disturbances: fc.array(disturbance, { maxLength: 14 }),
  seed: fc.integer({ min: 1, max: 2 ** 31 - 2 }),
  /** Of 100 requests. */
  faulty: fc.constantFrom(0, 10, 40, 80),
});

/** Park and Miller's. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

function faultyFate(random: () => number): Fate {
  const slow = () => Math.floor(random() * 20_000);
  const kinds: readonly (() => Fate)[] = [
    () => ({ requestMilliseconds: undefined, answerMilliseconds: undefined }),
    () => ({ requestMilliseconds: 5, answerMilliseconds: undefined }),
    () => ({ requestMilliseconds: slow(), answerMilliseconds: slow() }),
    () => ({ requestMilliseconds: slow(), answerMilliseconds: undefined }),
    () => ({ ...promptly, httpStatus: 500, isUnheard: true }),
    () => ({ ...promptly, httpStatus: 500 }),
    () => ({ ...promptly, httpStatus: 429, isUnheard: true }),
  ];
  return kinds[Math.floor(random() * kinds.length)]!();
}

class Run {
  readonly world = new World();
  readonly server = new LeaseServer();
  readonly all: Candidate[];
  readonly #random: () => number;
  #isChaos = true;
  /** Until when. */
  readonly #cutOff = new Map<Candidate, number>();
  /** What happens when it sends its next request. */
  readonly #asking = new Map<Candidate, () => void>();

  constructor({ candidates, disturbances, seed, faulty }: History) {
    this.#random = randomOf(seed);
    this.all = Array.from({ length: candidates }, (_, i) => this.#candidate(i, faulty));
    // The last one survives all, so that there is somebody to lead.
    for (const each of disturbances)
      this.world.at(each.at, () => this.#disturb(each, this.all[each.who % (candidates - 1)]!));
    this.world.onEvent = () => this.#check();
  }

  get leaders(): Candidate[] {
    return this.all.filter(({ isLeading }) => isLeading);
  }

  async chaos(): Promise<void> {
    await this.world.runUntil(chaosMilliseconds);
    this.#isChaos = false;
    for (const { machine } of this.all) machine.goOn(this.#random);
    // What is still on its way has come, and everybody has had the time to find out.
    await this.world.runUntil(chaosMilliseconds + 60_000);
  }

  #candidate(i: number, faulty: number): Candidate {
    const random = this.#random;
    const candidate = new Candidate(this.world, this.server, {
      identity: `agent-${i}`,
      random,
      steadyOffset: Math.floor(random() * 1e9),
      settlingMilliseconds: () => (this.#isChaos ? Math.floor(random() * 3000) : 0),
    });
    candidate.api.fate = () => {
      if (!this.#isChaos) return promptly;
      this.#asking.get(candidate)?.();
      this.#asking.delete(candidate);
      if (this.world.now < (this.#cutOff.get(candidate) ?? 0)) {
        return { requestMilliseconds: undefined, answerMilliseconds: undefined };
      }
      return random() * 100 < faulty ? faultyFate(random) : promptly;
    };
    return candidate.start();
  }

  #disturb({ kind, milliseconds }: Disturbance, candidate: Candidate): void {
    const { machine } = candidate;
    const standStill = (): void => {
      machine.standStill();
      this.world.at(this.world.now + milliseconds, () => machine.goOn(this.#random));
    };
    switch (kind) {
      case 'dies':
        machine.die();
        return;
      case 'stands still':
        standStill();
        return;
      case 'stands still when it asks':
        this.#asking.set(candidate, standStill);
        return;
      case 'is cut off':
        this.#cutOff.set(candidate, this.world.now + milliseconds);
        return;
      case 'has its clock set':
        machine.wallOffset += (this.#random() - 0.5) * 1e9;
        return;
      case 'is told to end':
        candidate.stop();
        return;
      case 'Lease is touched':
        this.server.edit((lease) => ({ ...lease, metadata: { ...(lease['metadata'] as object), labels: { a: 'b' } } }));
        return;
    }
  }

  #check(): void {
    const { leaders } = this;
    if (leaders.length > 1) expect.fail(`at once lead ${leaders.map(({ identity }) => identity).join(' and ')}`);
    for (const { isActive, isLeading, leadSignal, machine, wasCalledTwice, error } of this.all) {
      expect(error).toBeUndefined();
      expect(wasCalledTwice, 'called before it had settled').toBe(false);
      const goesOn = isActive && leadSignal?.aborted === false;
      const isNoticed = isLeading || !goesOn || !machine.isRunning || !this.world.isAllDoneNow;
      expect(isNoticed, 'told that it leads no more').toBe(true);
    }
  }
}

test('never do two lead at once, and after all trouble one does', async () => {
  let terms = 0;
  let losses = 0;
  await fc.assert(
    fc.asyncProperty(history, async (each) => {
      const run = new Run(each);
      await run.chaos();
      expect(run.leaders).toHaveLength(1);
      expect(run.server.spec).toMatchObject({ holderIdentity: run.leaders[0]!.identity });
      for (const { terms: called, log } of run.all) {
        terms += called;
        losses += log.lines.filter((line) => line.startsWith('leads no more: ')).length;
      }
    }),
    { numRuns: 80 },
  );
  // The histories are not all peaceful.
  expect(terms).toBeGreaterThan(160);
  expect(losses).toBeGreaterThan(80);
});

test('when the one that leads dies, another leads within the duration and two retry periods', async () => {
  const bound = times.durationMilliseconds + 2 * times.retryMilliseconds * retryJitter + requestsMilliseconds;
  await fc.assert(
    fc.asyncProperty(history, fc.nat(5000), async (each, dyingAfter) => {
      const run = new Run({ ...each, disturbances: each.disturbances.filter(({ kind }) => !isEnd(kind)) });
      await run.chaos();
      await run.world.runUntil(run.world.now + dyingAfter);
      const [leader] = run.leaders;
      leader!.machine.die();
      const diedAt = run.world.now;
      await run.world.runUntil(
        diedAt + times.renewDeadlineMilliseconds - times.retryMilliseconds - requestsMilliseconds,
      );
      expect(run.leaders[0]).toBe(leader);
      await run.world.runUntil(diedAt + bound);
      expect(run.leaders).toHaveLength(1);
      expect(run.leaders[0]).not.toBe(leader);
    }),
    { numRuns: 25 },
  );
});

test('when the one that leads is told to end, another leads within a retry period', async () => {
  await fc.assert(
    fc.asyncProperty(history, fc.nat(5000), async (each, endingAfter) => {
      const run = new Run({ ...each, disturbances: each.disturbances.filter(({ kind }) => !isEnd(kind)) });
      await run.chaos();
      await run.world.runUntil(run.world.now + endingAfter);
      const [leader] = run.leaders;
      leader!.stop();
      await run.world.runUntil(run.world.now + times.retryMilliseconds * retryJitter + requestsMilliseconds);
      expect(leader!.isEnded).toBe(true);
      expect(run.leaders).toHaveLength(1);
      expect(run.leaders[0]).not.toBe(leader);
    }),
    { numRuns: 25 },
  );
});

test('a Lease that is deleted and filled with nonsense comes into order again', async () => {
  const tampering = fc.record({
    at: fc.integer({ min: 0, max: chaosMilliseconds - 1 }),
    spec: fc.option(
      fc.record(
        {
          holderIdentity: fc.constantFrom('', 'nobody we know', 'agent-0', 7, null),
          leaseDurationSeconds: fc.constantFrom(1, 2 ** 31 - 1, -1, 0.5, 'x', null),
          leaseTransitions: fc.constantFrom(2 ** 31 - 1, -1, 'x', null),
          renewTime: fc.constantFrom('yesterday', '2099-01-01T00:00:00.000000Z', null),
          acquireTime: fc.constantFrom('yesterday', null),
        },
        { requiredKeys: [] },
      ),
      { nil: undefined },
    ),
    isDeletion: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(history, fc.array(tampering, { minLength: 1, maxLength: 5 }), async (each, tamperings) => {
      const run = new Run({ ...each, faulty: 0, disturbances: [] });
      run.world.onEvent = () => {};
      for (const { at, isDeletion, spec } of tamperings) {
        run.world.at(at, () => run.server.edit((lease) => (isDeletion ? undefined : { ...lease, spec })));
      }
      await run.chaos();
      // The longest that a Lease is believed.
      await run.world.runUntil(chaosMilliseconds + 610_000);
      expect(run.leaders).toHaveLength(1);
      const { holderIdentity, leaseDurationSeconds } = run.server.spec ?? {};
      expect({ holderIdentity, leaseDurationSeconds }).toEqual({
        holderIdentity: run.leaders[0]!.identity,
        leaseDurationSeconds: 15,
      });
    }),
    { numRuns: 15 },
  );
});

function isEnd(kind: Kind): boolean {
  return kind === 'dies' || kind === 'is told to end';
}
