/** The observer of a cluster with what it has to say: to the log, to whoever counts, and when it cannot start. */
import type { Tell } from './agent-events.ts';
import { FailureLog } from './failure-log.ts';
import type { Clock } from './kube/clock.ts';
import type { KubeApi } from './kube/connection.ts';
import type { KubeError } from './kube/error.ts';
import { ClusterObserver } from './kube/observer.ts';
import type { Log } from './log.ts';
import { NamespaceLog } from './namespace-log.ts';
import { type NameOptions, type Selection, scopeOf } from './selection.ts';

export interface ObservationOptions {
  readonly api: KubeApi;
  readonly selection: Selection;
  readonly names: NameOptions;
  readonly clock: Clock;
  readonly log: Log;
  readonly tell: Tell;
  /** Gives up when the cluster cannot be reached at the start, instead of trying on. */
  readonly failFast: boolean;
  readonly inactivityMilliseconds?: number;
  /** Whether it is also kept what supplements are made of. */
  readonly keepsFacts?: boolean;
  readonly onChange: () => void;
  readonly onFacts?: () => void;
  /** It cannot start, and trying on is no use. */
  readonly onFailed: (error: KubeError) => void;
}

export function observerOf(options: ObservationOptions): ClusterObserver {
  const { api, selection, names, clock, log, tell, failFast, onChange, onFailed, inactivityMilliseconds } = options;
  const { keepsFacts = false, onFacts } = options;
  const failures = new FailureLog(log);
  const namespaces = new NamespaceLog(log);
  return new ClusterObserver({
    api,
    scope: { ...scopeOf(selection, names), keepsFacts },
    clock,
    tell,
    ...(inactivityMilliseconds !== undefined && { inactivityMilliseconds }),
    onChange,
    ...(onFacts !== undefined && { onFacts }),
    onError: (failure) => {
      const { error, starting } = failure;
      if (starting && (error.permanent || (failFast && error.code === 'UNREACHABLE'))) onFailed(error);
      else failures.noteFailure(failure);
    },
    onWell: (resource) => failures.noteWell(resource),
    onAbsent: (resource) => failures.noteAbsent(resource),
    onPresent: (resource) => failures.notePresent(resource),
    onStanding: (namespace, standing) => namespaces.note(namespace, standing),
    onAsked: (namespace) => namespaces.noteAsked(namespace),
  });
}
