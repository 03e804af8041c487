/**
 * How many names would vanish with what is known now: of those that are published, and of those that were published when
 * the memory begins. What came and went since then does not count.
 *
 * Counted by group, so that names which follow each other under one base name, as in a rolling restart, balance each
 * other. A change costs its groups, not the rest.
 */
import type { NameChange } from '../snapshot/published-zone.ts';

/** By how many names each group has grown. */
type Growth = ReadonlyMap<string, number>;

interface Publish {
  readonly at: number;
  readonly growth: Growth;
}

export class NameBalance {
  /** What is known against what is published; groups with as many names are left out here and below. */
  readonly #sincePublish = new Map<string, number>();
  /** What is known against what was published when the memory begins. */
  readonly #sinceMemory = new Map<string, number>();
  /** Those since the memory begins, the oldest first. */
  #publishes: Publish[] = [];
  #knownNames = 0;
  /** Over all groups, the worse of both balances. */
  #balance = 0;
  #vanishing = 0;

  /** Names that are published, or were when the memory begins: of each group the larger number. */
  get publishedNames(): number {
    return this.#knownNames - this.#balance;
  }

  /** How many of them would vanish. */
  get vanishing(): number {
    return this.#vanishing;
  }

  /** Whether any would vanish of those that are published now. */
  get hasLost(): boolean {
    return [...this.#sincePublish.values()].some((balance) => balance < 0);
  }

  /** How many would vanish of each group that would lose any. */
  vanishingByGroup(): ReadonlyMap<string, number> {
    const vanishing = new Map<string, number>();
    for (const balances of [this.#sincePublish, this.#sinceMemory]) {
      for (const key of balances.keys()) {
        const names = lost(this.#balanceOf(key));
        if (names > 0) vanishing.set(key, names);
      }
    }
    return vanishing;
  }

  /** Takes a change of what is known. */
  note({ key, growth }: NameChange): void {
    this.#knownNames += growth;
    this.#change(key, growth, growth);
  }

  /** What is known is published now; `now` is on the steady clock, as `until` below. */
  notePublished(now: number): void {
    const growth = new Map(this.#sincePublish);
    for (const [key, names] of growth) this.#change(key, -names, 0);
    if (growth.size > 0) this.#publishes.push({ at: now, growth });
  }

  /** Lets the memory begin later: publishes until then are no news any more. */
  forget(until: number): void {
    for (let first = this.#publishes[0]; first !== undefined && first.at <= until; first = this.#publishes[0]) {
      this.#publishes.shift();
      for (const [key, names] of first.growth) this.#change(key, 0, -names);
    }
  }

  /** What is known is published now, and the memory begins with it. */
  startAnew(): void {
    this.#publishes = [];
    this.#sincePublish.clear();
    this.#sinceMemory.clear();
    this.#balance = 0;
    this.#vanishing = 0;
  }

  /** The memory begins with names that somebody else has published, by group. `known` are those that are known now. */
  startFrom(published: ReadonlyMap<string, number>, known: ReadonlyMap<string, number>): void {
    this.startAnew();
    this.#knownNames = [...known.values()].reduce((sum, names) => sum + names, 0);
    for (const key of new Set([...published.keys(), ...known.keys()])) {
      const growth = (known.get(key) ?? 0) - (published.get(key) ?? 0);
      this.#change(key, growth, growth);
    }
  }

  #change(key: string, sincePublish: number, sinceMemory: number): void {
    const before = this.#balanceOf(key);
    add(this.#sincePublish, key, sincePublish);
    add(this.#sinceMemory, key, sinceMemory);
    const after = this.#balanceOf(key);
    this.#balance += after - before;
    this.#vanishing += lost(after) - lost(before);
  }

  #balanceOf(key: string): number {
    return Math.min(this.#sincePublish.get(key) ?? 0, this.#sinceMemory.get(key) ?? 0);
  }
}

function add(balances: Map<string, number>, key: string, names: number): void {
  const balance = (balances.get(key) ?? 0) + names;
  if (balance === 0) balances.delete(key);
  else balances.set(key, balance);
}

function lost(balance: number): number {
  return Math.max(0, -balance);
}
