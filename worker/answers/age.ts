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

type Aging = Pick<Extract<Served, { kind: 'live' }>, 'signed' | 'limits'>;

/** By the limits of the cluster; `now` in Unix milliseconds. */
export function ageOf(aging: Aging, now: number): Age {
  if (isFresh(aging, now)) return { kind: 'fresh' };
  const { signed, limits } = aging;
  const { manifest } = signed;
  const seconds = ageSeconds(aging, now);
  const text = `age=${seconds}s serial=${manifest.serial}`;
  return { kind: isAhead(manifest, now) || seconds <= limits.hardLimitSeconds ? 'stale' : 'expired', text };
}

/** What is from the future is not: its true age is not known. */
export function isFresh(aging: Aging, now: number): boolean {
  return ageSeconds(aging, now) <= aging.limits.softLimitSeconds && !isAhead(aging.signed.manifest, now);
}

/** Below 0 for what is from the future. */
export function ageSeconds({ signed }: Pick<Aging, 'signed'>, now: number): number {
  return Math.floor((now - signed.manifest.generatedAt) / 1000);
}
