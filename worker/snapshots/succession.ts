/**
 * Whether what KV shows may take the place of what was answered from. Pure.
 *
 * KV shows old values for a while, so what is older is not taken: an isolate never goes back in (epoch, serial). There is
 * one exception. A cluster of which all was lost that was known, in its object and in KV, may begin again below what an
 * isolate remembers. Then KV goes on showing something older, whose agent says that it was made later. KV itself
 * is not late for that long, and an agent that was followed by another cannot publish: so after `resignMilliseconds` that
 * are like this, what KV shows is taken. Until then what is remembered is answered from, within its limits of age.
 */
import { isNewer, type Manifest } from '../../zone/manifest.ts';

/** Ten times what KV is usually late. */
const resignMilliseconds = 10 * 60 * 1000;

export type Standing = 'newer' | 'same' | 'older';

/** `disputedSince`: since when KV has shown nothing but what `isDisputing` is true of; undefined when it has not. */
export function standingOf(
  stored: Manifest,
  newest: Manifest | undefined,
  disputedSince: number | undefined,
  now: number,
): Standing {
  if (newest === undefined || isNewer(stored, newest)) return 'newer';
  if (isSame(stored, newest)) return 'same';
  const isOver = disputedSince !== undefined && now - disputedSince >= resignMilliseconds;
  return isOver && isDisputing(stored, newest) ? 'newer' : 'older';
}

/** Whether it comes before in order and after in time. */
export function isDisputing(stored: Manifest, newest: Manifest): boolean {
  return !isNewer(stored, newest) && !isSame(stored, newest) && stored.generatedAt > newest.generatedAt;
}

/** The hash too: two snapshots of one version are not one. */
export function isSame(a: Manifest, b: Manifest): boolean {
  return a.epoch === b.epoch && a.serial === b.serial && a.sha256 === b.sha256;
}
