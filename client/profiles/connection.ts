/**
 * The flags that say which edges a command asks: profiles that are kept, or a URL for this time alone. A URL comes before what is kept.
 */
import { resolve } from 'node:path';
import type { ParseArgsConfig } from 'node:util';
import { UsageError } from '../../sync-agent/usage.ts';
import { readAuthority } from '../doh/doh-server.ts';
import { discoverClusters } from './discovery.ts';
import { readDohUrl } from './doh-url.ts';
import { nameOfHost } from './login.ts';
import { LoginError, planLogin } from './login-plan.ts';
import type { Profile } from './profile.ts';
import { ProfileFile } from './profile-file.ts';
import type { Profiles } from './profiles.ts';
import { profilesPath } from './profiles-path.ts';
import { findToken } from './token-source.ts';
import { warn } from './warning.ts';
import { readZones } from './zone-text.ts';

/** For `parseCommandLine`. */
export const connectionFlags = {
  profile: { type: 'string', multiple: true },
  doh: { type: 'string' },
  'token-file': { type: 'string' },
  zone: { type: 'string', multiple: true },
  authority: { type: 'string' },
} as const satisfies ParseArgsConfig['options'];

export const connectionFlagsHelp = `\
  --profile NAME         ask where this login leads ("kube-doh profiles" shows them)
  --doh URL              ask there instead; without either, KUBE_DOH_URL in the environment does. Beside it:
    --token-file FILE    holds the token, - is the standard input; without it, KUBE_DOH_TOKEN in the environment does
    --zone NAME          which zone to ask for; may be repeated. Without it, all that the token has
    --authority FILE     PEM of the authority to trust instead of the usual ones; KUBE_DOH_AUTHORITY in the environment
`;

export interface ConnectionFlags {
  readonly profile?: readonly string[] | undefined;
  readonly doh?: string | undefined;
  readonly 'token-file'?: string | undefined;
  readonly zone?: readonly string[] | undefined;
  readonly authority?: string | undefined;
}

/** What is asked now, and what changes of it. */
export interface FollowedConnections {
  /** None while nobody has logged in. */
  readonly profiles: readonly Profile[];
  /** The whole anew after a change, such as a login; undefined while there is none. Cheap. Throws an error of one line. */
  readIfChanged(): readonly Profile[] | undefined;
}

/** The named ones, or all, the default first: at least one. Rejects with an error of one line. */
export async function readConnections(
  flags: ConnectionFlags,
  environment: NodeJS.ProcessEnv,
): Promise<readonly Profile[]> {
  const url = readUrl(flags, environment);
  if (url !== undefined) return [await profileOfUrl(url, flags, environment)];
  const profiles = new ProfileFile(profilesPath(environment), warn).read();
  if (profiles.all.size === 0) throw noLogin();
  return chosen(profiles, flags, (name) => named(profiles, name));
}

/** The named one, or the default. Rejects with an error of one line. */
export async function readConnection(flags: ConnectionFlags, environment: NodeJS.ProcessEnv): Promise<Profile> {
  const [name, ...others] = flags.profile ?? [];
  if (others.length > 0) throw new UsageError('--profile is given more than once: this asks one edge');
  const url = readUrl(flags, environment);
  if (url !== undefined) return profileOfUrl(url, flags, environment);
  const file = new ProfileFile(profilesPath(environment), warn);
  const profiles = file.read();
  if (profiles.all.size === 0) throw noLogin();
  const chosen = name ?? profiles.defaultName;
  if (chosen === undefined) throw new UsageError(`--profile is missing: choose one of ${namesOf(profiles)}`);
  return named(profiles, chosen);
}

/** As `readConnections`, for those who go on: there may be none yet, and who is logged out may log in again. */
export async function followConnections(
  flags: ConnectionFlags,
  environment: NodeJS.ProcessEnv,
): Promise<FollowedConnections> {
  const url = readUrl(flags, environment);
  if (url !== undefined) {
    return { profiles: [await profileOfUrl(url, flags, environment)], readIfChanged: () => undefined };
  }
  const file = new ProfileFile(profilesPath(environment), warn);
  const select = (profiles: Profiles): readonly Profile[] =>
    chosen(profiles, flags, (name) => {
      const profile = profiles.all.get(name);
      if (profile === undefined)
        warn(`there is no profile "${name}": its names wait for kube-doh login URL --name ${name}`);
      return profile ?? [];
    });
  return {
    profiles: select(file.read()),
    readIfChanged() {
      const changed = file.readIfChanged();
      return changed && select(changed);
    },
  };
}

interface GivenUrl {
  readonly text: string;
  readonly label: string;
}

/** Undefined when profiles count. Throws UsageError for flags that would do nothing. */
function readUrl(flags: ConnectionFlags, { KUBE_DOH_URL: fromEnvironment }: NodeJS.ProcessEnv): GivenUrl | undefined {
  const namesProfiles = flags.profile !== undefined && flags.profile.length > 0;
  if (flags.doh !== undefined) {
    if (namesProfiles) throw new UsageError('--profile and --doh are both given: choose one of them');
    return { text: flags.doh, label: '--doh' };
  }
  const isSet = fromEnvironment !== undefined && fromEnvironment !== '';
  if (isSet && !namesProfiles) return { text: fromEnvironment, label: 'KUBE_DOH_URL' };
  const foreign = (['token-file', 'zone', 'authority'] as const).find((flag) => (flags[flag]?.length ?? 0) > 0);
  if (foreign === undefined) return undefined;
  throw new UsageError(`--${foreign} goes with --doh: a profile has its own ("kube-doh login" changes it)`);
}

/** The edge decides which of the token's clusters a name is of, unless the URL says it. */
async function profileOfUrl(
  { text, label }: GivenUrl,
  flags: ConnectionFlags,
  environment: NodeJS.ProcessEnv,
): Promise<Profile> {
  const { edge, cluster, token: inUrl } = readDohUrl(text, label);
  const zones = readZones(flags.zone ?? []);
  const token = await findToken({ file: flags['token-file'], environment, inUrl }, warn);
  const authority = flags.authority ?? environment['KUBE_DOH_AUTHORITY'];
  const authorityFile = authority === undefined || authority === '' ? undefined : resolve(authority);
  const profile = { name: nameOfHost(edge), edge, cluster, token, zones, authorityFile };
  if (zones.length > 0) return profile;
  if (token === undefined) {
    throw new UsageError(`${label} has no token, so its zones are not known: pass --zone NAME, or a token`);
  }
  const listed = await discoverClusters({ edge, token, authorityPem: readAuthority(authorityFile) });
  const { drafts } = planLogin(listed, { name: undefined, cluster, zones });
  return { ...profile, zones: [...new Set(drafts.flatMap((draft) => draft.zones))] };
}

/** The named ones, each by `find`, or all. */
function chosen(
  profiles: Profiles,
  { profile: names = [] }: ConnectionFlags,
  find: (name: string) => Profile | readonly Profile[],
): readonly Profile[] {
  return names.length === 0 ? defaultFirst(profiles) : [...new Set(names)].flatMap(find);
}

function named(profiles: Profiles, name: string): Profile {
  const profile = profiles.all.get(name);
  if (profile !== undefined) return profile;
  const others = profiles.all.size === 0 ? 'log in with "kube-doh login URL"' : `there are ${namesOf(profiles)}`;
  throw new LoginError(`there is no profile "${name}": ${others}`);
}

/** Of profiles with the same zone the first one is asked. */
function defaultFirst({ defaultName, all }: Profiles): readonly Profile[] {
  const isDefault = ({ name }: Profile): boolean => name === defaultName;
  const profiles = [...all.values()];
  return [...profiles.filter(isDefault), ...profiles.filter((profile) => !isDefault(profile))];
}

function namesOf({ all }: Profiles): string {
  return [...all.keys()].join(', ');
}

function noLogin(): LoginError {
  return new LoginError('there is no profile yet: log in with "kube-doh login URL", or pass --doh URL');
}
