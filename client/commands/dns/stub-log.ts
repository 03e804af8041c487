/** What the stub resolver tells its user, as lines of the log. */
import type { Log } from '../../../sync-agent/log.ts';
import type { StubEvent } from '../../stub/stub-event.ts';

export function logEvent(log: Log, event: StubEvent, staleSeconds: number): void {
  if (event.kind === 'source-recovered') {
    log.info(`${event.source}: the edge answers again`);
    return;
  }
  const { code, reason } = event.failure;
  const todo = code === 'REFUSED_TOKEN' ? '; log in again with kube-doh login' : '';
  const serving = event.isServedStale ? `; what was answered before serves for ${staleSeconds} s more` : '';
  log.warn(`${event.source}: no answer from the edge: ${reason}${todo}${serving}`, { code });
}
