/** The profiles of a user as values: which there are, which one is meant when none is named, and how they change. Pure. */
import type { Profile } from './profile.ts';

export interface Profiles {
  /** One of them, which is meant where none is named. */
  readonly defaultName: string | undefined;
  /** By name. */
  readonly all: ReadonlyMap<string, Profile>;
}

export const noProfiles: Profiles = { defaultName: undefined, all: new Map() };

export function isProfileName(text: string): boolean {
  return /^[A-Za-z0-9._-]{1,64}$/.test(text);
}

/** One that is there may be replaced by a new login to the same; another would lose its token. */
export function isForTheSame(a: Profile, b: Profile): boolean {
  return a.edge.href === b.edge.href && a.cluster === b.cluster;
}

/** The first one that there is becomes the default. */
export function withProfile({ defaultName, all }: Profiles, profile: Profile, makesDefault: boolean): Profiles {
  return {
    defaultName: makesDefault ? profile.name : (defaultName ?? profile.name),
    all: new Map(all).set(profile.name, profile),
  };
}

/** When the default goes, the only one that is left is the default. */
export function withoutProfile({ defaultName, all }: Profiles, name: string): Profiles {
  const others = new Map([...all].filter(([other]) => other !== name));
  const [only] = others.size === 1 ? others.keys() : [];
  return { defaultName: defaultName === name ? only : defaultName, all: others };
}
