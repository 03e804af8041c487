/** Reflectors that together keep a view, or a part of it. */
import type { ReflectorStatus } from './reflector.ts';

/** What keeps a part of the view, however it does it. */
export interface Observation {
  /** By title (resource.ts). */
  readonly status: ReadonlyMap<string, ReflectorStatus>;
  /**
   * The moment up to which all of it is known to have been alive (reflector.ts), in milliseconds since the Unix epoch;
   * undefined until all of it was seen whole.
   */
  readonly aliveAtMilliseconds: number | undefined;
  /** Whether every watch is open. */
  readonly isWatching: boolean;
  /** Resolves when the signal has aborted. */
  run(signal: AbortSignal): Promise<void>;
}

/** What is used of a Reflector, whatever it reflects. */
export interface AnyReflector {
  readonly status: ReflectorStatus;
  readonly aliveAtMilliseconds: number | undefined;
  run(signal: AbortSignal): Promise<void>;
}

export class ReflectorGroup implements Observation {
  readonly #reflectors: ReadonlyMap<string, AnyReflector>;

  /** By title. */
  constructor(reflectors: Iterable<readonly [string, AnyReflector]>) {
    this.#reflectors = new Map(reflectors);
  }

  get status(): ReadonlyMap<string, ReflectorStatus> {
    return new Map([...this.#reflectors].map(([title, { status }]) => [title, status]));
  }

  get aliveAtMilliseconds(): number | undefined {
    return earliest([...this.#reflectors.values()].map(({ aliveAtMilliseconds }) => aliveAtMilliseconds));
  }

  get isWatching(): boolean {
    return [...this.#reflectors.values()].every(({ status: { state } }) => state === 'watching' || state === 'absent');
  }

  async run(signal: AbortSignal): Promise<void> {
    await runAll([...this.#reflectors.values()], signal);
  }
}

/** The first to throw ends the others. */
export async function runAll(parts: readonly Pick<Observation, 'run'>[], signal: AbortSignal): Promise<void> {
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  try {
    await Promise.all(parts.map((part) => part.run(either)));
  } finally {
    stop.abort();
  }
}

/** Undefined when one of the moments is. */
export function earliest(moments: readonly (number | undefined)[]): number | undefined {
  let first = Number.POSITIVE_INFINITY;
  for (const moment of moments) {
    if (moment === undefined) return undefined;
    first = Math.min(first, moment);
  }
  return first;
}
