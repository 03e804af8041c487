/** An object that is read for records and for supplements at once, so that both always speak of the same state of it. */
import type { Sink } from './reflector.ts';
import type { Trimmed } from './trimmed.ts';

export interface ReadTwice<T, F> extends Trimmed<T> {
  readonly facts: Trimmed<F>;
}

/** `readFacts` is told what was read for records. Neither must throw. */
export function readTwice<T, F>(
  read: (object: unknown) => Trimmed<T>,
  readFacts: (object: unknown, trimmed: Trimmed<T>) => Trimmed<F>,
): (object: unknown) => ReadTwice<T, F> {
  return (object) => {
    const trimmed = read(object);
    return { ...trimmed, facts: readFacts(object, trimmed) };
  };
}

/** Gives each object to both sinks, to that of the records first. */
export function bothSinks<T, F>(records: Sink<Trimmed<T>>, facts: Sink<Trimmed<F>>): Sink<ReadTwice<T, F>> {
  return {
    replace: (items) => {
      records.replace(items);
      facts.replace(items.map((item) => item.facts));
    },
    upsert: (item) => {
      records.upsert(item);
      facts.upsert(item.facts);
    },
    remove: (item) => {
      records.remove(item);
      facts.remove(item.facts);
    },
  };
}
