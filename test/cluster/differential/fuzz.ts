/** Runs of many histories, of one seed or of one after the other. */
import { historyOf } from './history/arbitrary.ts';
import type { Failure } from './report.ts';
import type { Rounds } from './round.ts';
import { slotCount } from './slots.ts';
import { smallestFailing } from './smallest.ts';
import { variations } from './variations.ts';

export interface FuzzOptions {
  readonly seed: number;
  /** Indexes of the first history and of the one behind the last. */
  readonly from: number;
  readonly to: number;
  /** All variations take part in every round. */
  readonly asksAll?: boolean;
  /** For making the first failing history smaller. */
  readonly shrinkMilliseconds: number;
  readonly log: (line: string) => void;
}

/** The first failure, made smaller; undefined when all answers are as they should be. */
export async function fuzz(
  rounds: Rounds,
  { seed, from, to, asksAll, shrinkMilliseconds, log }: FuzzOptions,
): Promise<Failure | undefined> {
  for (let first = from; first < to; first += slotCount) {
    const histories = Array.from({ length: Math.min(slotCount, to - first) }, (_, i) => historyOf(seed, first + i));
    const keys = histories.map((_, i) => `${seed} ${first + i}`);
    const results = await rounds.run(
      histories,
      keys,
      asksAll ? {} : { variations: partakers(Math.floor(first / slotCount)) },
    );
    const { questions, steps } = rounds.totals;
    log(
      `histories ${first} to ${first + histories.length - 1} of seed ${seed}: ${questions} questions after ${steps} steps so far`,
    );
    const i = results.findIndex(({ faults }) => faults.length > 0);
    if (i < 0) continue;
    const failing = results.filter(({ faults }) => faults.length > 0).length;
    log(`${failing} of ${results.length} histories have wrong answers, such as`);
    for (const { faults } of results)
      for (const { question, variation } of faults.slice(0, 1))
        log(`  ${question.name} ${question.type} (${variation})`);
    log(`making history ${first + i} smaller`);
    const { faultyStep, faults } = results[i]!;
    const history = { steps: histories[i]!.steps.slice(0, faultyStep) };
    const smallest = await smallestFailing(rounds, { history, faults }, keys[i]!, shrinkMilliseconds);
    return { seed, index: first + i, ...smallest };
  }
  return undefined;
}

/** The names of the variations that take part in a round. */
function partakers(round: number): ReadonlySet<string> {
  return new Set(variations.flatMap(({ name, everyRounds }) => (round % everyRounds === 0 ? name : [])));
}
