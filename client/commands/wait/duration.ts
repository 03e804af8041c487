/** Lengths of time, as flags say them. */
import { UsageError } from '../../../sync-agent/usage.ts';

const unitMilliseconds: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };

/** `90s`, `2m` or `1h` in milliseconds. Throws UsageError, which begins with `flag`. */
export function readDuration(flag: string, text: string): number {
  const [, count, unit] = /^(\d{1,5})([smh])$/.exec(text) ?? [];
  if (unit === undefined) throw new UsageError(`${flag} "${text}" is no time such as 90s, 2m or 1h`);
  return Number(count) * unitMilliseconds[unit]!;
}
