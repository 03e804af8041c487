/** Where tests keep what they download or build once a machine. */
import { resolve } from 'node:path';

/** The repository's own folder, unless $KUBE_DOH_CACHE names another. */
export function cacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const given = environment['KUBE_DOH_CACHE'];
  return given ? resolve(given) : resolve(import.meta.dirname, '../../../.cache');
}
