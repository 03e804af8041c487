/**
 * Who may take a Lease, as client-go decides it (tools/leaderelection). Pure.
 *
 * Clocks of machines disagree, so no candidate reads another's time. Each notes by its own steady clock when it saw the
 * Lease change last; once it has stood still for its duration, its holder has stopped: a holder that cannot renew gives
 * up at its renew deadline, which is less, counted from before it sent what the others have seen.
 */
import { type LeaseClaim, type LeaseRecord, microTime, type StoredLease, transitionsAfter } from './lease.ts';

export interface LeaseSettings {
  readonly namespace: string;
  readonly name: string;
  /** Of this process; no two may have the same. */
  readonly identity: string;
  /** How long others wait after the last sign of life. */
  readonly durationMilliseconds: number;
  /** How long the holder goes on without a renewal that has succeeded. */
  readonly renewDeadlineMilliseconds: number;
  /** Between two attempts. */
  readonly retryMilliseconds: number;
}

/** Candidates wait up to so many times the retry period, so that they do not all come at once. */
export const retryJitter = 1.2;

/** A Lease that asks for more is not believed: somebody may have written nonsense to it. */
const maxDurationMilliseconds = 10 * 60 * 1000;

/** What is wrong with the settings; nothing when they can be used. */
export function leaseProblems(settings: LeaseSettings): string[] {
  const { durationMilliseconds: duration, renewDeadlineMilliseconds: deadline, retryMilliseconds: retry } = settings;
  const problems: string[] = [];
  // Not `<=`, which no comparison with NaN is.
  if (!(retry > 0)) problems.push('the retry period of the Lease must be more than 0 seconds');
  if (!(deadline > retry * retryJitter)) {
    problems.push(`the renew deadline of the Lease must be more than ${retryJitter} times its retry period`);
  }
  if (!(duration > deadline)) problems.push('the duration of the Lease must be more than its renew deadline');
  if (!(duration <= maxDurationMilliseconds)) {
    problems.push(`the duration of the Lease must be at most ${maxDurationMilliseconds / 1000} seconds`);
  }
  return problems;
}

/** The Lease as a candidate saw it last. */
export interface Sighting {
  /** Undefined when there is none (any more). */
  readonly lease: StoredLease | undefined;
  /** The last record that was there. A Lease that is deleted does not end the term of its holder. */
  readonly record: LeaseRecord | undefined;
  /** When it was first seen like that, by the own steady clock in milliseconds. */
  readonly since: number;
}

/** `now` is by the steady clock, not before the Lease was read. */
export function sighted(before: Sighting | undefined, lease: StoredLease | undefined, now: number): Sighting {
  if (lease === undefined) return { lease, record: before?.record, since: before?.since ?? now };
  const isSame = before?.lease?.mark === lease.mark;
  return { lease, record: lease.record, since: isSame ? before.since : now };
}

/** Whether this candidate may write itself into the Lease. */
export function mayHold({ record, since }: Sighting, settings: LeaseSettings, now: number): boolean {
  if (record?.holder === undefined || record.holder === settings.identity) return true;
  const stated = Math.min((record.durationSeconds ?? 0) * 1000, maxDurationMilliseconds);
  return now - since >= Math.max(stated, settings.durationMilliseconds);
}

/** What the holder writes, to begin with and to go on. `wallNow` is milliseconds since the Unix epoch. */
export function claim({ record }: Sighting, settings: LeaseSettings, wallNow: number): LeaseClaim {
  const renewTime = microTime(wallNow);
  const own = record?.holder === settings.identity ? record : undefined;
  return {
    holder: settings.identity,
    // The field has whole seconds; longer is safe.
    durationSeconds: Math.ceil(settings.durationMilliseconds / 1000),
    acquireTime: own?.acquireTime ?? renewTime,
    renewTime,
    transitions: record === undefined ? 0 : (own?.transitions ?? transitionsAfter(record)),
  };
}

/** What the holder writes to let the next one in at once. */
export function resignation({ transitions }: LeaseRecord, wallNow: number): LeaseClaim {
  const now = microTime(wallNow);
  return { holder: undefined, durationSeconds: 1, acquireTime: now, renewTime: now, transitions };
}
