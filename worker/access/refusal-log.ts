/**
 * What was refused, and why. Anybody can be refused as often as he likes, so strangers are counted: one line for each code
 * and minute. A cluster's agent has lines of its own, but not one for each time that it tries again.
 */
import type { ClusterId } from '../../zone/cluster-id.ts';
import type { Machine } from '../environment.ts';
import { SeldomLog, times } from '../seldom-log.ts';

const strangerSilentMilliseconds = 60_000;
const agentSilentMilliseconds = 10_000;

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
  unsignedPublish(code: string): void {
    const line = `refused a publish without a good signature: ${code}`;
    this.#strangers.tell(line, (count) => line + times(count));
  }

  /** `version` is the last one's; undefined when the manifest did not say it. */
  signedPublish(cluster: ClusterId, code: string, version: string | undefined): void {
    const line = `refused a publish of cluster ${cluster}: ${code}`;
    const facts = version === undefined ? '' : `, ${version}`;
    this.#agents.tell(line, (count) => line + facts + times(count));
  }
}
