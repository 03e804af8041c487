/**
 * Several servers asked the same, in turn, and what it costs each in CPU time.
 *
 * What else happens on a machine comes and goes within seconds, so a round is cut into slices, and the servers take turns
 * with those: whatever disturbs one disturbs the others. A round is the mean of all its slices. None is left out: a large
 * collection of garbage falls into one slice of ten, and belongs to what requests cost.
 *
 * Two processes of the same server differ by up to a tenth for as long as they live, by where they lie in memory and by what
 * was compiled when. So each round asks others, and rounds differ as far as a table differs from the next. One process of each
 * is asked at a time: one that waits for long gives memory back, which has to be got again.
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
  /** That each process gets before anything is measured: the last functions are compiled after some forty thousand. */
  readonly warmUpRequests: number;
  /** Of each server, in a round. */
  readonly processes: number;
  /** Of each process, in a round. */
  readonly slices: number;
  readonly requestsPerSlice: number;
}

export const rounds = 5;
export const fullEffort: Effort = { warmUpRequests: 45_000, processes: 2, slices: 8, requestsPerSlice: 2500 };
/** For whoever is at work on what is measured. */
export const quickEffort: Effort = { warmUpRequests: 20_000, processes: 1, slices: 6, requestsPerSlice: 600 };

/** Microseconds of CPU time that a request costs, round by round. */
export type Rounds = readonly number[];

/** So many slices count for nothing whenever a process begins to be asked something else. */
const settlingSlices = 4;

/** One list for each contestant, in their order. A contestant with fewer processes than are asked is asked in some again. */
export async function contest(
  contestants: readonly Contestant[],
  rcode: number | undefined,
  { processes, slices, requestsPerSlice }: Effort,
): Promise<readonly Rounds[]> {
  const turns = contestants.map(({ seats, share }) => {
    const count = Math.ceil(requestsPerSlice * share);
    const slice = async (place: number): Promise<number> => {
      const { processId, asker, next } = seats[place % seats.length]!;
      await asker.connected();
      return timedIn(processId, () => asker.ask(next, count, rcode));
    };
    return { slice, count: count * processes * slices, perRound: [] as number[] };
  });
  for (let round = 0; round < rounds; round += 1) {
    const milliseconds = turns.map(() => 0);
    for (let place = round * processes; place < (round + 1) * processes; place += 1) {
      for (let i = -settlingSlices; i < slices; i += 1) {
        for (const [turn, { slice }] of turns.entries()) {
          const spent = await slice(place);
          if (i >= 0) milliseconds[turn]! += spent;
        }
      }
    }
    for (const [turn, { count, perRound }] of turns.entries()) perRound.push((milliseconds[turn]! * 1000) / count);
  }
  return turns.map(({ perRound }) => perRound);
}
