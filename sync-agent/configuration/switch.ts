/** A switch where it needs a value. */
import { UsageError } from '../usage.ts';
import type { Given } from './option.ts';

/** Throws UsageError. */
export function readSwitch({ value, label }: Given<string>): boolean {
  if (value === 'true') return true;
  if (value === 'false') return false;
  throw new UsageError(`${label} "${value}" is not true or false`);
}
