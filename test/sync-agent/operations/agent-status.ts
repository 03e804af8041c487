/** An agent that is well, ten minutes after its start, for tests that make something of it worse. */
import type { AgentStatus, WatchStatus } from '../../../sync-agent/agent-status.ts';

export const now = 600_000;

export const watched: WatchStatus = { state: 'watching', aliveAt: now - 1000, failures: 0 };

export const well: AgentStatus = {
  watches: new Map([
    ['Namespace', watched],
    ['Service', watched],
    ['EndpointSlice', watched],
  ]),
  isSynced: true,
  isLeading: true,
  leaderSeenAt: undefined,
  unpublishedSince: undefined,
  publishedAt: now - 60_000,
  heldSince: undefined,
  held: undefined,
  isAnotherCluster: false,
  isEnding: false,
  loopAt: now - 60_000,
  waitingChanges: 0,
};
