/** Where a watch goes on, and when that is no longer believed. Pure. */
import type { KubeError } from './error.ts';

export interface Position {
  readonly resourceVersion: string;
  /** Whether it can be gone on from: grows with each attempt that fails for a reason that may lie in the position. */
  readonly doubts: number;
}

const maxDoubts = 5;
/** From a watch that has never said anything, silence is enough. */
const silenceDoubts = maxDoubts - 1;

/** When a watch from there on was accepted, which proves nothing until it says something. */
export function resumed(position: Position): Position {
  return { ...position, doubts: Math.max(position.doubts, 1) };
}

/**
 * Where to go on after a failure; undefined to list again. An API server that was restored from a backup, or newly made,
 * accepts a watch from a version that it has not reached yet, and then says nothing, not even bookmarks. So a position is
 * given up when the server may be another one than before, and when nothing comes from it.
 */
export function positionAfter(error: KubeError, position: Position | undefined): Position | undefined {
  if (position === undefined) return undefined;
  switch (error.code) {
    case 'GONE':
    case 'UNREACHABLE':
    case 'UNTRUSTED':
      return undefined;
    case 'TIMEOUT':
      return doubted(position, silenceDoubts);
    case 'FORBIDDEN':
    case 'NOT_FOUND':
    case 'CONFLICT':
    case 'SERVER_ERROR':
    case 'BAD_RESPONSE':
    case 'DISCONNECTED':
      return doubted(position, 1);
    case 'UNAUTHORIZED':
    case 'TOO_MANY_REQUESTS':
    case 'CREDENTIALS_UNAVAILABLE':
    case 'KUBECONFIG_MISSING':
    case 'KUBECONFIG_UNREADABLE':
    case 'KUBECONFIG_INVALID':
      // Nobody has looked at the position.
      return position;
  }
}

function doubted(position: Position, more: number): Position | undefined {
  const doubts = position.doubts + more;
  return doubts < maxDoubts ? { ...position, doubts } : undefined;
}
