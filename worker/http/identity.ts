/** Which server answers, as it tells those who ask (NSID, RFC 5001): the data centre, and the snapshot it answers from. */
import { ageSeconds } from '../answers/age.ts';
import type { Reply } from '../message/reply.ts';
import type { Served } from '../snapshots/served.ts';

/** As `AMS serial=412 age=3s`, without what is not known; empty for those who did not ask. */
export function identityFor(reply: Reply, request: Request, served: Served | undefined, now: number): string {
  if (!reply.to.edns?.wantsNsid) return '';
  const snapshot =
    served?.kind === 'live' ? [`serial=${served.signed.manifest.serial}`, `age=${ageSeconds(served, now)}s`] : [];
  return [...dataCentreOf(request), ...snapshot].join(' ');
}

/** Where the platform runs this, as the code of an airport. */
function dataCentreOf(request: Request): string[] {
  const colo = (request as { cf?: { colo?: unknown } }).cf?.colo;
  return typeof colo === 'string' && /^[A-Z]{3}$/.test(colo) ? [colo] : [];
}
