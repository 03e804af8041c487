/** How an agent stands at this moment, for probes and gauges. All times are those of `Clock.steadyNow`, in milliseconds. */

export interface WatchStatus {
  /** As in ReflectorStatus. */
  readonly state: 'starting' | 'watching' | 'absent' | 'failing';
  /** When it was last known to be alive; undefined before its first whole list. */
  readonly aliveAt: number | undefined;
  readonly failures: number;
}

export interface AgentStatus {
  /** By title (kube/resource.ts). */
  readonly watches: ReadonlyMap<string, WatchStatus>;
  /** Whether every list was seen whole. */
  readonly isSynced: boolean;
  /** Whether it holds the Lease; always true without leader election. */
  readonly isLeading: boolean;
  /** When a leader, this agent or another one, last gave a sign of life; undefined when none was seen, or none is elected. */
  readonly leaderSeenAt: number | undefined;
  /** Since when there is a change that is not published; undefined when there is none, or somebody else leads. */
  readonly unpublishedSince: number | undefined;
  /** Undefined before the first; then also of what another agent has published, as this one has found it when it began to lead. */
  readonly publishedAt: number | undefined;
  /** Since when a deletion is held back. */
  readonly heldSince: number | undefined;
  /** How many of the published names it would take away. */
  readonly held: { readonly names: number; readonly of: number } | undefined;
  /** Whether the API server shows another cluster than at first. */
  readonly isAnotherCluster: boolean;
  /** Whether the agent was told to end. */
  readonly isEnding: boolean;
  /** When the loop that publishes last showed that it is alive. */
  readonly loopAt: number;
  /** Objects with changes that wait to be computed. */
  readonly waitingChanges: number;
}
