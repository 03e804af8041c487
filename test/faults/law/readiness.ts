/**
 * Keeps asking an agent's /readyz, and holds against it what the test knows: while the view is frozen for longer than the
 * stated bound it must not be 200. That nobody listens is not ready either.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Violations } from './violations.ts';

export interface Probe {
  readonly atMilliseconds: number;
  /** 0 when nobody answers. */
  readonly status: number;
  readonly body: string;
}

const pauseMilliseconds = 100;
const timeoutMilliseconds = 2000;

export class ReadinessWatch {
  /** Every change of the status. */
  readonly changes: Probe[] = [];
  readonly #url: URL;
  readonly #violations: Violations;
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;
  #frozenBeyond: number | undefined;

  constructor(agentUrl: URL, violations: Violations) {
    this.#url = new URL('/readyz?verbose', agentUrl);
    this.#violations = violations;
    this.#running = this.#run(this.#stop.signal);
  }

  get status(): number {
    return this.changes.at(-1)?.status ?? 0;
  }

  /** The view is frozen from now on; green is allowed for `boundMilliseconds` yet. */
  noteFrozen(boundMilliseconds: number): void {
    this.#frozenBeyond ??= performance.now() + boundMilliseconds;
  }

  noteThawed(): void {
    this.#frozenBeyond = undefined;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      // What is asked within the bound may be answered late.
      const isLate = this.#frozenBeyond !== undefined && performance.now() > this.#frozenBeyond;
      const probe = await probed(this.#url);
      if (probe.status !== this.status || this.changes.length === 0) this.changes.push(probe);
      if (isLate && this.#frozenBeyond !== undefined && probe.status === 200) {
        this.#violations.note('ready', `/readyz is 200 while the view is frozen beyond its bound: ${probe.body}`);
      }
      await sleep(pauseMilliseconds, undefined, { signal }).catch(() => undefined);
    }
  }
}

export async function probed(url: URL): Promise<Probe> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMilliseconds) });
    return { atMilliseconds: performance.now(), status: response.status, body: await response.text() };
  } catch {
    return { atMilliseconds: performance.now(), status: 0, body: '' };
  }
}
