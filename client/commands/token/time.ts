/** Moments in the future, as flags say them. */
import { UsageError } from '../../../sync-agent/usage.ts';

const unitMilliseconds: Readonly<Record<string, number>> = {
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
};

/**
 * A length of time from `now`, as `30d`, or a date of ISO 8601, which is UTC unless it says otherwise; in Unix
 * milliseconds. Throws UsageError, which begins with `flag`.
 */
export function readTime(flag: string, text: string, now: number): number {
  const [, count, unit] = /^([1-9]\d{0,5})([mhdw])$/.exec(text) ?? [];
  const time = unit === undefined ? dateOf(text) : now + Number(count) * unitMilliseconds[unit]!;
  if (Number.isNaN(time)) {
    throw new UsageError(`${flag} "${text}" is neither a time such as 12h or 30d nor a date such as 2027-01-31`);
  }
  if (time <= now) throw new UsageError(`${flag} "${text}" is in the past`);
  return time;
}

/** NaN when it is none. A day begins at midnight. */
function dateOf(text: string): number {
  const isDay = /^\d{4}-\d\d-\d\d$/.test(text);
  const isMoment = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)$/.test(text);
  if (!isDay && !isMoment) return Number.NaN;
  const time = Date.parse(text);
  // The 31st of a shorter month is read as the 1st of the next.
  const isReal = new Date(`${text.slice(0, 10)}T00:00:00Z`).toJSON()?.startsWith(text.slice(0, 10));
  return isReal === true ? time : Number.NaN;
}
