/** Whether the edge answers from something else than what was published last. */
import type { Manifest } from '../../zone/manifest.ts';
import type { Clock } from '../kube/clock.ts';
import type { Edge } from './edge.ts';

export type Drift =
  | { readonly kind: 'none' }
  /** What is answered from instead; undefined for nothing. */
  | { readonly kind: 'drifted'; readonly served: Manifest | undefined }
  /** The edge does not tell. */
  | { readonly kind: 'unknown' };

/** An isolate of the edge that was not asked for long may show what it had before; a moment later it has looked again. */
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

async function look(edge: Pick<Edge, 'served'>, published: Manifest, signal: AbortSignal): Promise<Drift> {
  const answer = await edge.served(published.cluster, signal);
  switch (answer.kind) {
    case 'served':
      return isSame(answer.manifest, published) ? { kind: 'none' } : { kind: 'drifted', served: answer.manifest };
    case 'nothing':
      return { kind: 'drifted', served: undefined };
    case 'unsupported':
    case 'unavailable':
    case 'refused':
      return { kind: 'unknown' };
  }
}

function isSame(a: Manifest, b: Manifest): boolean {
  return a.epoch === b.epoch && a.serial === b.serial && a.sha256 === b.sha256;
}
