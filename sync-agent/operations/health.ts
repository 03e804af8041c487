/**
 * Whether the agent is alive, and whether what it publishes can be relied on. Pure: decided from how it stands.
 *
 * Alive is the process, not the cluster: an idle cluster, an API server that is away and an edge that is down do not make a
 * restart useful. Ready is the view: nothing behind it may have stood still for longer than the bound.
 */
import type { AgentStatus } from '../agent-status.ts';

export interface Check {
  readonly name: string;
  /** Undefined when all is well. */
  readonly failure: string | undefined;
  /** What is worth knowing though all is well. */
  readonly note?: string;
}

/** For so long a view may stand still before readiness says so. Longer than a heartbeat and all retries of a moment. */
export const frozenBoundMilliseconds = 5 * 60 * 1000;
/** What is published may be older by the time between two heartbeats. */
const publishedBoundMilliseconds = frozenBoundMilliseconds + 4 * 60 * 1000;
/** The loop that publishes may wait for one request for this long: the largest snapshot, over the slowest link. */
const stuckBoundMilliseconds = 10 * 60 * 1000;

/** `status` is undefined before the agent runs; `now` is on the steady clock, in milliseconds. */
export function liveness(status: AgentStatus | undefined, now: number): readonly Check[] {
  return [
    // Whoever hears this heard it from the event loop.
    check('event-loop', undefined),
    check(
      'publish-loop',
      status && lateBy(stuckBoundMilliseconds, now, status.loopAt, 'the loop that publishes was last seen'),
    ),
  ];
}

/** As `liveness`. */
export function readiness(status: AgentStatus | undefined, now: number): readonly Check[] {
  if (status === undefined) return [check('started', 'the agent has not begun to list')];
  const checks = [
    check('started', undefined),
    check('shutdown', status.isEnding ? 'the agent is ending' : undefined),
    check('lists', status.isSynced ? undefined : `not seen whole yet: ${unlisted(status)}`),
    check('watches', frozenWatches(status, now)),
    check('cluster', status.isAnotherCluster ? anotherCluster : undefined),
  ];
  // A standby publishes nothing: the leader answers for that, if there is one.
  if (!status.isLeading) return [...checks, check('leader', leaderFailure(status, now))];
  return [...checks, ...holds(status, now), check('publishing', publishingFailure(status, now))];
}

/** A deletion that is held back fails nothing before the bound, and is shown from its first second on. */
function holds({ heldSince, held }: AgentStatus, now: number): readonly Check[] {
  if (heldSince === undefined || held === undefined) return [];
  const note = `held back since ${Math.floor((now - heldSince) / 1000)} s: ${held.names} of ${held.of} names`;
  return [{ name: 'deletions', failure: undefined, note }];
}

const anotherCluster = 'the API server shows another cluster than at first; restart the agent if that is meant';

function leaderFailure({ leaderSeenAt }: AgentStatus, now: number): string | undefined {
  if (leaderSeenAt === undefined) return 'no agent is known to lead, so nobody publishes';
  return lateBy(frozenBoundMilliseconds, now, leaderSeenAt, 'nobody publishes: a leader was last seen');
}

function publishingFailure(status: AgentStatus, now: number): string | undefined {
  const { publishedAt, unpublishedSince, heldSince } = status;
  if (heldSince !== undefined) {
    const late = lateBy(frozenBoundMilliseconds, now, heldSince, 'a deletion is held back; the first was seen');
    if (late !== undefined) return late;
  }
  if (publishedAt === undefined) return 'nothing is published yet';
  const waiting =
    unpublishedSince === undefined
      ? undefined
      : lateBy(frozenBoundMilliseconds, now, unpublishedSince, 'a change is not published; it was seen');
  return waiting ?? lateBy(publishedBoundMilliseconds, now, publishedAt, 'the last publish was');
}

function unlisted({ watches }: AgentStatus): string {
  const titles = [...watches].filter(([, { state, aliveAt }]) => state !== 'absent' && aliveAt === undefined);
  return titles.map(([title]) => title).join(', ') || 'all kinds of objects';
}

/** A kind that the cluster does not have is looked for, not watched. */
function frozenWatches({ watches }: AgentStatus, now: number): string | undefined {
  const failures = [...watches].flatMap(([title, { state, aliveAt }]) => {
    if (state === 'absent' || aliveAt === undefined) return [];
    return lateBy(frozenBoundMilliseconds, now, aliveAt, `${title} was last known to be watched`) ?? [];
  });
  return failures.length === 0 ? undefined : failures.join('; ');
}

function lateBy(boundMilliseconds: number, now: number, since: number, what: string): string | undefined {
  if (now - since <= boundMilliseconds) return undefined;
  return `${what} ${Math.floor((now - since) / 1000)} s ago, which is more than ${boundMilliseconds / 1000} s`;
}

function check(name: string, failure: string | undefined): Check {
  return { name, failure };
}
