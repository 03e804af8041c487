/** What shows the agent to whoever operates it: probes and metrics, or nothing. */
import type { Tell } from '../../../sync-agent/agent-events.ts';
import type { AgentStatus } from '../../../sync-agent/agent-status.ts';
import type { ProblemCounts } from '../../../sync-agent/problem-log.ts';

export interface Monitoring {
  readonly tell: Tell;
  readonly onStatus: (status: () => AgentStatus) => void;
  readonly onProblems: (problems: ProblemCounts) => void;
  /** Rejects with ListenError. */
  start(): Promise<void>;
  /** To be called last: until then it shows that the agent is ending. */
  stop(): Promise<void>;
}

export const noMonitoring: Monitoring = {
  tell: () => {},
  onStatus: () => {},
  onProblems: () => {},
  start: () => Promise.resolve(),
  stop: () => Promise.resolve(),
};
