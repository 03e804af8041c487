/**
 * Names that somebody else has seen and published are not taken back by an agent that has not looked since: a term
 * publishes nothing before its view of the cluster is as new as the snapshot that it finds at the edge.
 *
 * A clock that is behind makes it wait too, for as long as it is behind what the edge lets through.
 */
import type { Log } from '../log.ts';

export class NewerView {
  readonly #log: Log;
  /** Unix milliseconds; undefined when nothing has to be waited for. */
  #storedAt: number | undefined;
  #isTold = false;

  /** `storedAt` is the `generatedAt` of what is stored, undefined when nothing has to be waited for. */
  constructor(storedAt: number | undefined, log: Log) {
    this.#storedAt = storedAt;
    this.#log = log;
  }

  /** Whether a view that was alive at `generatedAt`, in Unix milliseconds, is to wait. Once one is not, no later one is. */
  waits(generatedAt: number): boolean {
    if (this.#storedAt === undefined || generatedAt >= this.#storedAt) {
      this.#storedAt = undefined;
      return false;
    }
    if (!this.#isTold) this.#log.warn(waitingText(this.#storedAt - generatedAt));
    this.#isTold = true;
    return true;
  }
}

function waitingText(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  return (
    `what is stored at the edge was seen ${seconds} s later than what this agent has seen: nothing is published until its ` +
    'watches show that they are alive; if that takes for long, compare the clocks'
  );
}
