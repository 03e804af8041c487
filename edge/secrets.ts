/**
 * What the edge must keep to itself, each in a file that only its user can read, made at the first start: the administrator's
 * key, of which the Worker gets a hash, and the key with which it marks its tokens.
 */
import { createHash, randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { FolderError, readPrivateFile, writePrivateFile } from './private-folder.ts';

export interface Secrets {
  readonly administratorKeyPath: string;
  /** As the Worker takes them. */
  readonly variables: { readonly ADMIN_KEY_SHA256: string; readonly TOKEN_KEY: string };
}

/** Throws FolderError, also for a file that holds something else. */
export function readSecrets(folder: string): Secrets {
  const administratorKeyPath = join(folder, 'admin.key');
  const administratorKey = readOrMake(administratorKeyPath);
  if (!/^[!-~]{16,512}$/.test(administratorKey)) {
    throw new FolderError(
      administratorKeyPath,
      'holds no key of 16 or more printable characters: write one, or remove the file',
    );
  }
  const tokenKeyPath = join(folder, 'token.key');
  const tokenKey = readOrMake(tokenKeyPath);
  if (!/^[0-9a-f]{64}$/.test(tokenKey)) {
    throw new FolderError(
      tokenKeyPath,
      'does not hold 64 hexadecimal digits: restore it, or remove it and make all tokens anew',
    );
  }
  const ADMIN_KEY_SHA256 = createHash('sha256').update(administratorKey).digest('hex');
  return { administratorKeyPath, variables: { ADMIN_KEY_SHA256, TOKEN_KEY: tokenKey } };
}

function readOrMake(path: string): string {
  const text = readPrivateFile(path);
  if (text !== undefined) return text.trim();
  const made = randomBytes(32).toString('hex');
  // Whole or not at all, also when this process ends now or the power does.
  const unfinished = `${path}.unfinished`;
  rmSync(unfinished, { force: true });
  writePrivateFile(unfinished, `${made}\n`);
  sync(unfinished);
  renameSync(unfinished, path);
  sync(dirname(path));
  return made;
}

function sync(path: string): void {
  const file = openSync(path, 'r');
  fsyncSync(file);
  closeSync(file);
}
