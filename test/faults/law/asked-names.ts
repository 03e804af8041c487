/**
 * Keeps asking an edge, as clients do, for names that exist all the time: no answer, an old answer and SERVFAIL are
 * allowed, "there is no such name" never is. A name that never exists is asked too, so that the same eyes have seen NXDOMAIN.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { DohClient, QuestionType } from '../../../client/doh/doh-client.ts';
import type { Violations } from './violations.ts';

export interface ConstantName {
  /** With the zone. */
  readonly name: string;
  readonly type: QuestionType;
}

export interface AskedTotals {
  /** Answers with records. */
  readonly answered: number;
  /** SERVFAIL, or no DNS answer at all. */
  readonly failed: number;
  /** NXDOMAIN to the name that never exists. */
  readonly denied: number;
}

const pauseMilliseconds = 40;

export class AskedNames {
  readonly #client: DohClient;
  readonly #violations: Violations;
  readonly #neverThere: string;
  readonly #apex: string;
  readonly #stop = new AbortController();
  #names: readonly ConstantName[] = [];
  #running: Promise<void> | undefined;
  #serial = -1;
  readonly #totals = { answered: 0, failed: 0, denied: 0 };

  /** `zone` is without its final dot. */
  constructor(client: DohClient, zone: string, violations: Violations) {
    this.#client = client;
    this.#violations = violations;
    this.#neverThere = `never-there.default.svc.${zone}`;
    this.#apex = zone;
  }

  get totals(): AskedTotals {
    return this.#totals;
  }

  /** From now on these names are there all the time. */
  set names(names: readonly ConstantName[]) {
    this.#names = names;
  }

  /** The edge begins anew; so may the serial. */
  forgetSerial(): void {
    this.#serial = -1;
  }

  start(): void {
    this.#running ??= this.#run(this.#stop.signal);
  }

  async stop(): Promise<AskedTotals> {
    this.#stop.abort();
    await this.#running;
    return this.totals;
  }

  async #run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      for (const { name, type } of this.#names) await this.#askExisting(name, type);
      await this.#askAbsent();
      await this.#askSerial();
      await sleep(pauseMilliseconds, undefined, { signal }).catch(() => undefined);
    }
  }

  async #askExisting(name: string, type: QuestionType): Promise<void> {
    const answer = await this.#ask(name, type);
    if (answer === undefined || answer.rcode === 'SERVFAIL') return;
    const records = answer.packet.answers ?? [];
    if (answer.rcode === 'NOERROR' && records.length > 0) this.#totals.answered += 1;
    else
      this.#violations.note(`asked ${name}`, `${name} ${type} was answered ${answer.rcode}, ${records.length} records`);
  }

  async #askAbsent(): Promise<void> {
    const answer = await this.#ask(this.#neverThere, 'A');
    if (answer?.rcode === 'NXDOMAIN') this.#totals.denied += 1;
  }

  async #askSerial(): Promise<void> {
    const answer = await this.#ask(this.#apex, 'SOA');
    const [record] = answer?.packet.answers ?? [];
    if (record?.type !== 'SOA') return;
    const serial = record.data.serial ?? 0;
    if (serial < this.#serial) {
      this.#violations.note('answered serial', `the SOA serial went from ${this.#serial} back to ${serial}`);
    }
    this.#serial = Math.max(serial, this.#serial);
  }

  async #ask(name: string, type: QuestionType) {
    const answer = await this.#client.ask(name, type).catch(() => undefined);
    if (answer === undefined || answer.rcode === 'SERVFAIL') this.#totals.failed += 1;
    return answer;
  }
}
