/** Where a token comes from: never from a flag's value, which others on the machine can read. */
import { readFileSync, statSync } from 'node:fs';
import { UsageError } from '../../sync-agent/usage.ts';
import { askSecret } from './secret-prompt.ts';
import { isTokenText } from './token-text.ts';

export interface TokenSources {
  /** `--token-file`; `-` is the standard input. */
  readonly file: string | undefined;
  /** KUBE_DOH_TOKEN in it. */
  readonly environment: NodeJS.ProcessEnv;
  /** What stood in the URL. */
  readonly inUrl: string | undefined;
}

/** What was given as a token is none. The message is one line, without it. */
export class TokenError extends Error {
  readonly code = 'NO_TOKEN';

  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.name = 'TokenError';
  }
}

/** The first there is: in the file, in the environment, in the URL. Rejects with TokenError. */
export async function findToken(
  { file, environment, inUrl }: TokenSources,
  warn: (line: string) => void,
): Promise<string | undefined> {
  if (file === '-') return process.stdin.isTTY ? promptToken() : checked(readStandardInput(), 'the standard input');
  if (file !== undefined) return checked(readTokenFile(file, warn), file);
  const given = environment['KUBE_DOH_TOKEN'];
  return given === undefined || given === '' ? inUrl : checked(given, 'KUBE_DOH_TOKEN');
}

/** Asks whoever sits there. Rejects with UsageError when nobody does. */
export async function promptToken(): Promise<string> {
  if (!process.stdin.isTTY) {
    throw new UsageError('a token is missing: pass --token-file FILE, or set KUBE_DOH_TOKEN in the environment');
  }
  return checked(await askSecret('Token (it is not shown): '), 'what was typed');
}

function checked(text: string, source: string): string {
  const token = text.trim();
  if (isTokenText(token)) return token;
  throw new TokenError(`${source} holds no token: a token is one line of ASCII without spaces`);
}

function readStandardInput(): string {
  try {
    return readFileSync(0, 'utf8');
  } catch (cause) {
    throw new TokenError(`--token-file -: it cannot be read (${(cause as NodeJS.ErrnoException).code})`, { cause });
  }
}

/** A pipe will do, as of `<(pass show token)`. */
function readTokenFile(path: string, warn: (line: string) => void): string {
  try {
    const text = readFileSync(path, 'utf8');
    const file = statSync(path);
    // It is used all the same. Windows has no such bits.
    if (process.platform !== 'win32' && file.isFile() && (file.mode & 0o044) !== 0) {
      warn(`others on this machine can read the token: chmod 600 ${path}`);
    }
    return text;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code})`;
    throw new TokenError(`--token-file ${path}: ${why}`, { cause });
  }
}
