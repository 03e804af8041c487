/**
 * `kube-doh` from its sources: keeps the code of the commands as Node has compiled it, in a folder of the user's. Without it
 * each start reads the sources anew, which takes a third of a second. JavaScript, so that what is TypeScript can be kept to
 * the last file: a single one that is not loads Node's parser of it, which takes 25 MB that are never given back.
 */
import { enableCompileCache } from 'node:module';
import { userInfo } from 'node:os';
import { isAbsolute, join } from 'node:path';

const home = homeOfUser();
// That nothing can be kept, as without a home, is no failure.
if (home !== undefined) enableCompileCache(join(home, '.cache', 'kube-doh', 'compiled'));
await import('./main.ts');

/**
 * As the system tells it, and not the environment: what lies there is run, and root may have been given somebody else's HOME.
 */
function homeOfUser() {
  try {
    const { homedir } = userInfo();
    return isAbsolute(homedir) ? homedir : undefined;
  } catch {
    return undefined;
  }
}
