/**
 * The agent: observes a cluster, computes its records, publishes what changed.
 *
 *     change ──▶ window ──▶ records ──▶ image ──▶ differs from what is published? ──▶ edge
 *
 * The window opens 200 ms after the last of a group of changes, then every 3 s at most (publish/publish-window.ts).
 *
 * Nothing is published before every list was seen whole. A snapshot that says nothing new is published only to tell that
 * the watches behind it are alive, every four minutes and only while they are.
 */
import type { ClusterId } from '../zone/cluster-id.ts';
import { FailureLog } from './failure-log.ts';
import { type Clock, systemClock } from './kube/clock.ts';
import type { KubeApi } from './kube/connection.ts';
import { findIdentity } from './kube/identity.ts';
import { ClusterObserver } from './kube/observer.ts';
import { NamespaceLog } from './namespace-log.ts';
import { type ProblemCounts, ProblemLog } from './problem-log.ts';
import type { Edge } from './publish/edge.ts';
import { PublishWindow } from './publish/publish-window.ts';
import { type Publishable, type Published, Publisher } from './publish/publisher.ts';
import { type NameOptions, type Selection, scopeOf, snapshotOptionsOf } from './selection.ts';
import { SnapshotBuilder } from './snapshot/snapshot-builder.ts';

export interface AgentOptions {
  readonly cluster: ClusterId;
  readonly selection: Selection;
  readonly names: NameOptions;
  readonly publishIntervalMilliseconds: number;
  readonly api: KubeApi;
  readonly edge: Edge;
  readonly log: (line: string) => void;
  /** After each snapshot that the edge has stored, with the counts of what could not become records for it. */
  readonly onPublished?: (published: Published, problems: ProblemCounts) => void;
  /** Once, when a snapshot is stored and no watch can be refused any more: from now on changes follow. */
  readonly onReady?: () => void;
  /** Gives up when the cluster cannot be reached at the start, instead of trying on. */
  readonly failFast?: boolean;
  /** Instead of the machine's own, for tests. */
  readonly clock?: Clock;
}

const heartbeatMilliseconds = 4 * 60 * 1000;
const watchPollMilliseconds = 20;

/**
 * Resolves when the signal aborts and nothing of it goes on. Rejects with KubeError when the agent cannot start and
 * trying on is no use.
 */
export async function runAgent(options: AgentOptions, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const { api, selection, names, failFast = false, log, clock = systemClock } = options;
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  const window = new PublishWindow({
    intervalMilliseconds: options.publishIntervalMilliseconds,
    heartbeatMilliseconds,
    clock,
  });
  const failures = new FailureLog(log);
  const namespaces = new NamespaceLog(log);
  const observer = new ClusterObserver({
    api,
    scope: scopeOf(selection, names),
    clock,
    onChange: () => window.noteChange(),
    onError: (failure) => {
      const { error, starting } = failure;
      if (starting && (error.permanent || (failFast && error.code === 'UNREACHABLE'))) failed.abort(error);
      else failures.noteFailure(failure);
    },
    onWell: (resource) => failures.noteWell(resource),
    onAbsent: (resource) => failures.noteAbsent(resource),
    onPresent: (resource) => failures.notePresent(resource),
    onStanding: (namespace, standing) => namespaces.note(namespace, standing),
  });
  const firstStored = Promise.withResolvers<void>();
  either.addEventListener('abort', () => firstStored.resolve(), { once: true });
  const onPublished = (published: Published, problems: ProblemCounts): void => {
    options.onPublished?.(published, problems);
    firstStored.resolve();
  };
  const parts = [
    observer.run(either),
    publishChanges({ ...options, clock, onPublished }, observer, window, either),
    firstStored.promise.then(() => tellReady(options, observer, clock, either)),
  ];
  // The first to fail ends the others.
  for (const part of parts) part.catch((error: unknown) => failed.abort(error));
  await Promise.allSettled(parts);
  if (!signal.aborted) throw failed.signal.reason;
}

type PublishingOptions = AgentOptions & Required<Pick<AgentOptions, 'clock' | 'onPublished'>>;

async function publishChanges(
  { cluster, selection, names, api, edge, clock, log, onPublished }: PublishingOptions,
  observer: ClusterObserver,
  window: PublishWindow,
  signal: AbortSignal,
): Promise<void> {
  const builder = new SnapshotBuilder(snapshotOptionsOf(selection, names));
  const problems = new ProblemLog(log);
  const identity = await findIdentity({ api, clock, random: Math.random, log }, signal);
  const publisher = new Publisher({ cluster, identity, edge, clock, random: Math.random, log });
  const current = (): Publishable => {
    builder.update(observer.cluster, observer.takeChanges());
    problems.report([...observer.problems(), ...builder.problems()]);
    return { image: builder.image(), generatedAt: observer.aliveAtMilliseconds! };
  };
  let published: Publishable | undefined;
  while (!signal.aborted) {
    const reason = await window.next(signal);
    if (signal.aborted || !observer.synced) continue;
    const candidate = current();
    if (published !== undefined && isEqual(published.image, candidate.image)) {
      const hasAdvanced = candidate.generatedAt > published.generatedAt;
      if (reason !== 'heartbeat' || !hasAdvanced) continue;
    }
    const stored = await publisher.publish(candidate, current, signal);
    published = stored;
    window.notePublished();
    onPublished(stored, problems.counts);
  }
}

async function tellReady(
  { onReady }: AgentOptions,
  observer: ClusterObserver,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted && !observer.isWatching) await clock.sleep(watchPollMilliseconds, signal);
  if (!signal.aborted) onReady?.();
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && Buffer.compare(a, b) === 0;
}
