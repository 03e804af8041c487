/** What the deletion guard has to say, in words. */
import type { Deletion, Release } from './deletion-guard.ts';

/** `until` and `now` are on one clock, in milliseconds. */
export function heldText({ names, of }: Deletion, until: number, now: number): string {
  return `holding back a deletion: ${names} of ${of} published names would vanish at once; ${howToRelease(until - now)}`;
}

export function releasedText({ names, of }: Deletion, by: Release): string {
  switch (by) {
    case 'recovery':
      return 'the deletion is not held back any more: the names are there again';
    case 'time':
      return `a deletion of ${names} of ${of} published names has stayed for long enough: it is published`;
    case 'flag':
      return `a deletion of ${names} of ${of} published names is published: --allow-deletions is set`;
  }
}

/** For whoever does not wait. */
export function refusedText({ names, of }: Deletion): string {
  return `not published: ${names} of ${of} published names would vanish at once; if they should, run it with --allow-deletions`;
}

function howToRelease(milliseconds: number): string {
  const minutes = Math.ceil(milliseconds / 60_000);
  const when = `in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`;
  return `if they should, restart the agent with --allow-deletions; if they stay away, this is published ${when} by itself`;
}
