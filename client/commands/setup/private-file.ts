/** Files that hold a secret: new ones only, which nobody but their owner can read. */
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { warn } from '../../profiles/warning.ts';

/** It cannot be read or written. The message is one line, without what it holds. */
export class PrivateFileError extends Error {
  readonly code = 'PRIVATE_FILE';

  constructor(path: string, reason: string, options?: ErrorOptions) {
    super(`${path}: ${reason}`, options);
    this.name = 'PrivateFileError';
  }
}

/**
 * Undefined when there is none, or one without anything in it, as a run leaves it that is ended in the middle. Warns when
 * others can read it. Throws PrivateFileError.
 */
export function readPrivateFile(path: string): string | undefined {
  try {
    const text = readFileSync(path, 'utf8');
    // Windows has no such bits.
    const isOpen = process.platform !== 'win32' && (statSync(path).mode & 0o044) !== 0;
    if (isOpen) warn(`others on this machine can read ${path}: chmod 600 ${path}`);
    return text === '' ? undefined : text;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new PrivateFileError(path, `it cannot be read (${code})`, { cause });
  }
}

/** Throws PrivateFileError, also when there is one that holds something: it may be somebody's only copy. */
export function writePrivateFile(path: string, text: string): void {
  const isEmpty = statSync(path, { throwIfNoEntry: false })?.size === 0;
  if (isEmpty) rmSync(path, { force: true });
  try {
    writeFileSync(path, text, { mode: 0o600, flag: 'wx' });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    // A full disk takes a part of it, which would be taken for somebody's.
    if (code === 'ENOSPC' || code === 'EDQUOT') rmSync(path, { force: true });
    const reason = code === 'EEXIST' ? 'it exists already: choose another path' : `it cannot be written (${code})`;
    throw new PrivateFileError(path, reason, { cause });
  }
}

/** Writes what `make` gives, which is made only if it can be written; nothing is left of the file when that fails. */
export async function writeMade(path: string, make: () => Promise<string>): Promise<void> {
  writePrivateFile(path, '');
  try {
    writeFileSync(path, await make());
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  }
}
