/** The writer's clock against the Worker's. */
import type { Manifest } from '../../zone/manifest.ts';

/** Clocks that are kept differ by less. */
const maxAheadMilliseconds = 5 * 60 * 1000;
const maxEpochAheadMilliseconds = 24 * 60 * 60 * 1000;

/**
 * Whether a snapshot says that it was made later than can be. Its age then means nothing: it would go on looking fresh
 * long after its agent fell silent.
 */
export function isAhead({ generatedAt }: Pick<Manifest, 'generatedAt'>, now: number): boolean {
  return generatedAt - now > maxAheadMilliseconds;
}

/**
 * Whether the epoch is one that no clock gives yet: seconds, milliseconds and small counts are below. Without a bound,
 * whoever holds a stolen key could publish the highest epoch there is, and nothing could ever follow.
 */
export function isEpochAhead({ epoch }: Manifest, now: number): boolean {
  return epoch - now > maxEpochAheadMilliseconds;
}
