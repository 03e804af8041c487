/** Time that passes from one event to the next: whoever sleeps wakes in order, each at his own moment. */
import type { Machine } from '../../../worker/environment.ts';
import { SeededRandom } from './seeded-random.ts';

interface Sleeper {
  readonly dueAt: number;
  readonly wake: () => void;
}

/** Enough for whatever goes on between two events: nothing there waits for anything but promises. */
const microtasks = 150;

export class SimulatedTime implements Machine {
  readonly chance: SeededRandom;
  readonly lines: string[] = [];
  #now = Date.parse('2026-11-21T12:00:00Z');
  readonly #sleepers: Sleeper[] = [];

  constructor(seed: number) {
    this.chance = new SeededRandom(seed);
  }

  now(): number {
    return this.#now;
  }

  sleep(milliseconds: number): Promise<void> {
    return new Promise((wake) => this.#sleepers.push({ dueAt: this.#now + milliseconds, wake }));
  }

  random(): number {
    return this.chance.next();
  }

  log(line: string): void {
    this.lines.push(line);
  }

  fetch(): Promise<never> {
    return Promise.reject(new Error('there is nothing elsewhere'));
  }

  async run(milliseconds: number): Promise<void> {
    const until = this.#now + milliseconds;
    for (;;) {
      await settle();
      const next = this.#takeNext(until);
      if (next === undefined) break;
      this.#now = next.dueAt;
      next.wake();
    }
    this.#now = until;
  }

  /** What the work comes to; time passes until it ends. */
  async ending<T>(work: Promise<T>): Promise<T> {
    let isOver = false;
    const end = (): void => {
      isOver = true;
    };
    work.then(end, end);
    for (;;) {
      await settle();
      if (isOver) return work;
      const next = this.#takeNext(Number.POSITIVE_INFINITY);
      if (next === undefined) throw new Error('it waits for something that is not an event');
      this.#now = next.dueAt;
      next.wake();
    }
  }

  /** The first to wake; of those that wake at one moment, who fell asleep first. */
  #takeNext(until: number): Sleeper | undefined {
    let first: Sleeper | undefined;
    for (const sleeper of this.#sleepers) {
      if (sleeper.dueAt <= until && (first === undefined || sleeper.dueAt < first.dueAt)) first = sleeper;
    }
    if (first !== undefined) this.#sleepers.splice(this.#sleepers.indexOf(first), 1);
    return first;
  }
}

async function settle(): Promise<void> {
  for (let i = 0; i < microtasks; i += 1) await undefined;
}
