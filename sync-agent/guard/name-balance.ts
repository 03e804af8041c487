/**
 * How many names that are published would vanish with what is known now. Counted by group, so that names which follow
 * each other under one base name, as in a rolling restart, balance each other. A change costs its groups, not the rest.
 */

/** A group and in how many names it has changed. */
export interface NamesChange {
  readonly key: string;
  readonly before: number;
  readonly after: number;
}

export class NameBalance {
  /** How many names are published of the groups that have others now. */
  readonly #published = new Map<string, number>();
  #publishedNames = 0;
  #names = 0;
  #vanishing = 0;

  /** Names that are published. */
  get publishedNames(): number {
    return this.#publishedNames;
  }

  /** How many of them would vanish. */
  get vanishing(): number {
    return this.#vanishing;
  }

  /** Takes a change of what is known: `before` is what was said last of the group, 0 for a new one. */
  note({ key, before, after }: NamesChange): void {
    const published = this.#published.get(key) ?? before;
    this.#names += after - before;
    this.#vanishing += lost(published, after) - lost(published, before);
    if (published === after) this.#published.delete(key);
    else this.#published.set(key, published);
  }

  /** What is known is published now. */
  notePublished(): void {
    this.#published.clear();
    this.#publishedNames = this.#names;
    this.#vanishing = 0;
  }

  /** Something else is published than was thought: these names by group. `known` are those that are known now. */
  notePublishedOther(published: ReadonlyMap<string, number>, known: ReadonlyMap<string, number>): void {
    this.#published.clear();
    this.#publishedNames = 0;
    this.#vanishing = 0;
    for (const [key, names] of published) {
      const now = known.get(key) ?? 0;
      this.#publishedNames += names;
      this.#vanishing += lost(names, now);
      if (names !== now) this.#published.set(key, names);
    }
    for (const [key] of known) if (!published.has(key)) this.#published.set(key, 0);
  }
}

function lost(before: number, after: number): number {
  return Math.max(0, before - after);
}
