/** Looks for a smaller history that still fails: all slots try one at the same time. */
import type { Fault } from './comparison.ts';
import type { History } from './history/history.ts';
import { smallerThan } from './history/shrink.ts';
import type { Rounds } from './round.ts';
import { slotCount } from './slots.ts';

/** A smaller history has other names, so other questions are chosen: with more of them the telling one is among them. */
const timesQuestions = 5;

export interface Failing {
  readonly history: History;
  readonly faults: readonly Fault[];
}

/** Ends after `milliseconds`, when nothing smaller fails, or when the cluster does not follow any more. */
export async function smallestFailing(
  rounds: Rounds,
  failing: Failing,
  key: string,
  milliseconds: number,
): Promise<Failing> {
  const giveUpAt = performance.now() + milliseconds;
  let smallest = failing;
  for (;;) {
    const smaller = await firstSmaller(rounds, smallest, key, giveUpAt);
    if (smaller === undefined) return smallest;
    smallest = smaller;
  }
}

async function firstSmaller(
  rounds: Rounds,
  { history, faults }: Failing,
  key: string,
  giveUpAt: number,
): Promise<Failing | undefined> {
  const candidates = smallerThan(history);
  const kinds = new Set(faults.map(kindOf));
  while (performance.now() < giveUpAt) {
    const some = taken(candidates, slotCount);
    if (some.length === 0) return undefined;
    const results = await rounds.run(
      some,
      some.map(() => key),
      { variations: new Set(faults.map(({ variation }) => variation)), timesQuestions },
    );
    for (const [i, result] of results.entries()) {
      // Another fault would lead elsewhere.
      const same = result.faults.filter((fault) => kinds.has(kindOf(fault)));
      if (same.length > 0) return { history: some[i]!, faults: same };
    }
  }
  return undefined;
}

function taken<T>(items: Iterator<T>, count: number): T[] {
  const some: T[] = [];
  for (let next = items.next(); next.done !== true; next = items.next()) {
    some.push(next.value);
    if (some.length === count) break;
  }
  return some;
}

function kindOf({ kind, variation, question }: Fault): string {
  return `${kind} ${variation} ${question.type}`;
}
