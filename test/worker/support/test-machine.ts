/** Time that passes when a test says so, chance that is none, and the log as a list. */
import type { Machine, Sending } from '../../../worker/environment.ts';

interface Sleeper {
  readonly dueAt: number;
  readonly wake: () => void;
}

/** Shorter sleeps are polling: they give way to others and take no time. */
const shortestMilliseconds = 100;

export class TestMachine implements Machine {
  readonly lines: string[] = [];
  #now = Date.parse('2026-11-21T12:00:00Z');
  #sleepers: Sleeper[] = [];

  now(): number {
    return this.#now;
  }

  sleep(milliseconds: number): Promise<void> {
    if (milliseconds < shortestMilliseconds) return new Promise((resolve) => setTimeout(resolve, 1));
    return new Promise((wake) => this.#sleepers.push({ dueAt: this.#now + milliseconds, wake }));
  }

  random(): number {
    return 0;
  }

  /** What is elsewhere, by URL; nothing unless a test puts something there. */
  readonly elsewhere = new Map<string, (sending?: Sending) => Response | Promise<Response>>();
  readonly fetched: string[] = [];

  async fetch(url: string, sending?: Sending): Promise<Response> {
    this.fetched.push(url);
    const answer = this.elsewhere.get(url);
    if (answer === undefined) throw new Error(`there is nothing at ${url}`);
    return answer(sending);
  }

  log(line: string): void {
    this.lines.push(line);
  }

  /** Time passes, and whoever slept that long wakes. */
  advance(milliseconds: number): void {
    this.jump(milliseconds);
    const due = this.#sleepers.filter(({ dueAt }) => dueAt <= this.#now);
    this.#sleepers = this.#sleepers.filter(({ dueAt }) => dueAt > this.#now);
    for (const { wake } of due) wake();
  }

  /** Time passes and nobody wakes: whoever slept was cut off. */
  jump(milliseconds: number): void {
    this.#now += milliseconds;
  }
}
