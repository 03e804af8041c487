/** Whether an agent sees enough of the cluster to lead, and when a leader sees so little that another one should. */
import type { Clock } from './kube/clock.ts';
import type { ClusterObserver } from './kube/observer.ts';
import { frozenBoundMilliseconds } from './operations/health.ts';

type View = Pick<ClusterObserver, 'watches' | 'status' | 'synced'>;

const lookMilliseconds = 10_000;
/** A watch that is silent is given up and opened anew sooner, and the first bookmark comes within a minute or so. */
const aliveMilliseconds = 3 * 60 * 1000;

/** Whether every list was seen whole, and every watch is well and has given a sign of life not long ago. */
export function isViewAlive(view: View, now: number): boolean {
  return view.synced && isEachAlive(view, now, aliveMilliseconds, (state) => state !== 'failing');
}

/** Resolves to true when a watch has given no sign of life for the bound of readiness; to false when the signal aborts before. */
export async function untilFrozen(view: View, clock: Clock, signal: AbortSignal): Promise<boolean> {
  while (!signal.aborted) {
    await clock.sleep(lookMilliseconds, signal);
    if (!signal.aborted && !isEachAlive(view, clock.steadyNow(), frozenBoundMilliseconds)) return true;
  }
  return false;
}

function isEachAlive(
  { watches, status }: View,
  now: number,
  boundMilliseconds: number,
  isWell: (state: string) => boolean = () => true,
): boolean {
  return [...watches].every(([title, { state, aliveAt = now }]) => {
    const standing = status.get(title);
    // Other agents have the same permissions.
    if (standing?.state === 'failing' && standing.error.code === 'FORBIDDEN') return true;
    return state === 'absent' || (isWell(state) && now - aliveAt <= boundMilliseconds);
  });
}
