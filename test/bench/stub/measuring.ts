/** The stub resolver beside unbound: both asked for the same names, which both keep, in turns, on one core. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { median } from '../statistics.ts';
import { manyQuestions, usualQuestions } from './asked-names.ts';
import { type Contestant, startStub, startUnbound } from './contestants.ts';
import { askByDnsperf } from './dnsperf.ts';
import { startNamesEdge } from './names-edge.ts';

export interface StubFigures {
  /** Medians. */
  readonly stubAnswersPerSecond: number;
  readonly unboundAnswersPerSecond: number;
  /** Of each round's two. */
  readonly ratio: number;
  /** Questions without an answer, of all rounds. */
  readonly lost: number;
  readonly residentOctets: number;
  /** Right after more names were asked for at once than it keeps, with the garbage of that. */
  readonly fullResidentOctets: number;
}

export interface Effort {
  readonly rounds: number;
  readonly secondsEach: number;
  /** Each asked once, to fill what is kept. */
  readonly manyNames: number;
}

export const fullEffort: Effort = { rounds: 7, secondsEach: 3, manyNames: 30_000 };
export const quickEffort: Effort = { rounds: 3, secondsEach: 1, manyNames: 10_000 };

const serverCore = 0;
const askerCore = 1;

const programs = ['dnsperf', 'taskset', 'unbound'];

/** Undefined where unbound, dnsperf or taskset is missing. */
export async function measureStub(effort: Effort, log: (line: string) => void): Promise<StubFigures | undefined> {
  if (!programs.every(isInstalled)) return undefined;
  const edge = await startNamesEdge();
  const stops: (() => unknown)[] = [edge.stop];
  try {
    const stub = await startStub(edge, serverCore);
    stops.unshift(stub.stop);
    const unbound = await startUnbound(stub.port, serverCore);
    stops.unshift(unbound.stop);
    return await measure(stub, unbound, effort, log);
  } finally {
    for (const stop of stops) await stop();
  }
}

function isInstalled(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));
}

async function measure(
  stub: Contestant,
  unbound: Contestant,
  { rounds, secondsEach, manyNames }: Effort,
  log: (line: string) => void,
): Promise<StubFigures> {
  const questions = usualQuestions();
  const ask = (server: Contestant, seconds: number) => askByDnsperf(server.port, askerCore, questions, { seconds });
  // So that both keep every answer, and have run for a while.
  for (const server of [stub, unbound]) await ask(server, 1);
  const figures: { stub: number; unbound: number; lost: number }[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    log(`round ${round} of ${rounds} …`);
    const theirs = await ask(unbound, secondsEach);
    const ours = await ask(stub, secondsEach);
    figures.push({ stub: ours.answersPerSecond, unbound: theirs.answersPerSecond, lost: ours.lost });
  }
  const residentOctets = stub.residentOctets();
  log(`asking for ${manyNames} names …`);
  await askByDnsperf(stub.port, askerCore, manyQuestions(manyNames), 'once');
  return {
    stubAnswersPerSecond: median(figures.map((round) => round.stub)),
    unboundAnswersPerSecond: median(figures.map((round) => round.unbound)),
    ratio: median(figures.map((round) => round.stub / round.unbound)),
    lost: figures.reduce((sum, { lost }) => sum + lost, 0),
    residentOctets,
    fullResidentOctets: stub.residentOctets(),
  };
}
