/** Logs this machine in with a token that was just made: what the edge would tell of it is known already. */
import { resolve } from 'node:path';
import type { ClusterId } from '../../../zone/cluster-id.ts';
import type { Profile } from '../../profiles/profile.ts';
import { ProfileFile } from '../../profiles/profile-file.ts';
import { isForTheSame, withProfile } from '../../profiles/profiles.ts';
import { profilesPath } from '../../profiles/profiles-path.ts';
import { warn } from '../../profiles/warning.ts';
import { readZones } from '../../profiles/zone-text.ts';
import { SetupError } from './registration.ts';

export interface Login {
  readonly edge: URL;
  readonly cluster: ClusterId;
  readonly token: string;
  /** Of the cluster, shared ones too. */
  readonly zones: readonly string[];
}

/** Whether there is a profile for it already. Throws SetupError when it is for another edge, and ProfileFileError. */
export function hasProfile(
  { edge, cluster }: Pick<Login, 'edge' | 'cluster'>,
  environment: NodeJS.ProcessEnv,
): boolean {
  const old = fileOf(environment).read().all.get(cluster);
  if (old === undefined) return false;
  if (isForTheSame(old, { ...old, edge, cluster })) return true;
  throw new SetupError(
    `there is a profile ${cluster} for ${old.edge.origin}: leave --login out, and run "kube-doh login" with another --name`,
  );
}

/** Throws ProfileFileError. */
export function keepProfile({ edge, cluster, token, zones }: Login, environment: NodeJS.ProcessEnv): void {
  const { KUBE_DOH_AUTHORITY: authority } = environment;
  const authorityFile = authority === undefined || authority === '' ? undefined : resolve(authority);
  const profile: Profile = { name: cluster, edge, cluster, token, zones: readZones(zones), authorityFile };
  fileOf(environment).update((profiles) => withProfile(profiles, profile, false));
}

function fileOf(environment: NodeJS.ProcessEnv): ProfileFile {
  return new ProfileFile(profilesPath(environment), warn);
}
