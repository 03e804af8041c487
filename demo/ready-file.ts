/** The ready file: where and how to ask, for programs that started the demo. */
import { randomUUID } from 'node:crypto';
import { accessSync, constants, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

export interface ReadyFile {
  readonly url: string;
  /** Ends in /dns-query; the token is in its path. */
  readonly doh: string;
  readonly token: string | null;
  readonly cluster: string;
  /** Without final dots; the cluster's own domain first. */
  readonly zones: readonly [string, ...string[]];
  /** Path of the authority to trust, in PEM. */
  readonly ca: string | null;
}

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

/** Whoever waits for the file sees it whole or not at all. It holds a token, so only its owner may read it. */
export function writeReadyFile(path: string, ready: ReadyFile): void {
  const partial = `${path}.${randomUUID()}`;
  try {
    writeFileSync(partial, `${JSON.stringify(ready, undefined, 2)}\n`, { mode: 0o600, flag: 'wx' });
    renameSync(partial, path);
  } catch (error) {
    throw new ReadyFileError(path, error);
  }
}
