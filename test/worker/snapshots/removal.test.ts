/**
 * A cluster that is taken away, of which all is lost that was known, and that is registered anew: isolates that remember a
 * version far ahead of those that come then, under Workers KV as it is.
 */
import { describe, expect, test } from 'vitest';
import { Isolate } from '../support/isolate.ts';
import { outcome } from '../support/outcome.ts';
import { addressOf, alwaysThere, SimulatedCluster } from '../support/simulated-cluster.ts';
import { SimulatedTime } from '../support/simulated-time.ts';
import { KvLocation, WorkersKv } from '../support/workers-kv.ts';

const minute = 60_000;
/** What KV and the isolate's memory of the registry are late at most, and the next look at KV. */
const lateMilliseconds = 125_000;
const remembered = { epoch: 200, serial: 99 };

/** One isolate at each of three locations, asked every second, and what they answered last. */
class Removal {
  readonly time: SimulatedTime;
  readonly cluster: SimulatedCluster;
  readonly #isolates: readonly Isolate[];
  answers: string[] = [];

  private constructor(time: SimulatedTime, cluster: SimulatedCluster, isolates: readonly Isolate[]) {
    this.time = time;
    this.cluster = cluster;
    this.#isolates = isolates;
  }

  /** Everybody has answered from the version that is remembered, and then the cluster is there anew. */
  static async start(seed: number, aheadMilliseconds = 0): Promise<Removal> {
    const time = new SimulatedTime(seed);
    const kv = new WorkersKv(time);
    const cluster = await SimulatedCluster.start(time, new KvLocation(kv));
    const isolates = [1, 2, 3].map(() => new Isolate(new KvLocation(kv), time));
    const removal = new Removal(time, cluster, isolates);
    await removal.#during(cluster.register());
    cluster.beginAgain(remembered.epoch, remembered.serial, aheadMilliseconds);
    await removal.publish();
    await removal.#ask(lateMilliseconds);
    expect(new Set(removal.answers)).toEqual(new Set([`NOERROR ${addressOf(cluster.stored!)}`]));
    await removal.#during(cluster.unregister());
    cluster.losePublications();
    // Until KV shows to nobody what the objects would learn the version from.
    await removal.#ask(lateMilliseconds);
    await removal.#during(cluster.register());
    return removal;
  }

  async publish(): Promise<void> {
    const before = this.cluster.stored;
    await this.#during(this.cluster.publish());
    expect(this.cluster.stored).not.toBe(before);
  }

  /** Heartbeats come every minute, questions every second. */
  async pass(milliseconds: number): Promise<void> {
    const until = this.time.now() + milliseconds;
    while (this.time.now() < until) {
      await this.#ask(Math.min(minute, until - this.time.now()));
      await this.publish();
    }
  }

  /** The second number of each address: which writer's it is. */
  get epochsAnswered(): readonly string[] {
    return [...new Set(this.answers.map((answer) => answer.split('.')[1] ?? answer))];
  }

  async #ask(milliseconds: number): Promise<void> {
    const until = this.time.now() + milliseconds;
    while (this.time.now() < until) {
      const asking = this.#isolates.map((isolate) => isolate.ask(alwaysThere[0]));
      const answers = await this.#during(Promise.all(asking));
      this.answers = answers.map((answer) => outcome(answer).replace(/ EDE 3$/, ''));
      await this.time.run(Math.min(1000, Math.max(0, until - this.time.now())));
    }
  }

  #during<T>(work: Promise<T>): Promise<T> {
    return this.time.ending(work);
  }
}

const seeds = [1, 2, 3, 4];

describe('an isolate that remembers what was published before', { timeout: 30_000 }, () => {
  test.for(seeds)('takes a new writer with a higher epoch as soon as KV shows it; seed %i', async (seed) => {
    const removal = await Removal.start(seed);
    removal.cluster.beginAgain(remembered.epoch + 1);
    await removal.publish();
    await removal.pass(lateMilliseconds);
    expect(removal.epochsAnswered).toEqual(['201']);
  });

  test.for(seeds)('takes one with a lower epoch after ten minutes; seed %i', async (seed) => {
    const removal = await Removal.start(seed);
    removal.cluster.beginAgain(7);
    await removal.publish();
    await removal.pass(10 * minute - 5000);
    expect(removal.epochsAnswered).not.toContain('7');
    await removal.pass(lateMilliseconds);
    expect(removal.epochsAnswered).toEqual(['7']);
  });

  test('takes it five minutes later if what it remembers says that it was made five minutes from then', async () => {
    const removal = await Removal.start(1, 5 * minute);
    removal.cluster.beginAgain(7);
    await removal.publish();
    await removal.pass(15 * minute + lateMilliseconds);
    expect(removal.epochsAnswered).toEqual(['7']);
  });
});
