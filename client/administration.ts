/**
 * What administrators ask of the edge: with their key, and with one clear line for whatever goes wrong. The key comes from
 * a file or the environment, never from the command line, which others on the machine can read.
 */
import { readFileSync, statSync } from 'node:fs';
import { setDefaultCACertificates } from 'node:tls';
import type { ParseArgsConfig } from 'node:util';
import { UsageError } from '../sync-agent/usage.ts';
import { readAuthority } from './doh/doh-server.ts';
import { readEdge } from './edge-url.ts';

/** For `parseCommandLine`. */
export const administratorFlags = {
  edge: { type: 'string' },
  'admin-key-file': { type: 'string' },
} as const satisfies ParseArgsConfig['options'];

export const administratorFlagsHelp = `\
  --edge URL             the edge, such as https://dns.example.com
  --admin-key-file FILE  holds the administrator's key; without it, KUBE_DOH_ADMIN_KEY in the environment does

KUBE_DOH_AUTHORITY in the environment is the PEM file of the authority to trust instead of the usual ones.
`;

export interface AdministratorFlags {
  readonly edge?: string | undefined;
  readonly 'admin-key-file'?: string | undefined;
}

export type Fields = Readonly<Record<string, unknown>>;

/** The edge did not do what it was asked. The message is one line, without the key. */
export class AdministrationError extends Error {
  readonly code = 'NOT_ADMINISTERED';

  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.name = 'AdministrationError';
  }
}

const timeoutMilliseconds = 30_000;

export class Administration {
  readonly #edge: URL;
  readonly #key: string;

  constructor(edge: URL, key: string) {
    this.#edge = edge;
    this.#key = key;
  }

  /** The JSON of an answer of success. Throws AdministrationError. */
  async call(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<Fields> {
    const response = await this.#fetch(method, path, body);
    return this.#success(response, await fieldsOf(response));
  }

  /** The JSON of what is there; undefined when the edge says that nothing is. Throws AdministrationError. */
  async find(path: string): Promise<Fields | undefined> {
    const response = await this.#fetch('GET', path, undefined);
    const answer = await fieldsOf(response);
    const isAbsent = response.status === 404 && answer?.['code'] === 'NOT_FOUND';
    return isAbsent ? undefined : this.#success(response, answer);
  }

  #success({ ok, status }: Response, answer: Fields | undefined): Fields {
    if (ok && answer !== undefined) return answer;
    throw new AdministrationError(`the edge ${this.#edge.origin} ${refusalOf(status, answer)}`);
  }

  async #fetch(method: string, path: string, body: unknown): Promise<Response> {
    const headers = { authorization: `Bearer ${this.#key}`, 'content-type': 'application/json' };
    try {
      return await fetch(new URL(path, this.#edge), {
        method,
        headers,
        // A key is not sent to where nobody named.
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutMilliseconds),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch (cause) {
      throw new AdministrationError(`cannot reach the edge at ${this.#edge.origin} (${reasonOf(cause)})`, { cause });
    }
  }
}

/** Throws UsageError, AuthorityError, and AdministrationError when there is no key where it should be. */
export function readAdministration(flags: AdministratorFlags, environment: NodeJS.ProcessEnv): Administration {
  const edge = readEdge(flags.edge);
  const key = readKey(flags['admin-key-file'], environment);
  const { KUBE_DOH_AUTHORITY: authority } = environment;
  const authorityPem = readAuthority(authority === '' ? undefined : authority);
  // From here on, in the whole process: it speaks to nobody else.
  if (authorityPem !== undefined) setDefaultCACertificates([authorityPem]);
  return new Administration(edge, key);
}

function readKey(path: string | undefined, environment: NodeJS.ProcessEnv): string {
  const text = path === undefined ? environment['KUBE_DOH_ADMIN_KEY'] : readKeyFile(path);
  if (text === undefined || text === '') {
    throw new UsageError(
      "the administrator's key is missing: pass --admin-key-file FILE, or set KUBE_DOH_ADMIN_KEY in the environment",
    );
  }
  const key = text.trim();
  if (/^[!-~]+$/.test(key)) return key;
  const source = path ?? 'KUBE_DOH_ADMIN_KEY';
  throw new AdministrationError(`${source} holds no administrator's key: a key is one line of ASCII without spaces`);
}

function readKeyFile(path: string): string {
  try {
    const text = readFileSync(path, 'utf8');
    warnOfReaders(path);
    return text;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code})`;
    throw new AdministrationError(`--admin-key-file ${path}: ${why}`, { cause });
  }
}

/** Whoever reads the key may do everything; it is used all the same. Windows has no such bits. */
function warnOfReaders(path: string): void {
  const file = statSync(path);
  if (process.platform === 'win32' || !file.isFile() || (file.mode & 0o044) === 0) return;
  process.stderr.write(`kube-doh: others on this machine can read the administrator's key: chmod 600 ${path}\n`);
}

function refusalOf(status: number, answer: Fields | undefined): string {
  if (status === 401) {
    return "does not take the administrator's key: check --admin-key-file or KUBE_DOH_ADMIN_KEY, and the edge's ADMIN_KEY_SHA256";
  }
  const error = answer?.['error'];
  if (typeof error === 'string') return `answered ${status}: ${error}`;
  const isRedirect = status >= 300 && status < 400;
  return `answered ${status}: ${isRedirect ? 'it redirects' : 'it gives no reason'}; check its address`;
}

async function fieldsOf(response: Response): Promise<Fields | undefined> {
  try {
    const value: unknown = await response.json();
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
  } catch {
    return undefined;
  }
}

/** What `fetch` throws says why only one level down. */
function reasonOf(error: unknown): string {
  const { name, message, cause } = error as Error;
  if (name === 'TimeoutError') return 'no answer in time';
  if (cause instanceof AggregateError) return reasonOf(cause.errors[0]);
  return cause instanceof Error && cause.message !== '' ? cause.message : message;
}
