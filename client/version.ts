/** Which version of kube-doh this is: what package.json says, the only place where it is written. */
import { readFileSync } from 'node:fs';

/** The build puts the version here, since the one script has no package.json beside it. */
declare const KUBE_DOH_VERSION: string | undefined;

/** Such as `1.4.0`. */
export function ownVersion(): string {
  if (typeof KUBE_DOH_VERSION === 'string') return KUBE_DOH_VERSION;
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return version;
}
