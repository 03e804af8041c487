/**
 * Starts this process anew, as the same process, with the flags that Node takes on its command line alone, and with what it
 * has compiled so far: the one that serves has then never loaded Node's parser of TypeScript.
 */
import { flushCompileCache, getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';
import { startFlags } from './modest-memory.ts';

/**
 * Does not return, unless this is the process that was started anew, or the system cannot do it. To be called when all that
 * serves is loaded, and before anything is opened.
 */
export function startAnew(): void {
  // Windows has no execve(2).
  if (isStartedAnew() || process.platform === 'win32') return;
  flushCompileCache();
  const [, ...scriptAndArgs] = process.argv;
  const command = [process.execPath, ...process.execArgv, ...startFlags, ...scriptAndArgs];
  process.execve?.(process.execPath, command, { ...process.env, ...compiledCode() });
}

function isStartedAnew(): boolean {
  return startFlags.every((flag, i) => process.execArgv.at(i - startFlags.length) === flag);
}

/** From its first file on. Node tells the folder with one in it for each of its versions. */
function compiledCode(): NodeJS.ProcessEnv {
  const folder = getCompileCacheDir();
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: dirname(folder) };
}
