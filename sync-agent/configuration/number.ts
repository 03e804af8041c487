/** Numbers that people write. */
import { UsageError } from '../usage.ts';
import type { Given } from './option.ts';

/** A whole number. Throws UsageError. */
export function readCount({ value, label }: Given<string>, least: number, most: number, unit: Unit): number {
  const count = /^\d{1,5}$/.test(value) ? Number(value) : Number.NaN;
  if (count >= least && count <= most) return count;
  throw new UsageError(`${label} "${value}" is not a whole number${unitWords[unit]} from ${least} to ${most}`);
}

export type Unit = 'seconds' | 'percent';

const unitWords: Readonly<Record<Unit, string>> = { seconds: ' of seconds', percent: '' };

/** Seconds, with up to three digits after the point, as milliseconds. Throws UsageError. */
export function readMilliseconds({ value, label }: Given<string>, leastSeconds: number, mostSeconds: number): number {
  const seconds = /^\d{1,5}(\.\d{1,3})?$/.test(value) ? Number(value) : Number.NaN;
  if (seconds >= leastSeconds && seconds <= mostSeconds) return Math.round(seconds * 1000);
  throw new UsageError(`${label} "${value}" is not a number of seconds from ${leastSeconds} to ${mostSeconds}`);
}
