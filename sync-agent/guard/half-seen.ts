/**
 * An API server that comes back empty, or not whole, is listed kind by kind. While a watch is broken, what the others have
 * lost may be a part of what is lost.
 */
import type { WatchStatus } from '../agent-status.ts';

/** A watch that stays broken for longer does not keep deletions waiting; readiness tells of it. */
export const brokenMilliseconds = 60_000;

/** Whether a watch is broken that was alive so lately. `now` is on the steady clock. */
export function isHalfSeen(
  watches: ReadonlyMap<string, WatchStatus>,
  now: number,
  latelyMilliseconds: number,
): boolean {
  return [...watches.values()].some(
    ({ state, aliveAt }) => state === 'failing' && aliveAt !== undefined && now - aliveAt < latelyMilliseconds,
  );
}
