/** Below which zone each profile's names are listed: one in which a question gets to that profile. Pure. */
import type { Name } from '../../../zone/name.ts';
import { profileFor } from '../../export/zone-choice.ts';
import type { Profile } from '../../profiles/profile.ts';

export interface AskedProfile {
  readonly profile: Profile;
  readonly zone: Name;
}

/** Without the profiles all of whose zones are those of others before them. */
export function askedZones(profiles: readonly Profile[]): readonly AskedProfile[] {
  return profiles.flatMap((profile) => {
    const zone = profile.zones.find((each) => profileFor(each, profiles) === profile);
    return zone === undefined ? [] : { profile, zone };
  });
}
