/** Trouble that shows while requests are answered, however many of them there are. */
import { type Machine, messageOf } from './environment.ts';
import { SeldomLog, times } from './seldom-log.ts';

const silentMilliseconds = 60_000;

export class TroubleLog {
  readonly #log: SeldomLog;

  constructor(machine: Machine) {
    this.#log = new SeldomLog(machine, silentMilliseconds);
  }

  /** The same trouble is one line in a minute. `what` as in `rate limiting failed`. */
  note(what: string, error: unknown): void {
    const line = `${what}: ${messageOf(error)}`;
    this.#log.tell(line, (count) => line + times(count));
  }
}
