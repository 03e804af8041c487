/** Reflectors that together keep a view, or a part of it. */
import type { WatchStatus } from '../agent-status.ts';
import type { ReflectorStatus } from './reflector.ts';

/** What keeps a part of the view, however it does it. */
export interface Observation {
  /** By title (resource.ts). */
  readonly status: ReadonlyMap<string, ReflectorStatus>;
  /** The same with the moment up to which each is known to have been alive. */
  readonly watches: ReadonlyMap<string, WatchStatus>;
  /**
   * The moment up to which all of it is known to have been alive (reflector.ts), by Clock.steadyNow; undefined until all
   * of it was seen whole.
   */
  readonly aliveAtSteadyMilliseconds: number | undefined;
  /** Whether every watch is open. */
  readonly isWatching: boolean;
  /** Resolves when the signal has aborted. */
  run(signal: AbortSignal): Promise<void>;
}

/** What is used of a Reflector, whatever it reflects. */
export interface AnyReflector {
  readonly status: ReflectorStatus;
  readonly aliveAtSteadyMilliseconds: number | undefined;
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

  get watches(): ReadonlyMap<string, WatchStatus> {
    return new Map([...this.#reflectors].map(([title, reflector]) => [title, watchStatusOf(reflector)]));
  }

  get aliveAtSteadyMilliseconds(): number | undefined {
    return earliest([...this.#reflectors.values()].map(({ aliveAtSteadyMilliseconds }) => aliveAtSteadyMilliseconds));
  }

  get isWatching(): boolean {
    return [...this.#reflectors.values()].every(({ status: { state } }) => state === 'watching' || state === 'absent');
  }

  async run(signal: AbortSignal): Promise<void> {
    await runAll([...this.#reflectors.values()], signal);
  }
}

function watchStatusOf({ status, aliveAtSteadyMilliseconds }: AnyReflector): WatchStatus {
  const failures = status.state === 'failing' ? status.failures : 0;
  return { state: status.state, aliveAt: aliveAtSteadyMilliseconds, failures };
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
