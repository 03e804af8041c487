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
  /** Always true without leader election. */
  readonly isLeading: boolean;
  /** Since when there is a change that is not published; undefined when there is none, or somebody else leads. */
  readonly unpublishedSince: number | undefined;
  /** Undefined before the first. */
  readonly publishedAt: number | undefined;
  /** Since when a deletion is held back. */
  readonly heldSince: number | undefined;
  /** Whether the agent was told to end. */
  readonly isEnding: boolean;
  /** When the loop that publishes last showed that it is alive. */
  readonly loopAt: number;
  /** Objects with changes that wait to be computed. */
  readonly waitingChanges: number;
}
