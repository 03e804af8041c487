/**
 * Who used which door for what: one line for each combination and five minutes, and one for each change that an
 * administrator makes. Ids only: nothing that opens anything, and no names that were asked.
 */
import type { ClusterId } from '../../zone/cluster-id.ts';
import type { Machine } from '../environment.ts';
import type { Principal } from './principal.ts';

export type Use = 'questions' | 'listing' | 'out of scope' | 'too many requests';

const silentMilliseconds = 5 * 60 * 1000;
const maxRemembered = 10_000;

export class AuditLog {
  readonly #machine: Machine;
  /** When each line was last written. */
  readonly #writtenAt = new Map<string, number>();

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  used({ kind, id, door }: Principal, use: Use, cluster?: ClusterId): void {
    const line = `audit: ${kind} ${id} by ${door}: ${use}${cluster === undefined ? '' : ` of cluster ${cluster}`}`;
    const now = this.#machine.now();
    const last = this.#writtenAt.get(line);
    if (last !== undefined && now - last < silentMilliseconds) return;
    if (this.#writtenAt.size >= maxRemembered) this.#writtenAt.clear();
    this.#writtenAt.set(line, now);
    this.#machine.log(line, 'event');
  }

  /** `what` as in `made token abcdefgh`. */
  administered(what: string): void {
    this.#machine.log(`audit: administrator ${what}`, 'event');
  }
}
