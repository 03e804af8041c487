/** The administrator's key in its file. Only its hash leaves the machine. */
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';

/** Cannot be written or read, or is none. The message is one line, without the key. */
export class KeyFileError extends Error {
  readonly code = 'KEY_FILE';

  constructor(path: string, reason: string, options?: ErrorOptions) {
    super(`${path}: ${reason}`, options);
    this.name = 'KeyFileError';
  }
}

/** 32 random octets in hexadecimal, which only the user may read. Throws KeyFileError, and replaces nothing. */
export function makeKeyFile(path: string): void {
  try {
    writeFileSync(path, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
  } catch (cause) {
    throw new KeyFileError(path, `it cannot be written (${(cause as NodeJS.ErrnoException).code})`, { cause });
  }
}

/** As ADMIN_KEY_SHA256 has it. Throws KeyFileError. */
export function hashOfKeyFile(path: string): string {
  let key: string;
  try {
    key = readFileSync(path, 'utf8').trim();
  } catch (cause) {
    throw new KeyFileError(path, `it cannot be read (${(cause as NodeJS.ErrnoException).code})`, { cause });
  }
  // What somebody could guess is no key.
  if (!/^[!-~]{32,}$/.test(key)) {
    throw new KeyFileError(path, "it holds no administrator's key, which is one line of at least 32 characters");
  }
  return createHash('sha256').update(key).digest('hex');
}
