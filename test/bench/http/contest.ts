/**
 * Several servers asked the same, in turn, and what it costs each in CPU time.
 *
 * What else happens on a machine comes and goes within seconds, so a round is cut into slices, and the servers take turns
 * with those: whatever disturbs one disturbs the others. A round is the mean of all its slices. None is left out: a large
 * collection of garbage falls into one slice of ten, and belongs to what requests cost.
 *
 * Two processes of the same server differ by up to a tenth for as long as they live, by where they lie in memory and by what
 * was compiled when. What is compared closely is therefore asked in many processes, each as often in every round.
 */
import { timedIn } from '../time.ts';
import type { Asker } from './asker.ts';

/** A process that is asked. */
export interface Seat {
  readonly processId: number;
  readonly asker: Asker;
  /** The next request. */
  readonly next: () => Buffer;
}

/** One server, as one process or as several that are alike. */
export interface Contestant {
  readonly seats: readonly Seat[];
  /** Of all requests of a round, which part it gets. */
  readonly share: number;
}

export interface Effort {
  readonly rounds: number;
  readonly slicesPerRound: number;
  readonly requestsPerSlice: number;
  /** That each process gets before anything is measured: the last functions are compiled after some forty thousand. */
  readonly warmUpRequests: number;
}

export const fullEffort: Effort = { rounds: 5, slicesPerRound: 16, requestsPerSlice: 2500, warmUpRequests: 45_000 };
/** For whoever is at work on what is measured. */
export const quickEffort: Effort = { rounds: 5, slicesPerRound: 8, requestsPerSlice: 600, warmUpRequests: 20_000 };

/** Microseconds of CPU time that a request costs, round by round. */
export type Rounds = readonly number[];

/** One list for each contestant, in their order. */
export async function contest(
  contestants: readonly Contestant[],
  rcode: number | undefined,
  { rounds, slicesPerRound, requestsPerSlice }: Effort,
): Promise<readonly Rounds[]> {
  const turns = contestants.map((one) => {
    const count = Math.ceil(requestsPerSlice * one.share);
    let turn = 0;
    const slice = async (): Promise<number> => {
      const { processId, asker, next } = one.seats[turn % one.seats.length]!;
      turn += 1;
      await asker.connected();
      return timedIn(processId, () => asker.ask(next, count, rcode));
    };
    return { slice, count: count * slicesPerRound, perRound: [] as number[] };
  });
  for (const { slice } of turns) await settle(slice);
  for (let round = 0; round < rounds; round += 1) {
    const milliseconds = turns.map(() => 0);
    for (let one = 0; one < slicesPerRound; one += 1) {
      for (const [i, { slice }] of turns.entries()) milliseconds[i]! += await slice();
    }
    for (const [i, { count, perRound }] of turns.entries()) perRound.push((milliseconds[i]! * 1000) / count);
  }
  return turns.map(({ perRound }) => perRound);
}

const slicesPerLook = 8;
const maxLooks = 8;
const stableRatio = 0.98;

/** Until the compiler has nothing left to do for what is asked now, as far as that can be seen from outside. */
async function settle(slice: () => Promise<number>): Promise<void> {
  let before = Number.POSITIVE_INFINITY;
  for (let looks = 0; looks < maxLooks; looks += 1) {
    const samples: number[] = [];
    for (let i = 0; i < slicesPerLook; i += 1) samples.push(await slice());
    const fastest = Math.min(...samples);
    if (fastest > before * stableRatio) return;
    before = fastest;
  }
}
