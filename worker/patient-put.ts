/** Writing into KV, which takes one write a second to a key and refuses the next one with 429. */
import { type Machine, messageOf } from './environment.ts';
import type { NotWritten } from './objects.ts';

const waitMilliseconds = 1100;
const maxWaits = 3;

/**
 * Undefined when it is written. A failure other than 429 is told at once: who waits for an answer has better things to
 * do, and comes again.
 */
export async function putPatiently(machine: Machine, put: () => Promise<void>): Promise<NotWritten | undefined> {
  for (let waits = 0; ; waits += 1) {
    try {
      await put();
      return undefined;
    } catch (error) {
      const reason = messageOf(error);
      if (waits === maxWaits || !/\b429\b/.test(reason)) return { kind: 'not-written', reason };
      await machine.sleep(waitMilliseconds);
    }
  }
}
