/**
 * Isolates at several locations that are asked while KV, agents, administrators and objects have trouble; and everything
 * that is wrong with what they answer, and with what is stored.
 */
import type { Served } from '../../../worker/snapshots/served.ts';
import { kvKeys } from '../../../zone/keys.ts';
import { isNewer, type Version } from '../../../zone/manifest.ts';
import type { DecodedAnswer } from '../message/decode-answer.ts';
import { clusterId } from '../support/agent.ts';
import { answerFrom, Isolate } from '../support/isolate.ts';
import { outcome, rcodeName } from '../support/outcome.ts';
import type { SeededRandom } from '../support/seeded-random.ts';
import { addressOf, alwaysThere, SimulatedCluster, sometimesThere } from '../support/simulated-cluster.ts';
import { SimulatedTime } from '../support/simulated-time.ts';
import { calm, KvLocation, type Weather, WorkersKv } from '../support/workers-kv.ts';

/** Something that questions are answered from. */
export interface Answering {
  /** One request's look at it. */
  look(): Promise<Look>;
}

export interface Look {
  readonly served: Served;
  ask(name: string): DecodedAnswer | Promise<DecodedAnswer>;
}

export type Making = (store: KvLocation, time: SimulatedTime) => Answering;

/** The Worker's own. */
export const isolate: Making = (store, time) => {
  const own = new Isolate(store, time);
  return {
    look: async () => {
      const served = await own.read('local');
      return { served, ask: (name) => answerFrom(served, name, 'A', time.now()) };
    },
  };
};

export interface Findings {
  /** What is wrong, without repetitions. */
  readonly wrong: ReadonlySet<string>;
  /** How many answers there were, by their RCODE. */
  readonly answers: Readonly<Record<string, number>>;
  /** Publishes that were not taken, by code or kind. */
  readonly refusals: Readonly<Record<string, number>>;
}

/** Of one location's copies at most 90 s: a minute late when it is made, and kept for 30 s. Then the next look at KV. */
const snapshotMilliseconds = 90_000 + 3000;
/** A change of the registry waits for the isolate's 30 s as well. */
const registryMilliseconds = snapshotMilliseconds + 30_000;
const locations = 3;
const isolatesPerLocation = 2;
const askersPerIsolate = 2;

/** Each kind of trouble not at all, at times or always; slowness at most every second time. */
function badWeather(chance: SeededRandom): Weather {
  const often = (): number => [0, 0, 0.3, 1][chance.below(4)]!;
  return { failing: often(), slow: often() / 2, breaking: often() };
}

/** One isolate, and the newest version that it answered from. */
interface Asked {
  answering: Answering;
  readonly location: KvLocation;
  newest: Version;
}

/** Trouble for about four seconds a step, then quiet until everybody must be up to date. */
export async function simulate(seed: number, make: Making, steps = 40): Promise<Findings> {
  const time = new SimulatedTime(seed);
  const kv = new WorkersKv(time);
  const cluster = await SimulatedCluster.start(time, new KvLocation(kv));
  const simulation = new Simulation(kv, cluster, make);
  await time.ending(simulation.run(steps));
  const wrong = new Set([...simulation.wrong, ...cluster.wrong]);
  return { wrong, answers: simulation.answers, refusals: cluster.refusals };
}

class Simulation {
  readonly wrong = new Set<string>();
  readonly answers: Record<string, number> = {};
  readonly #kv: WorkersKv;
  readonly #time: SimulatedTime;
  readonly #cluster: SimulatedCluster;
  readonly #make: Making;
  readonly #asked: readonly Asked[];
  #isOver = false;
  #mustBeUpToDate = false;

  constructor(kv: WorkersKv, cluster: SimulatedCluster, make: Making) {
    this.#kv = kv;
    this.#time = kv.time;
    this.#cluster = cluster;
    this.#make = make;
    const places = Array.from({ length: locations }, () => new KvLocation(kv));
    const isolatesAt = (location: KvLocation) =>
      Array.from({ length: isolatesPerLocation }, () => this.#start(location));
    this.#asked = places.flatMap(isolatesAt);
  }

  async run(steps: number): Promise<void> {
    const cluster = this.#cluster;
    await cluster.register();
    cluster.slowness = 0.3;
    for (const one of this.#asked) for (let i = 0; i < askersPerIsolate; i += 1) void this.#keepAsking(one);
    let registryChanged = false;
    for (let step = 0; step < steps; step += 1) {
      this.#makeTrouble();
      if (step === steps / 2 && this.#time.chance.happens(0.5)) {
        await this.#makeClusterAnew();
        registryChanged = true;
      }
      if (this.#time.chance.happens(0.05)) {
        await cluster.replaceKey();
        registryChanged = true;
      }
      await this.#time.sleep(this.#time.chance.below(8000));
    }
    this.#kv.weather = calm;
    await this.#time.sleep(10_000);
    await cluster.wake();
    await cluster.register();
    const before = cluster.stored;
    while (cluster.stored === before) await cluster.publish();
    await this.#time.sleep(registryChanged ? registryMilliseconds : snapshotMilliseconds);
    this.#mustBeUpToDate = true;
    await this.#time.sleep(10_000);
    this.#isOver = true;
  }

  #makeTrouble(): void {
    const { chance } = this.#time;
    const cluster = this.#cluster;
    if (chance.happens(0.2)) this.#kv.weather = chance.happens(0.4) ? calm : badWeather(chance);
    void cluster.publish(chance.happens(0.05) ? 'retired' : 'live');
    if (chance.happens(0.1)) cluster.failOver();
    if (chance.happens(0.15)) void cluster.publishAsZombie();
    if (chance.happens(0.1)) cluster.restartObjects();
    if (chance.happens(0.05)) cluster.losePublications();
    if (chance.happens(0.05))
      this.#kv.restore(kvKeys.snapshot(clusterId('local')), this.#time.now() - chance.below(60_000));
    if (chance.happens(0.3)) void cluster.wake();
    if (chance.happens(0.2)) {
      const one = this.#asked[chance.below(this.#asked.length)]!;
      Object.assign(one, this.#start(one.location));
    }
  }

  async #makeClusterAnew(): Promise<void> {
    await this.#cluster.unregister();
    await this.#time.sleep(this.#time.chance.below(60_000));
    await this.#cluster.register();
    this.#cluster.failOver();
  }

  #start(location: KvLocation): Asked {
    return { answering: this.#make(location, this.#time), location, newest: { epoch: 0, serial: 0 } };
  }

  async #keepAsking(one: Asked): Promise<void> {
    while (!this.#isOver) {
      await this.#ask(one);
      await this.#time.sleep(20 + this.#time.chance.below(1500));
    }
  }

  async #ask(one: Asked): Promise<void> {
    const { answering, newest: before } = one;
    const look = await answering.look();
    // It was restarted meanwhile.
    if (one.answering !== answering) return;
    for (const finding of await this.#judge(look, before)) this.wrong.add(finding);
    const { served } = look;
    if (!('signed' in served) || !isNewer(served.signed.manifest, one.newest)) return;
    one.newest = served.signed.manifest;
  }

  /** `before`: what was answered from before this question was asked. */
  async #judge({ served, ask }: Look, before: Version): Promise<string[]> {
    const found: string[] = [];
    const texts: string[] = [];
    for (const name of alwaysThere) {
      const answer = await ask(name);
      const rcode = rcodeName(answer);
      this.answers[rcode] = (this.answers[rcode] ?? 0) + 1;
      if (rcode === 'NXDOMAIN') found.push('NXDOMAIN for a name that was always there');
      texts.push(outcome(answer).replace(/ EDE \d+$/, ''));
    }
    const [text] = texts;
    if (text !== texts[1]) found.push('two snapshots in one answer');
    const newest = this.#cluster.stored;
    if (this.#mustBeUpToDate && text !== `NOERROR ${addressOf(newest!)}`) found.push('not up to date');
    if (!('signed' in served)) return found;
    const { manifest } = served.signed;
    if (!this.#cluster.begun.has(addressOf(manifest))) found.push('a snapshot that nobody may have published');
    if (isNewer(before, manifest)) found.push('an older snapshot');
    if (served.kind !== 'live') return found;
    if (text !== `NOERROR ${addressOf(manifest)}`) found.push('a snapshot that is not what it says');
    const expected = manifest.serial % 2 === 1 ? 'NOERROR' : 'NXDOMAIN';
    if (rcodeName(await ask(sometimesThere)) !== expected) found.push('existence from another snapshot');
    return found;
  }
}
