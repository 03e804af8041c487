/**
 * Several servers asked the same, in turn, and what it costs each in CPU time.
 *
 * What else happens on a machine comes and goes within seconds, so a round is cut into slices, and the servers take turns
 * with those: whatever disturbs one disturbs the others. A round is the mean of all its slices. None is left out: a large
 * collection of garbage falls into one slice of ten, and belongs to what requests cost.
 *
 * Two processes of the same server differ by up to a tenth for as long as they live, by where they lie in memory and by what
 * was compiled when. What is compared closely is therefore asked in many processes, and each round has slices of all. One
 * process of each is asked at a time, for all rounds: one that waits for long gives memory back, which has to be got again.
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
  /** In one round, of one process. */
  readonly slices: number;
  readonly requestsPerSlice: number;
  /** That each process gets before anything is measured: the last functions are compiled after some forty thousand. */
  readonly warmUpRequests: number;
}

export const fullEffort: Effort = { rounds: 5, slices: 2, requestsPerSlice: 2500, warmUpRequests: 45_000 };
/** For whoever is at work on what is measured. */
export const quickEffort: Effort = { rounds: 5, slices: 1, requestsPerSlice: 600, warmUpRequests: 20_000 };

/** Microseconds of CPU time that a request costs, round by round. */
export type Rounds = readonly number[];

/** So many slices count for nothing whenever a process begins to be asked something else. */
const settlingSlices = 4;

/** One list for each contestant, in their order. Each is one process, or as many as the others that are several. */
export async function contest(
  contestants: readonly Contestant[],
  rcode: number | undefined,
  { rounds, slices, requestsPerSlice }: Effort,
): Promise<readonly Rounds[]> {
  const processes = Math.max(...contestants.map(({ seats }) => seats.length));
  const turns = contestants.map(({ seats, share }) => {
    const count = Math.ceil(requestsPerSlice * share);
    const slice = async (place: number): Promise<number> => {
      const { processId, asker, next } = seats[place % seats.length]!;
      await asker.connected();
      return timedIn(processId, () => asker.ask(next, count, rcode));
    };
    return { slice, count, milliseconds: Array.from({ length: rounds }, () => 0) };
  });
  for (let place = 0; place < processes; place += 1) {
    for (let i = 0; i < settlingSlices; i += 1) for (const { slice } of turns) await slice(place);
    for (let i = 0; i < rounds * slices; i += 1) {
      for (const { slice, milliseconds } of turns) milliseconds[i % rounds]! += await slice(place);
    }
  }
  return turns.map(({ count, milliseconds }) => milliseconds.map((all) => (all * 1000) / (count * slices * processes)));
}
