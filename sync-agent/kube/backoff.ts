/** How long to wait before the next attempt. Pure. */

const firstMilliseconds = 800;
const maxMilliseconds = 30_000;
/** A server may ask for more patience than `maxMilliseconds`, but not for a day. */
const maxRetryAfterMilliseconds = 120_000;

/**
 * The wait after `failures` failures in a row (1 or more): 0.8 s, doubled each time up to 30 s, of which the last half
 * is random, so that many agents do not come back at once. `random` is in [0, 1). A server's Retry-After is a minimum.
 */
export function retryMilliseconds(failures: number, random: number, retryAfterSeconds = 0): number {
  const step = Math.min(maxMilliseconds, firstMilliseconds * 2 ** (failures - 1));
  const asked = Math.min(maxRetryAfterMilliseconds, retryAfterSeconds * 1000);
  return Math.round(Math.max(asked, (step / 2) * (1 + random)));
}
