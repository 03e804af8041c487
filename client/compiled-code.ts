/**
 * Keeps the code of the commands as Node has compiled it, in a folder of the user's: without it each start reads the sources
 * anew, which takes a third of a second and 25 MB that are never given back.
 */
import { constants, enableCompileCache } from 'node:module';
import { userInfo } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** Whether code is kept. That it cannot be, as without a home, is no failure. */
export function keepCompiledCode(): boolean {
  const folder = homeOfUser();
  if (folder === undefined) return false;
  const { status } = enableCompileCache(join(folder, '.cache', 'kube-doh', 'compiled'));
  return status === constants.compileCacheStatus.ENABLED || status === constants.compileCacheStatus.ALREADY_ENABLED;
}

/**
 * As the system tells it, and not the environment: what lies there is run, and root may have been given somebody else's HOME.
 */
function homeOfUser(): string | undefined {
  try {
    const { homedir } = userInfo();
    return isAbsolute(homedir) ? homedir : undefined;
  } catch {
    return undefined;
  }
}
