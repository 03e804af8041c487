/** What a new writer has to know of what is stored at the edge: where its versions go on, and which names are published. */

import type { ClusterId } from '../zone/cluster-id.ts';
import { namesByGroup } from '../zone/image/count.ts';
import { ImageError } from '../zone/image/octets.ts';
import type { Manifest } from '../zone/manifest.ts';
import type { Tell } from './agent-events.ts';
import { retryMilliseconds } from './kube/backoff.ts';
import type { Clock } from './kube/clock.ts';
import type { Log } from './log.ts';
import type { Edge } from './publish/edge.ts';
import { PublishRefusedError } from './publish/publisher.ts';
import { StoredSnapshotError } from './publish/stored-snapshot.ts';
import { waitMilliseconds } from './publish/wait.ts';

export interface StoredAtEdge {
  /** Undefined when nothing is known of it, or nothing is stored. */
  readonly manifest: Manifest | undefined;
  /** How many names are published, by group; none of a cluster that was retired. Undefined like `manifest`. */
  readonly names: ReadonlyMap<string, number> | undefined;
}

export interface StoredAtEdgeOptions {
  readonly cluster: ClusterId;
  readonly edge: Pick<Edge, 'stored'>;
  readonly clock: Clock;
  /** In [0, 1), as Math.random. */
  readonly random: () => number;
  readonly log: Log;
  readonly tell: Tell;
  /** As in PublisherOptions. */
  readonly givesUpWhenRefused: boolean;
}

/** Over a link that never brings it whole, the agent would never begin. */
const maxIncompleteAnswers = 3;

const nothing: StoredAtEdge = { manifest: undefined, names: undefined };

/**
 * Tries until the edge has answered: while it does not, nothing could be published either, and that is what is told.
 * Rejects with the signal's reason, when it aborts, or with PublishRefusedError where it is to give up.
 */
export async function storedAtEdge(options: StoredAtEdgeOptions, signal: AbortSignal): Promise<StoredAtEdge> {
  const { cluster, edge, clock, random, log, tell, givesUpWhenRefused } = options;
  let told: string | undefined;
  let incompleteAnswers = 0;
  for (let failures = 1; ; failures += 1) {
    signal.throwIfAborted();
    const answer = await edge.stored(cluster, signal);
    switch (answer.kind) {
      case 'stored':
        tell({ kind: 'found-stored', manifest: answer.manifest });
        return await readNames(answer.manifest, answer.image, log);
      case 'nothing':
        return nothing;
      case 'damaged':
        log.error(`what is stored at the edge cannot be compared with what is published now: ${answer.reason}`);
        return nothing;
      case 'unsupported':
        log.warn(
          'the edge does not tell what is stored there, so a deletion in the first publish is not held back: deploy a newer Worker',
        );
        return nothing;
      case 'incomplete':
        incompleteAnswers += 1;
        if (incompleteAnswers === maxIncompleteAnswers) {
          log.error(`${answer.reason}, ${incompleteAnswers} times: a deletion in the first publish is not held back`);
          tell({ kind: 'found-stored', manifest: answer.manifest });
          return { manifest: answer.manifest, names: undefined };
        }
        log.warn(`${answer.reason}; it is tried again`);
        await clock.sleep(retryMilliseconds(failures, random()), signal);
        break;
      case 'unavailable':
      case 'refused': {
        tell({ kind: 'publish-failed', reason: answer.kind });
        if (answer.kind === 'refused' && givesUpWhenRefused) throw new PublishRefusedError(answer.reason);
        const line = `publishing failed: ${answer.reason}; it is tried again`;
        if (line !== told) log[answer.kind === 'refused' ? 'error' : 'warn'](line, { cluster, reason: answer.kind });
        told = line;
        await clock.sleep(waitMilliseconds(answer, failures, random()), signal);
      }
    }
  }
}

async function readNames(manifest: Manifest, image: () => Promise<Uint8Array>, log: Log): Promise<StoredAtEdge> {
  try {
    return { manifest, names: namesByGroup(await image()) };
  } catch (error) {
    if (!(error instanceof ImageError || error instanceof StoredSnapshotError)) throw error;
    log.error(`what is stored at the edge cannot be compared with what is published now: ${error.message}`);
    return { manifest, names: undefined };
  }
}
