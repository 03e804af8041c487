/** How it stands with a source: whether it answers, and when it was last tried. */
import type { Name } from '../../zone/name.ts';
import type { ZoneSource } from './contract.ts';

export interface Lane {
  readonly source: ZoneSource;
  readonly zones: readonly Name[];
  /** Undefined as long as it answers. */
  failure: SourceFailure | undefined;
  /** Elapsed milliseconds, as the next. */
  triedAt: number;
  answeredAt: number;
}

/** Why there was no answer. `code` is stable. */
export interface SourceFailure {
  readonly code: 'REFUSED_TOKEN' | 'TOO_MANY_REQUESTS' | 'LATE' | 'MALFORMED' | 'NO_ANSWER';
  /** For people and logs, one line. */
  readonly reason: string;
}

export function laneOf(source: ZoneSource): Lane {
  return {
    source,
    zones: source.zones,
    failure: undefined,
    triedAt: Number.NEGATIVE_INFINITY,
    answeredAt: Number.NEGATIVE_INFINITY,
  };
}

/** What `ask` rejected with. */
export function failureOf(error: unknown): SourceFailure {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const reason = error instanceof Error ? error.message.split('\n', 1)[0]! : String(error);
  if (code === 'REFUSED_TOKEN' || code === 'TOO_MANY_REQUESTS') return { code, reason };
  return { code: 'NO_ANSWER', reason };
}
