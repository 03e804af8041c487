/** Ready files: how a program tells those who started it that it answers, and where. */
import { randomUUID } from 'node:crypto';
import { accessSync, constants, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** The file cannot be written. The message is one line. */
export class ReadyFileError extends Error {
  readonly code = 'READY_FILE';

  constructor(path: string, cause: unknown) {
    super(`cannot write the ready file ${path} (${(cause as Error).message}): choose another with --ready-file`, {
      cause,
    });
    this.name = 'ReadyFileError';
  }
}

/** Makes sure that nobody takes the file of an earlier run for this one's, and that it can be written. Throws ReadyFileError. */
export function removeReadyFile(path: string): void {
  try {
    rmSync(path, { force: true });
    accessSync(dirname(path), constants.W_OK);
  } catch (error) {
    throw new ReadyFileError(path, error);
  }
}

/** As JSON. Whoever waits for the file sees it whole or not at all; it may hold a token, so only its owner may read it. Throws ReadyFileError. */
export function writeReadyFile(path: string, ready: object): void {
  const partial = `${path}.${randomUUID()}`;
  try {
    writeFileSync(partial, `${JSON.stringify(ready, undefined, 2)}\n`, { mode: 0o600, flag: 'wx' });
    renameSync(partial, path);
  } catch (error) {
    throw new ReadyFileError(path, error);
  }
}
