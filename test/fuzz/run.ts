/** Packets by the hundred thousand, until one breaks the law. */
import { readCorpus } from './corpus.ts';
import { openDoor } from './door.ts';
import type { Violation } from './law.ts';
import { type Delivery, packets } from './packets/packets.ts';
import { type Processing, processingOf } from './processing.ts';
import type { Slowest } from './slowest.ts';
import { smallestFailing } from './smallest.ts';
import { Trial } from './trial.ts';
import { largeWorld, ordinaryWorld, type World } from './world.ts';

export const worlds: readonly World[] = [ordinaryWorld, largeWorld];

const warmingCount = 10_000;
const shrinkMilliseconds = 20_000;

export interface Failure {
  /** How many packets came before. */
  readonly number: number;
  readonly violation: Violation;
  /** As small as it was found. */
  readonly delivery: Delivery;
  /** Whether a door that has answered nothing yet fails too. */
  readonly failsAlone: boolean;
}

export interface Run {
  readonly trial: Trial;
  readonly failure: Failure | undefined;
}

export interface Plan {
  readonly count: number;
  readonly seed: number;
  readonly slowest?: Slowest;
}

export async function startTrial(): Promise<Trial> {
  return new Trial(await openDoor(worlds), processings());
}

/** Those of the ordinary world are timed where `slowest` is given. `told` hears of progress. */
export async function runPackets(
  { count, seed, slowest }: Plan,
  told: (done: number) => void = () => {},
): Promise<Run> {
  const corpus = corpusPackets();
  const trial = await startTrial();
  let number = 0;
  for (const delivery of packets(seed, { ordinary: ordinaryWorld, large: largeWorld }, corpus)) {
    if (number === count) break;
    const violation = await trial.run(delivery);
    if (violation !== undefined) {
      return { trial, failure: await failureOf(number, delivery, violation) };
    }
    if (delivery.world === ordinaryWorld) slowest?.time(delivery.packet);
    number += 1;
    if (number % 50_000 === 0) told(number);
  }
  return { trial, failure: undefined };
}

async function failureOf(number: number, delivery: Delivery, violation: Violation): Promise<Failure> {
  const trial = await startTrial();
  const breaks = async (packet: Delivery['packet']): Promise<Violation | undefined> => {
    const found = await trial.run({ ...delivery, packet });
    return found?.rule === violation.rule ? found : undefined;
  };
  if ((await breaks(delivery.packet)) === undefined) return { number, violation, delivery, failsAlone: false };
  const packet = await smallestFailing(
    delivery.packet,
    async (smaller) => (await breaks(smaller)) !== undefined,
    shrinkMilliseconds,
  );
  const smallestViolation = (await breaks(packet)) ?? violation;
  return { number, violation: smallestViolation, delivery: { ...delivery, packet }, failsAlone: true };
}

/** Has processed some packets already, so that none is slow for being first. */
export function warmedProcessing(seed: number): Processing {
  const process = processings().get(ordinaryWorld)!;
  let number = 0;
  for (const { packet } of packets(seed, { ordinary: ordinaryWorld, large: ordinaryWorld }, corpusPackets())) {
    try {
      process(packet);
    } catch {
      // Told by whoever holds it against the law.
    }
    number += 1;
    if (number === warmingCount) break;
  }
  return process;
}

function corpusPackets(): Uint8Array[] {
  return readCorpus().flatMap(({ entries }) => entries.map(({ packet }) => packet));
}

function processings(): ReadonlyMap<World, Processing> {
  return new Map(worlds.map((world) => [world, processingOf(world, Math.random)]));
}
