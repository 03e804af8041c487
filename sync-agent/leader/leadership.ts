/** Who decides when this agent publishes: the holder of a Lease does (elector.ts), or every agent. */

/** How a term ended that nobody took away. */
export type TermEnd =
  /** There is nothing more to do. */
  | 'done'
  /** This agent cannot do it well: another one is to lead, if there is one. */
  | 'given-up';

/** What is done in a term. Settles soon after the signal aborts, from when on it must not write. */
export type Lead = (signal: AbortSignal) => Promise<TermEnd>;

/** All times are those of `Clock.steadyNow`, in milliseconds. */
export interface Leadership {
  /** Whether another agent may lead instead of this one. */
  readonly isElected: boolean;
  /** Whether it leads at this moment. */
  readonly isLeading: boolean;
  /** Until when it leads if nothing renews that; in the past while it does not lead. */
  readonly leadsUntil: number;
  /** When a leader, this agent or another one, last gave a sign of life; undefined when none was seen, or none is elected. */
  readonly leaderSeenAt: number | undefined;
  /**
   * Calls `lead` for each term; its signal aborts when the term is over. An agent begins none while it is not fit to lead,
   * if another one can. Resolves when `signal` has aborted, or `lead` is done; in the end it waits for `lead` before it lets
   * others begin.
   */
  run(lead: Lead, signal: AbortSignal, isFit: () => boolean): Promise<void>;
}

/** Without an election. */
export const alwaysLeading: Leadership = {
  isElected: false,
  isLeading: true,
  leadsUntil: Number.POSITIVE_INFINITY,
  leaderSeenAt: undefined,
  run: async (lead, signal) => {
    await lead(signal);
  },
};
