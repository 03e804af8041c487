/**
 * Who asked in vain because `--allow` does not name him. Others decide how often that is, so it is counted, and told at most
 * once a minute.
 */
import type { Log } from '../../../sync-agent/log.ts';

const silentMilliseconds = 60_000;

export class StrangerLog {
  readonly #log: Pick<Log, 'warn'>;
  readonly #now: () => number;
  #untold = 0;
  #toldAt = Number.NEGATIVE_INFINITY;

  /** `now` gives milliseconds that only grow. */
  constructor(log: Pick<Log, 'warn'>, now: () => number) {
    this.#log = log;
    this.#now = now;
  }

  /** A message, or a TCP connection, from `address` was dropped. */
  note(address: string): void {
    this.#untold += 1;
    const now = this.#now();
    if (now - this.#toldAt < silentMilliseconds) return;
    const what = this.#untold === 1 ? 'a question' : `${this.#untold} questions, the last`;
    this.#log.warn(`dropped ${what} from ${address}: --allow does not name it`);
    this.#untold = 0;
    this.#toldAt = now;
  }
}
