/**
 * How old a snapshot may be (after RFC 8767). Its age counts from the moment up to which the agent knew its watches alive.
 */
import { isAhead } from '../snapshots/clock.ts';
import type { Served } from '../snapshots/served.ts';

export type Age =
  | { readonly kind: 'fresh' }
  /** Answered with a short TTL, and said. */
  | { readonly kind: 'stale'; readonly text: string }
  /** Not answered from any more. */
  | { readonly kind: 'expired'; readonly text: string };

/** An address may belong to something else by now; nobody should keep it for long. */
export const staleTtlSeconds = 5;

/** By the limits of the cluster; `now` in Unix milliseconds. */
export function ageOf(
  { manifest, limits }: Pick<Extract<Served, { kind: 'live' }>, 'manifest' | 'limits'>,
  now: number,
): Age {
  const seconds = Math.floor((now - manifest.generatedAt) / 1000);
  const text = `age=${seconds}s serial=${manifest.serial}`;
  // Its true age is not known.
  if (isAhead(manifest, now)) return { kind: 'stale', text };
  if (seconds <= limits.softLimitSeconds) return { kind: 'fresh' };
  return { kind: seconds <= limits.hardLimitSeconds ? 'stale' : 'expired', text };
}
