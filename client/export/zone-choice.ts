/** Which of several profiles is asked about a name. Pure. */
import type { Name } from '../../zone/name.ts';
import { relativeTo } from '../../zone/name.ts';
import type { Profile } from '../profiles/profile.ts';

/** `profiles` has at least one. That with the longest zone that holds the name, the first of equals; the first of all for names in no zone. */
export function profileFor(name: Name, profiles: readonly Profile[]): Profile {
  let best = profiles[0]!;
  let longest = 0;
  for (const profile of profiles) {
    for (const zone of profile.zones) {
      if (zone.length <= longest || relativeTo(name, zone) === undefined) continue;
      best = profile;
      longest = zone.length;
    }
  }
  return best;
}
