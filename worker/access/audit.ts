/**
 * Who used which door for what: one line for each combination and five minutes, and one for each change that an
 * administrator makes. Ids only: nothing that opens anything, and no names that were asked.
 */
import type { ClusterId } from '../../zone/cluster-id.ts';
import type { Machine } from '../environment.ts';
import { SeldomLog } from '../seldom-log.ts';
import type { Principal } from './principal.ts';

export type Use = 'questions' | 'listing' | 'reading' | 'out of scope' | 'too many requests';

const silentMilliseconds = 5 * 60 * 1000;

interface LastUse {
  readonly use: Use;
  readonly cluster: ClusterId | undefined;
  /** In Unix milliseconds. */
  readonly silentUntil: number;
}

export class AuditLog {
  readonly #machine: Machine;
  readonly #uses: SeldomLog;
  #last: (Pick<Principal, 'kind' | 'id' | 'door'> & LastUse) | undefined;

  constructor(machine: Machine) {
    this.#machine = machine;
    this.#uses = new SeldomLog(machine, silentMilliseconds);
  }

  /** `now` in Unix milliseconds, where it is known: to ask the platform costs more than all else here. */
  used({ kind, id, door }: Principal, use: Use, cluster?: ClusterId, now = this.#machine.now()): void {
    const last = this.#last;
    // Most requests are like the one before.
    if (last?.id === id && last.kind === kind && last.door === door && last.use === use && last.cluster === cluster) {
      if (now < last.silentUntil) return;
    }
    const line = `audit: ${kind} ${id} by ${door}: ${use}${cluster === undefined ? '' : ` of cluster ${cluster}`}`;
    this.#last = { kind, id, door, use, cluster, silentUntil: this.#uses.tell(line, () => line, 'event') };
  }

  /** `what` as in `made token abcdefgh`. */
  administered(what: string): void {
    this.#machine.log(`audit: administrator ${what}`, 'event');
  }
}
