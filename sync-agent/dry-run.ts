/** `--dry-run`: shows what the agent would change at the edge, and changes nothing. */
import { namesByGroup } from '../zone/image/count.ts';
import type { AgentOptions } from './agent.ts';
import { ComputedSnapshot } from './computed-snapshot.ts';
import { DeletionGuard, defaultDeletionGuard } from './guard/deletion-guard.ts';
import { wouldHoldText } from './guard/deletion-text.ts';
import { NameBalance } from './guard/name-balance.ts';
import { systemClock } from './kube/clock.ts';
import { observerOf } from './observation.ts';
import { ProblemLog } from './problem-log.ts';
import { PublishWindow } from './publish/publish-window.ts';
import { waitMilliseconds } from './publish/wait.ts';
import { snapshotOptionsOf } from './selection.ts';
import { changedLines, zoneLines } from './zone-lines.ts';

export interface DryRunOptions
  extends Pick<
    AgentOptions,
    | 'cluster'
    | 'selection'
    | 'names'
    | 'publishIntervalMilliseconds'
    | 'guard'
    | 'once'
    | 'api'
    | 'edge'
    | 'log'
    | 'tell'
    | 'failFast'
    | 'clock'
    | 'random'
  > {
  /** Takes a record or a zone that would go or come, as a line of a zone file behind `- ` or `+ `. */
  readonly print: (line: string) => void;
}

/** What is published, or would be. */
interface Shown {
  readonly lines: readonly string[];
  /** By group. */
  readonly names: ReadonlyMap<string, number>;
}

/** It was to end with a comparison, and there was none. */
export class NotComparedError extends Error {
  readonly code = 'NOT_COMPARED';

  constructor(reason: string) {
    super(`not compared with what is stored at the edge: ${reason}`);
    this.name = 'NotComparedError';
  }
}

const nothing: Shown = { lines: [], names: new Map() };

/** There is no heartbeat to send; the window wants one. */
const dayMilliseconds = 24 * 60 * 60 * 1000;

/**
 * Compares with what is stored at the edge, if it tells; then with what was shown last, as the cluster changes. Resolves
 * when the signal aborts; with `once`, after the first comparison. Rejects as `runAgent` does; with `once`, also with
 * NotComparedError.
 */
export async function dryRun(options: DryRunOptions, signal: AbortSignal): Promise<void> {
  const { selection, names, publishIntervalMilliseconds, once = false, log } = options;
  const { clock = systemClock, tell = () => {}, failFast = false } = options;
  const over = new AbortController();
  const ending = AbortSignal.any([signal, over.signal]);
  let failure: unknown;
  let isCompared = false;
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
  const problems = new ProblemLog(log, clock);
  const snapshot = new ComputedSnapshot({
    observer,
    names: snapshotOptionsOf(selection, names),
    clock,
    onProblems: (all) => problems.report(all),
  });

  const show = async (): Promise<void> => {
    let shown: Shown | undefined;
    while (!ending.aborted) {
      await window.next(ending);
      if (ending.aborted || !observer.synced) continue;
      shown ??= await storedAtEdge(options, ending);
      snapshot.update();
      const now = shownOf(snapshot.image());
      showChange(options, shown, now);
      shown = now;
      isCompared = true;
      window.notePublished();
      if (once) return over.abort();
    }
  };
  await Promise.allSettled([observer.run(ending).catch(fail), show().catch(fail)]);
  if (failure !== undefined) throw failure;
  if (once && !isCompared) throw new NotComparedError('it was told to end before');
}

function shownOf(image: Uint8Array): Shown {
  return { lines: zoneLines(image), names: namesByGroup(image) };
}

function showChange({ guard = defaultDeletionGuard, log, print }: DryRunOptions, before: Shown, now: Shown): void {
  for (const line of changedLines(before.lines, now.lines)) print(line);
  const balance = new NameBalance();
  balance.startFrom(before.names, now.names);
  const deletion = { names: balance.vanishing, of: balance.publishedNames };
  const deletionGuard = new DeletionGuard(guard);
  if (deletionGuard.isOn && deletionGuard.isTooMuch(deletion)) log.warn(wouldHoldText(deletion), { ...deletion });
}

/** Asks an edge that is away until it answers. What cannot be known counts as nothing, which is said: then all comes. */
async function storedAtEdge(options: DryRunOptions, signal: AbortSignal): Promise<Shown> {
  const { cluster, edge, log, clock = systemClock, random = Math.random } = options;
  let told: string | undefined;
  for (let failures = 1; ; failures += 1) {
    const stored = await edge.stored(cluster, signal);
    switch (stored.kind) {
      case 'nothing':
        return nothing;
      case 'stored':
        return await stored
          .image()
          .then(shownOf)
          .catch((error: Error) => unknown(options, error.message));
      case 'unsupported':
        return unknown(options, 'the edge does not tell; deploy a newer Worker');
      case 'damaged':
      case 'incomplete':
      case 'refused':
        return unknown(options, stored.reason);
      case 'unavailable':
        if (stored.reason !== told)
          log.warn(`what is stored at the edge is not known yet: ${stored.reason}; it is tried again`);
        told = stored.reason;
        await clock.sleep(waitMilliseconds(stored, failures, random()), signal);
        signal.throwIfAborted();
    }
  }
}

function unknown({ log, once = false }: DryRunOptions, why: string): Shown {
  if (once) throw new NotComparedError(why);
  log.warn(`what is stored at the edge is not known, so all records are shown: ${why}`);
  return nothing;
}
