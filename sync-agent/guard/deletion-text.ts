/** What the deletion guard has to say, in words. */
import type { Deletion, Release } from './deletion-guard.ts';

/** What it would take away. */
type Things = 'names' | 'endpoints';

/** `until` and `now` are on one clock, in milliseconds. */
export function heldText(deletion: Deletion, until: number, now: number, things: Things = 'names'): string {
  return `holding back a deletion: ${countText(deletion, things)} would vanish; ${howToRelease(until - now)}`;
}

export function releasedText(deletion: Deletion, by: Release, things: Things = 'names'): string {
  switch (by) {
    case 'recovery':
      return `the deletion is not held back any more: the ${things} are there again`;
    case 'time':
      return `a deletion of ${countText(deletion, things)} has stayed for long enough: it is published`;
    case 'flag':
      return `a deletion of ${countText(deletion, things)} is published: --allow-deletions is set`;
  }
}

/** For one that publishes nothing. */
export function wouldHoldText(deletion: Deletion): string {
  return `the deletion guard would hold this back: ${countText(deletion)} would vanish`;
}

/** For one that publishes once, and does not wait. */
export function refusedText(deletion: Deletion): string {
  return `not published: ${countText(deletion)} would vanish; if they should, run it with --allow-deletions`;
}

function countText({ names, of }: Deletion, things: Things = 'names'): string {
  return `${names} of ${of} published ${things}`;
}

function howToRelease(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  const when = seconds < 120 ? `in ${seconds} s` : `in ${Math.ceil(seconds / 60)} minutes`;
  return `if they should, restart the agent with --allow-deletions; if they stay away, this is published ${when} by itself`;
}
