/** What the edge tells, as tables for people. Pure. */
import type { Fields } from '../administration.ts';

/** A line for the header and one for each row, whose cells are as many as the header's. */
export function tableOf(header: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  return all.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
}

/** No members when it is something else. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

/** What the edge does not tell is `-`. Without control characters: what it says goes to a terminal. */
export function cellOf(value: unknown): string {
  if (typeof value !== 'string' && typeof value !== 'number') return '-';
  return String(value).replace(/\p{Cc}/gu, '?') || '-';
}

/** As `2026-11-21T12:00:00Z`, from Unix milliseconds. */
export function timeCell(value: unknown): string {
  const time = typeof value === 'number' ? new Date(value) : undefined;
  return time === undefined || Number.isNaN(time.getTime()) ? '-' : time.toISOString().replace(/\.\d+Z$/, 'Z');
}
