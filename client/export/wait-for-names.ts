/** Asks until names have what is waited for, or the time is over. Pure: time is handed in. */
import { formatName, type Name } from '../../zone/name.ts';
import { type Ask, findingOf, outcomeLine } from './answer.ts';
import { mayPass } from './edge-failure.ts';

export interface Awaited {
  readonly name: Name;
  /** Asked one by one; their records are counted together. */
  readonly types: readonly number[];
}

export interface Patience {
  /** Until there are so many records; 0 until there are none. */
  readonly count: number;
  readonly timeoutMilliseconds: number;
  /** Milliseconds that only grow. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}

const firstPauseMilliseconds = 1000;
const longestPauseMilliseconds = 2000;
const pauseGrowth = 1.25;

/** What is missing when the time is over, a line for each name; none when all is there. Rejects with a failure that does not pass. */
export async function waitForNames(ask: Ask, all: readonly Awaited[], patience: Patience): Promise<readonly string[]> {
  const end = patience.now() + patience.timeoutMilliseconds;
  let pause = firstPauseMilliseconds;
  for (;;) {
    const lines = await Promise.all(all.map((awaited) => missing(ask, awaited, patience)));
    const left = lines.filter((line) => line !== undefined);
    const rest = end - patience.now();
    if (left.length === 0 || rest <= 0) return left;
    await patience.sleep(Math.min(pause, rest));
    pause = Math.min(pause * pauseGrowth, longestPauseMilliseconds);
  }
}

/** Undefined when nothing is. */
async function missing(ask: Ask, { name, types }: Awaited, { count }: Patience): Promise<string | undefined> {
  try {
    let found = 0;
    let line = '';
    for (const type of types) {
      const response = await ask(name, type);
      // Of what is behind an alias, what is asked for.
      found += response.answer.filter((record) => record.type === type).length;
      if (findingOf(response) === 'failed') return outcomeLine({ name, type }, response);
      if (line === '') line = outcomeLine({ name, type }, response);
    }
    if (count === 0 ? found === 0 : found >= count) return undefined;
    if (count === 0) return `${formatName(name)} still has ${recordsText(found)}`;
    return found === 0 ? line : `${formatName(name)} has ${recordsText(found)} of ${count}`;
  } catch (error) {
    if (!mayPass(error)) throw error;
    return `${formatName(name)}: ${error.message}`;
  }
}

function recordsText(count: number): string {
  return count === 1 ? '1 record' : `${count} records`;
}
