/**
 * What was refused, and why. Anybody can be refused as often as he likes, so strangers are counted: one line for each code
 * and minute. A cluster's agent has lines of its own, but not one for each time that it tries again.
 */
import type { ClusterId } from '../../zone/cluster-id.ts';
import type { Machine } from '../environment.ts';
import { SeldomLog, times } from '../seldom-log.ts';

const strangerSilentMilliseconds = 60_000;
const agentSilentMilliseconds = 10_000;

/** What an agent does with its signature. */
type SignedAct = 'publish' | 'read';

export class RefusalLog {
  readonly #strangers: SeldomLog;
  readonly #agents: SeldomLog;

  constructor(machine: Machine) {
    this.#strangers = new SeldomLog(machine, strangerSilentMilliseconds);
    this.#agents = new SeldomLog(machine, agentSilentMilliseconds);
  }

  request(code: string): void {
    const line = `refused a request without a good credential: ${code}`;
    this.#strangers.tell(line, (count) => line + times(count), 'event');
  }

  /** A problem and no event: it may be an agent whose key nobody registered. */
  unsigned(act: SignedAct, code: string): void {
    const line = `refused a ${act} without a good signature: ${code}`;
    this.#strangers.tell(line, (count) => line + times(count));
  }

  /** `facts` are the last one's; undefined when there are none. */
  signed(act: SignedAct, cluster: ClusterId, code: string, facts?: string): void {
    const line = `refused a ${act} of cluster ${cluster}: ${code}`;
    const more = facts === undefined ? '' : `, ${facts}`;
    this.#agents.tell(line, (count) => line + more + times(count));
  }
}
