/**
 * One at a time for those who read a file, change it and write it again, be they other processes: whoever makes the lock, a
 * file beside the other one, has it until he removes it.
 *
 * Who is killed in between leaves the lock. What is done under it takes milliseconds, so one that others have seen for
 * seconds is nobody's any more, and they take it away. They go by their own clocks, not by the file's time.
 */
import { randomUUID } from 'node:crypto';
import { closeSync, fstatSync, linkSync, openSync, renameSync, rmSync, type Stats, statSync } from 'node:fs';

const pauseMilliseconds = 10;
const abandonedMilliseconds = 3000;

/** Gives what `work` gives, and throws what it throws, or the system's error. The file's folder must be there. Waits in place. */
export function underLock<T>(path: string, work: () => T, patienceMilliseconds = abandonedMilliseconds): T {
  const lock = `${path}.lock`;
  const own = take(lock, patienceMilliseconds);
  try {
    return work();
  } finally {
    // Of whoever took it for abandoned, it stays.
    if (isSame(look(lock), own)) rmSync(lock, { force: true });
  }
}

function take(lock: string, patienceMilliseconds: number): Stats {
  let seen: Stats | undefined;
  let seenSince = performance.now();
  for (;;) {
    const own = make(lock);
    if (own !== undefined) return own;
    const there = look(lock);
    if (there === undefined) continue;
    if (!isSame(there, seen)) {
      seen = there;
      seenSince = performance.now();
    } else if (performance.now() - seenSince > patienceMilliseconds) {
      takeAway(lock, there);
    }
    pause();
  }
}

/** Undefined when there is one. */
function make(lock: string): Stats | undefined {
  try {
    const file = openSync(lock, 'wx', 0o600);
    try {
      return fstatSync(file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return undefined;
    throw error;
  }
}

/** Another may have done so, and have made his own since: that one is put back. */
function takeAway(lock: string, abandoned: Stats): void {
  const aside = `${lock}.${randomUUID()}`;
  try {
    renameSync(lock, aside);
    if (!isSame(look(aside), abandoned)) linkSync(aside, lock);
  } catch (error) {
    if (!isOvertaken(error)) throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function isOvertaken(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'EEXIST';
}

function look(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false });
}

function isSame(a: Stats | undefined, b: Stats | undefined): boolean {
  return a !== undefined && a.ino === b?.ino && a.mtimeMs === b.mtimeMs;
}

/** Those who change profiles have nothing else to do. */
function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMilliseconds);
}
