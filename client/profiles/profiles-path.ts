/** Where the profiles of a user are kept. */
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

/** An absolute path. */
export function profilesPath(environment: NodeJS.ProcessEnv, platform: NodeJS.Platform = process.platform): string {
  const { KUBE_DOH_PROFILES: own } = environment;
  if (own !== undefined && own !== '') return resolve(own);
  return join(configurationFolder(environment, platform), 'kube-doh', 'profiles.json');
}

function configurationFolder(environment: NodeJS.ProcessEnv, platform: NodeJS.Platform): string {
  const { APPDATA: roaming, XDG_CONFIG_HOME: configuration, HOME: home } = environment;
  if (platform === 'win32') return roaming || join(homedir(), 'AppData', 'Roaming');
  // A relative one does not count (XDG Base Directory Specification).
  if (configuration !== undefined && isAbsolute(configuration)) return configuration;
  return join(home || homedir(), '.config');
}
