/** `--for`: what is waited for. */
import { FlagChecks, UsageError } from '../../../sync-agent/usage.ts';
import { parseRecordType } from '../../export/record-type.ts';

export interface AwaitedState {
  /** The one type that counts; undefined: addresses, A and AAAA together, or SRV records of names that are made for them. */
  readonly type: number | undefined;
  /** So many records at least; 0: none any more. */
  readonly count: number;
}

const help = 'pass a record type, gone or count=N';

/** Each value is a record type, `gone` or `count=N`; one type and one of the others go together. Throws UsageError. */
export function readAwaitedState(texts: readonly string[]): AwaitedState {
  const checks = new FlagChecks();
  const parts = texts.flatMap((text) => checks.read(() => readPart(text)) ?? []);
  const types = parts.flatMap(({ type }) => type ?? []);
  const counts = parts.flatMap(({ count }) => count ?? []);
  checks.read(() => {
    if (types.length > 1) throw new UsageError('--for takes one record type: wait for each of them by itself');
    if (counts.length > 1) throw new UsageError('--for takes either gone or one count=N');
  });
  if (checks.failed) throw checks.error();
  return { type: types[0], count: counts[0] ?? 1 };
}

function readPart(text: string): Partial<AwaitedState> {
  if (text === 'gone') return { count: 0 };
  const [, count] = /^count=(.*)$/s.exec(text) ?? [];
  if (count !== undefined) {
    if (/^[1-9]\d{0,4}$/.test(count)) return { count: Number(count) };
    throw new UsageError(`--for "${text}" has no number from 1 to 99999`);
  }
  const type = parseRecordType(text);
  if (type !== undefined) return { type };
  throw new UsageError(`--for "${text}" is nothing to wait for: ${help}`);
}
