/**
 * The stub resolver beside unbound: both asked for the same names, which both keep, in turns, on one core. Then its memory,
 * started in each of the ways there are.
 */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { median } from '../statistics.ts';
import { manyQuestions, usualQuestions } from './asked-names.ts';
import { type Contestant, startStub, startUnbound } from './contestants.ts';
import { type Asked, askByDnsperf } from './dnsperf.ts';
import { type NamesEdge, startNamesEdge } from './names-edge.ts';
import { type WayToStart, waysToStart } from './ways-to-start.ts';

export interface StubFigures {
  /** Medians. */
  readonly stubAnswersPerSecond: number;
  readonly unboundAnswersPerSecond: number;
  /** Of each round's two. */
  readonly ratio: number;
  /** Questions without an answer, of all rounds. */
  readonly lost: number;
  readonly memory: readonly MemoryFigure[];
}

export interface MemoryFigure {
  /** How it was started. */
  readonly way: string;
  /** The most that it took while it was asked for names that it keeps, and for more new ones than it keeps. */
  readonly peakResidentOctets: number;
}

export interface Effort {
  readonly rounds: number;
  readonly secondsEach: number;
  /** Each asked once, to fill what is kept. */
  readonly manyNames: number;
}

export const fullEffort: Effort = { rounds: 7, secondsEach: 3, manyNames: 50_000 };
export const quickEffort: Effort = { rounds: 3, secondsEach: 1, manyNames: 10_000 };

const serverCore = 0;
const askerCore = 1;

const programs = ['dnsperf', 'taskset', 'unbound'];

/** Undefined where unbound, dnsperf or taskset is missing. */
export async function measureStub(effort: Effort, log: (line: string) => void): Promise<StubFigures | undefined> {
  if (!programs.every(isInstalled)) return undefined;
  const edge = await startNamesEdge();
  const ways = await waysToStart();
  try {
    const rates = await measureRates(ways.script, edge, effort, log);
    const memory: MemoryFigure[] = [];
    for (const way of ways.all) {
      log(`asking one that is started from ${way.name} for ${effort.manyNames} names …`);
      memory.push({ way: way.name, peakResidentOctets: await peakMemory(way, edge, effort) });
    }
    return { ...rates, memory };
  } finally {
    ways.remove();
    edge.stop();
  }
}

function isInstalled(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));
}

type Rates = Omit<StubFigures, 'memory'>;

async function measureRates(
  way: WayToStart,
  edge: NamesEdge,
  effort: Effort,
  log: (line: string) => void,
): Promise<Rates> {
  const stub = await startStub(way, edge, serverCore);
  try {
    const unbound = await startUnbound(stub.port, serverCore);
    try {
      return await compare(stub, unbound, effort, log);
    } finally {
      await unbound.stop();
    }
  } finally {
    await stub.stop();
  }
}

async function compare(
  stub: Contestant,
  unbound: Contestant,
  { rounds, secondsEach }: Effort,
  log: (line: string) => void,
): Promise<Rates> {
  // So that both keep every answer, and have run for a while.
  for (const server of [stub, unbound]) await ask(server, 1);
  const figures: { stub: number; unbound: number; lost: number }[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    log(`round ${round} of ${rounds} …`);
    const theirs = await ask(unbound, secondsEach);
    const ours = await ask(stub, secondsEach);
    figures.push({ stub: ours.answersPerSecond, unbound: theirs.answersPerSecond, lost: ours.lost });
  }
  return {
    stubAnswersPerSecond: median(figures.map((round) => round.stub)),
    unboundAnswersPerSecond: median(figures.map((round) => round.unbound)),
    ratio: median(figures.map((round) => round.stub / round.unbound)),
    lost: figures.reduce((sum, { lost }) => sum + lost, 0),
  };
}

async function peakMemory(way: WayToStart, edge: NamesEdge, { secondsEach, manyNames }: Effort): Promise<number> {
  const stub = await startStub(way, edge, serverCore);
  try {
    await ask(stub, secondsEach);
    await askByDnsperf(stub.port, askerCore, manyQuestions(manyNames), 'once');
    await ask(stub, secondsEach);
    return stub.peakResidentOctets();
  } finally {
    await stub.stop();
  }
}

function ask({ port }: Contestant, seconds: number): Promise<Asked> {
  return askByDnsperf(port, askerCore, usualQuestions(), { seconds });
}
