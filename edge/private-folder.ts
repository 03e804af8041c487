/** Folders that nobody but this user may look into, and files in them. */
import { existsSync, mkdirSync, readFileSync, type Stats, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** The message is one line that says what to do. */
export class FolderError extends Error {
  readonly code = 'FOLDER';

  constructor(path: string, reason: string, options?: ErrorOptions) {
    super(`${path} ${reason}`, options);
    this.name = 'FolderError';
  }
}

/** Makes it unless it is there. One that is there is not changed: it may be somebody else's. Throws FolderError. */
export function privateFolder(path: string): void {
  let stats: Stats;
  try {
    make(path);
    stats = statSync(path);
  } catch (cause) {
    throw new FolderError(path, `cannot be made: ${(cause as Error).message}`, { cause });
  }
  if (!stats.isDirectory()) throw new FolderError(path, 'is no folder: choose another path');
  const user = process.getuid?.();
  // Windows has neither users of this kind nor modes.
  if (user === undefined) return;
  if (stats.uid !== user)
    throw new FolderError(path, 'belongs to another user: run this as that one, or choose another');
  if ((stats.mode & 0o077) !== 0) throw new FolderError(path, `is open to others: chmod 700 ${path}`);
}

function make(path: string): void {
  if (existsSync(path)) return;
  // With folders on the way there, Node calls whatever goes wrong an absent one (ENOENT).
  mkdirSync(path, { recursive: !existsSync(dirname(path)), mode: 0o700 });
}

/** The text of a file of that folder; undefined when there is none. Throws FolderError when others can read it. */
export function readPrivateFile(path: string): string | undefined {
  try {
    const isOpen = process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0;
    if (isOpen)
      throw new FolderError(path, `is open to others: chmod 600 ${path}, and think of replacing what is in it`);
    return readFileSync(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    if (cause instanceof FolderError) throw cause;
    throw new FolderError(path, `cannot be read: ${(cause as Error).message}`, { cause });
  }
}

/** A new file that only this user can read. */
export function writePrivateFile(path: string, content: string): void {
  writeFileSync(path, content, { mode: 0o600, flag: 'wx' });
}
