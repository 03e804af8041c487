/** Kubernetes writes moments as RFC 3339 in UTC, to the second. */

/** A clock: milliseconds since 1970. */
export type Clock = () => number;

/** The moment as a Kubernetes API spells it, e.g. `2026-11-01T12:00:00Z`. */
export function timestamp(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z');
}
