/**
 * The agent: observes a cluster, computes its records, publishes what changed.
 *
 *     change ──▶ window (200 ms after quiet, then every 3 s) ──▶ records ──▶ image ──▶ differs from what is published? ──▶ edge
 *
 * Nothing is published before every list was seen whole. A snapshot that says nothing new is published only to tell that
 * the watches behind it are alive, every four minutes and only while they are.
 */
import type { ClusterId } from '../zone/cluster-id.ts';
import type { Manifest } from '../zone/manifest.ts';
import type { Problem } from './cluster.ts';
import { type Clock, systemClock } from './kube/clock.ts';
import type { KubeApi } from './kube/connection.ts';
import { ClusterObserver } from './kube/observer.ts';
import type { Failure } from './kube/reflector.ts';
import type { Edge } from './publish/edge.ts';
import { PublishWindow } from './publish/publish-window.ts';
import { Publisher } from './publish/publisher.ts';
import { SnapshotBuilder, type SnapshotOptions } from './snapshot/snapshot-builder.ts';

export interface AgentOptions {
  readonly cluster: ClusterId;
  readonly snapshot: SnapshotOptions;
  readonly publishIntervalMilliseconds: number;
  readonly api: KubeApi;
  readonly edge: Edge;
  readonly log: (line: string) => void;
  /** After each snapshot that the edge has stored. */
  readonly onPublished?: (published: Published) => void;
  /** Once, when a snapshot is stored and all watches are open: from now on changes follow. */
  readonly onReady?: () => void;
  /** Gives up when the cluster cannot be reached at the start, instead of trying on. */
  readonly failFast?: boolean;
  readonly clock?: Clock;
}

export interface Published {
  readonly manifest: Manifest;
  readonly image: Uint8Array;
}

const heartbeatMilliseconds = 4 * 60 * 1000;
const watchPollMilliseconds = 20;

/** Resolves when the signal aborts. Rejects with KubeError when the agent cannot start and trying on is no use. */
export async function runAgent(options: AgentOptions, signal: AbortSignal): Promise<void> {
  const { api, failFast = false, log, clock = systemClock } = options;
  const ended = new AbortController();
  const either = AbortSignal.any([signal, ended.signal]);
  const window = new PublishWindow(options.publishIntervalMilliseconds, heartbeatMilliseconds, clock);
  const onError = ({ resource, error, starting, retryMilliseconds }: Failure): void => {
    if (starting && (error.permanent || (failFast && error.code === 'UNREACHABLE'))) ended.abort(error);
    else log(`${resource.kind}: ${error.message}, again in ${Math.ceil(retryMilliseconds / 1000)} s`);
  };
  const observer = new ClusterObserver({ api, clock, onChange: () => window.noteChange(), onError });
  const observing = observer.run(either);
  const publishing = publishChanges(options, observer, window, clock, either);
  try {
    await Promise.all([observing, publishing]);
  } catch (error) {
    if (!signal.aborted && ended.signal.aborted) throw ended.signal.reason;
    if (!signal.aborted) throw error;
  } finally {
    ended.abort();
    await Promise.allSettled([observing, publishing]);
  }
  if (!signal.aborted) throw ended.signal.reason;
}

async function publishChanges(
  options: AgentOptions,
  observer: ClusterObserver,
  window: PublishWindow,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  const { cluster, edge, log } = options;
  const builder = new SnapshotBuilder(options.snapshot);
  const publisher = new Publisher({ cluster, edge, clock, random: Math.random, log });
  const reported = new Set<string>();
  let published: { readonly image: Uint8Array; readonly generatedAt: number } | undefined;
  const current = (): { image: Uint8Array; generatedAt: number } => {
    builder.update(observer.cluster, observer.takeChanges());
    reportProblems([...observer.problems(), ...builder.problems()], reported, log);
    return { image: builder.image(), generatedAt: observer.aliveAtMilliseconds! };
  };
  while (!signal.aborted) {
    const reason = await window.next(signal);
    if (signal.aborted || !observer.synced) continue;
    const candidate = current();
    const isSame = published !== undefined && isEqual(published.image, candidate.image);
    const isAlive = published !== undefined && candidate.generatedAt > published.generatedAt;
    if (isSame && !(reason === 'heartbeat' && isAlive)) continue;
    const isFirst = published === undefined;
    const stored = await publisher.publish(candidate, current, signal);
    published = stored;
    window.notePublished();
    options.onPublished?.(stored);
    if (isFirst) await tellReady(options, observer, clock, signal);
  }
}

async function tellReady(
  options: AgentOptions,
  observer: ClusterObserver,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted && [...observer.status.values()].some(({ state }) => state !== 'watching')) {
    await clock.sleep(watchPollMilliseconds, signal);
  }
  if (!signal.aborted) options.onReady?.();
}

/** Each problem is told once while it lasts. */
function reportProblems(problems: readonly Problem[], reported: Set<string>, log: (line: string) => void): void {
  const lines = new Set(problems.map(({ object, reason }) => `${object}: ${reason}`));
  for (const line of lines) if (!reported.has(line)) log(line);
  reported.clear();
  for (const line of lines) reported.add(line);
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && Buffer.compare(a, b) === 0;
}
