/**
 * Removes a control plane when its owner ends, however it ends: a small process (guard-process.ts) reads from a pipe
 * that the owner holds open, and the system closes that pipe when the owner dies.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** What the owner writes to let the control plane live on. */
export const keepWord = 'keep';

/** The owner's side of a guard. */
export interface Guard {
  /** Ends the guard and leaves the control plane as it is. */
  release(): Promise<void>;
}

/** Starts a guard for the control plane in `directory`. It does not keep the owner from ending. */
export function startGuard(directory: string): Guard {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'guard-process.ts'), directory], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.unref();
  // A guard that is gone already cannot hear; then there is nothing to tell it.
  child.stdin.on('error', () => {});
  const ended = once(child, 'exit');
  return {
    async release() {
      if (child.exitCode !== null) return;
      child.ref();
      child.stdin.end(keepWord);
      await ended;
    },
  };
}
