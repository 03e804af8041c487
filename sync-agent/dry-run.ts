/** `--dry-run`: shows what the agent would change at the edge, and changes nothing. */
import type { AgentOptions } from './agent.ts';
import { ComputedSnapshot } from './computed-snapshot.ts';
import { systemClock } from './kube/clock.ts';
import { observerOf } from './observation.ts';
import { ProblemLog } from './problem-log.ts';
import { PublishWindow } from './publish/publish-window.ts';
import { snapshotOptionsOf } from './selection.ts';
import { changedLines, zoneLines } from './zone-lines.ts';

export interface DryRunOptions
  extends Pick<
    AgentOptions,
    | 'cluster'
    | 'selection'
    | 'names'
    | 'publishIntervalMilliseconds'
    | 'once'
    | 'api'
    | 'edge'
    | 'log'
    | 'tell'
    | 'failFast'
    | 'clock'
  > {
  /** Takes a record that would go or come, as a line of a zone file behind `- ` or `+ `. */
  readonly print: (line: string) => void;
}

/** There is no heartbeat to send; the window wants one. */
const dayMilliseconds = 24 * 60 * 60 * 1000;

/**
 * Compares with what is stored at the edge, if it tells; then with what was shown last, as the cluster changes. Resolves
 * when the signal aborts; with `once`, after the first comparison. Rejects as `runAgent` does.
 */
export async function dryRun(options: DryRunOptions, signal: AbortSignal): Promise<void> {
  const { selection, names, publishIntervalMilliseconds, once = false, log, print } = options;
  const { clock = systemClock, tell = () => {}, failFast = false } = options;
  const over = new AbortController();
  const ending = AbortSignal.any([signal, over.signal]);
  let failure: unknown;
  const fail = (error: unknown): void => {
    if (!ending.aborted) failure = error;
    over.abort();
  };
  const window = new PublishWindow({
    intervalMilliseconds: publishIntervalMilliseconds,
    heartbeatMilliseconds: dayMilliseconds,
    clock,
  });
  const observer = observerOf({
    ...options,
    clock,
    tell,
    failFast,
    onChange: () => window.noteChange(),
    onFailed: fail,
  });
  const problems = new ProblemLog(log);
  const snapshot = new ComputedSnapshot({
    observer,
    names: snapshotOptionsOf(selection, names),
    clock,
    onProblems: (all) => problems.report(all),
  });

  const show = async (): Promise<void> => {
    let shown: readonly string[] | undefined;
    while (!ending.aborted) {
      await window.next(ending);
      if (ending.aborted || !observer.synced) continue;
      shown ??= await storedLines(options, ending);
      snapshot.update();
      const lines = zoneLines(snapshot.image());
      for (const line of changedLines(shown, lines)) print(line);
      shown = lines;
      window.notePublished();
      if (once) return over.abort();
    }
  };
  await Promise.allSettled([observer.run(ending).catch(fail), show().catch(fail)]);
  if (failure !== undefined) throw failure;
}

/** One that cannot be told counts as nothing, which is said: then all records would come. */
async function storedLines({ cluster, edge, log }: DryRunOptions, signal: AbortSignal): Promise<string[]> {
  try {
    const stored = await edge.stored(cluster, signal);
    if (stored.kind === 'nothing') return [];
    if (stored.kind === 'stored') return zoneLines(await stored.image());
    const why = stored.kind === 'unsupported' ? 'the edge does not tell; deploy a newer Worker' : stored.reason;
    log.warn(`what is stored at the edge is not known, so all records are shown: ${why}`);
  } catch (error) {
    signal.throwIfAborted();
    log.warn(`what is stored at the edge is not known, so all records are shown: ${(error as Error).message}`);
  }
  return [];
}
