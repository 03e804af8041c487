/** Whoever looks at the agent from outside. */
import type { Tell } from '../../../sync-agent/agent-events.ts';
import type { AgentStatus } from '../../../sync-agent/agent-status.ts';
import type { ProblemCounts } from '../../../sync-agent/problem-log.ts';

export interface Watcher {
  readonly tell: Tell;
  readonly onStatus: (status: () => AgentStatus) => void;
  readonly onProblems: (problems: ProblemCounts) => void;
  /** Rejects with ListenError. */
  start(): Promise<void>;
  /** To be called last: until then it is to see that the agent ends. */
  stop(): Promise<void>;
}

export const nobody: Watcher = {
  tell: () => {},
  onStatus: () => {},
  onProblems: () => {},
  start: () => Promise.resolve(),
  stop: () => Promise.resolve(),
};
