/**
 * Lines that others can cause as often as they like: each is told at most once in a while, so whoever causes them does not
 * decide how much is written. Every isolate counts for itself.
 */
import type { Machine } from './environment.ts';

const maxRemembered = 10_000;

export class SeldomLog {
  readonly #machine: Machine;
  readonly #silentMilliseconds: number;
  /** When each was last told, and how often it came since. */
  readonly #told = new Map<string, { readonly at: number; untold: number }>();

  constructor(machine: Machine, silentMilliseconds: number) {
    this.#machine = machine;
    this.#silentMilliseconds = silentMilliseconds;
  }

  /**
   * `about` is what makes two lines the same. `line` gets how often it came since the last one, this time included. Returns
   * until when the same is not told again, in Unix milliseconds.
   */
  tell(about: string, line: (count: number) => string, kind?: 'event'): number {
    const now = this.#machine.now();
    const last = this.#told.get(about);
    if (last !== undefined && now - last.at < this.#silentMilliseconds) {
      last.untold += 1;
      return last.at + this.#silentMilliseconds;
    }
    if (this.#told.size >= maxRemembered) this.#told.clear();
    this.#told.set(about, { at: now, untold: 0 });
    this.#machine.log(line(1 + (last?.untold ?? 0)), kind);
    return now + this.#silentMilliseconds;
  }
}

/** The end of a line that stands for several. */
export function times(count: number): string {
  return count === 1 ? '' : ` (${count} times)`;
}
