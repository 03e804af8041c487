/**
 * Whether the edge answers from something else than what was published last. Where it shows an older snapshot it is only
 * late: each of its isolates answers from memory for a while.
 */
import { isNewer, type Manifest } from '../../zone/manifest.ts';
import type { Clock } from '../kube/clock.ts';
import type { Edge } from './edge.ts';

export type Drift =
  | { readonly kind: 'none' }
  /** What is answered from instead; undefined for nothing. */
  | { readonly kind: 'drifted'; readonly served: Manifest | undefined }
  /** The edge does not tell. */
  | { readonly kind: 'unknown' };

/** An isolate that was not asked for long may have nothing yet; a moment later it has looked. */
const secondLookMilliseconds = 2000;

/** Rejects with the signal's reason, when it aborts. */
export async function findDrift(
  edge: Pick<Edge, 'served'>,
  published: Manifest,
  clock: Clock,
  signal: AbortSignal,
): Promise<Drift> {
  const first = await look(edge, published, signal);
  if (first.kind !== 'drifted') return first;
  await clock.sleep(secondLookMilliseconds, signal);
  signal.throwIfAborted();
  return await look(edge, published, signal);
}

/** For the log. */
export function driftText(served: Manifest | undefined, published: Manifest): string {
  const what = served === undefined ? 'nothing' : `${versionText(served)} of another writer`;
  return `the edge answers from ${what}, and not from what was published (${versionText(published)}): it is published again`;
}

async function look(edge: Pick<Edge, 'served'>, published: Manifest, signal: AbortSignal): Promise<Drift> {
  const answer = await edge.served(published.cluster, signal);
  switch (answer.kind) {
    case 'served':
      return isForeign(answer.manifest, published) ? { kind: 'drifted', served: answer.manifest } : { kind: 'none' };
    case 'nothing':
      return { kind: 'drifted', served: undefined };
    case 'unsupported':
    case 'unavailable':
    case 'refused':
      return { kind: 'unknown' };
  }
}

function versionText({ epoch, serial }: Manifest): string {
  return `epoch ${epoch}, serial ${serial}`;
}

/** Newer, or of the same version with another content: another writer's. */
function isForeign(served: Manifest, published: Manifest): boolean {
  if (isNewer(published, served)) return false;
  return isNewer(served, published) || served.sha256 !== published.sha256;
}
