/**
 * HTTP to one API server: JSON answers and endless streams of JSON lines. Whatever goes wrong is a KubeError, but for
 * the caller's own signal, whose reason is thrown as it is. Nothing is retried here.
 */
import http, { type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import https from 'node:https';
import type { Tell } from '../agent-events.ts';
import { Configuration, type KubeSource, type Target } from './configuration.ts';
import { KubeError, type KubeErrorCode, messageOf, systemCode } from './error.ts';
import { LineCutter } from './lines.ts';
import { permissionOf, refusal } from './refusal.ts';
import { type EndOfRequest, requestBegun } from './request-events.ts';
import { Watchdog } from './watchdog.ts';

/** What the agent needs of an API server. Paths start with `/` and carry their query. */
export interface KubeApi {
  /** The JSON of a GET, complete within the time. */
  request(path: string, limits: { signal: AbortSignal; timeoutMilliseconds: number }): Promise<unknown>;
  /**
   * Resolves when the server has accepted, to the JSON values that it sends, one per line, until it ends the answer.
   * TIMEOUT when no octet has come for `inactivityMilliseconds`. Leaving the loop closes the connection.
   */
  stream(
    path: string,
    limits: { signal: AbortSignal; inactivityMilliseconds: number },
  ): Promise<AsyncIterable<unknown>>;
  /**
   * Sends an object, for PATCH a merge patch (RFC 7396): the JSON of the answer, complete within the time. CONFLICT for
   * 409. After any other failure than a refusal the server may have done it all the same.
   */
  send(
    method: 'POST' | 'PUT' | 'PATCH',
    path: string,
    body: unknown,
    limits: { signal: AbortSignal; timeoutMilliseconds: number },
  ): Promise<unknown>;
}

/** Until the first octet of an answer. */
const maxOpeningMilliseconds = 30_000;
/** An object of the API is stored in at most 1.5 MiB; as JSON it can be some times that. */
const maxLineBytes = 16 * 2 ** 20;
const maxAnswerBytes = 256 * 2 ** 20;
/** Of one object. */
const maxWrittenBytes = maxLineBytes;
/** A Status is a few sentences; what is longer is something else's page, and the status code says enough. */
const maxRefusalBytes = 64 * 2 ** 10;

/** Errors that another address, authority or credential in the kubeconfig may have put right in the meantime. */
const reloadingCodes: ReadonlySet<KubeErrorCode> = new Set<KubeErrorCode>([
  'UNREACHABLE',
  'UNTRUSTED',
  'UNAUTHORIZED',
  'CREDENTIALS_UNAVAILABLE',
]);

/** `path` with its query. */
type Asked =
  | { readonly method: 'GET'; readonly path: string }
  | { readonly method: 'POST' | 'PUT' | 'PATCH'; readonly path: string; readonly body: string };

/** An answer that is a success, whose content is still to be read. */
interface Opened {
  readonly response: IncomingMessage;
  readonly end: EndOfRequest;
}

export class KubeConnection implements KubeApi {
  readonly #configuration: Configuration;
  readonly #tell: Tell;

  /**
   * Reads the configuration, connects to nothing yet. Tells of each request, of a watch when it is accepted. Throws
   * KubeError: KUBECONFIG_….
   */
  constructor(source: KubeSource, tell: Tell = () => undefined) {
    this.#configuration = new Configuration(source);
    this.#tell = tell;
  }

  request(path: string, limits: { signal: AbortSignal; timeoutMilliseconds: number }): Promise<unknown> {
    return this.#answer({ method: 'GET', path }, limits, maxAnswerBytes);
  }

  send(
    method: 'POST' | 'PUT' | 'PATCH',
    path: string,
    body: unknown,
    limits: { signal: AbortSignal; timeoutMilliseconds: number },
  ): Promise<unknown> {
    return this.#answer({ method, path, body: JSON.stringify(body) }, limits, maxWrittenBytes);
  }

  async stream(
    path: string,
    limits: { signal: AbortSignal; inactivityMilliseconds: number },
  ): Promise<AsyncIterable<unknown>> {
    const asked: Asked = { method: 'GET', path };
    const opening = Math.min(maxOpeningMilliseconds, limits.inactivityMilliseconds);
    const watchdog = new Watchdog(opening, limits.signal);
    try {
      const { response, end } = await this.#open(asked, watchdog.signal);
      end(response.statusCode);
      watchdog.restart(limits.inactivityMilliseconds);
      return this.#values(response, asked, watchdog, limits.signal);
    } catch (error) {
      watchdog.release();
      throw this.#explained(error, asked, watchdog, limits.signal);
    }
  }

  /** Closes all connections, those in use included. */
  close(): void {
    this.#configuration.close();
  }

  async #answer(
    asked: Asked,
    { signal, timeoutMilliseconds }: { signal: AbortSignal; timeoutMilliseconds: number },
    maxBytes: number,
  ): Promise<unknown> {
    const watchdog = new Watchdog(timeoutMilliseconds, signal);
    try {
      return parse(await wholeOf(await this.#open(asked, watchdog.signal), maxBytes));
    } catch (error) {
      throw this.#explained(error, asked, watchdog, signal);
    } finally {
      watchdog.release();
    }
  }

  async *#values(
    response: IncomingMessage,
    asked: Asked,
    watchdog: Watchdog,
    signal: AbortSignal,
  ): AsyncGenerator<unknown, void, undefined> {
    const cutter = new LineCutter(maxLineBytes);
    try {
      for await (const chunk of response as AsyncIterable<Uint8Array>) {
        watchdog.feed();
        for (const line of cutter.linesOf(chunk)) yield parse(line);
      }
      cutter.end();
    } catch (error) {
      throw this.#explained(error, asked, watchdog, signal);
    } finally {
      watchdog.release();
    }
  }

  async #open(asked: Asked, signal: AbortSignal): Promise<Opened> {
    const target = await orAborted(this.#configuration.target(asked.path, signal), signal);
    const end = requestBegun(asked, target.url.host, this.#tell);
    const response = await exchange(target, asked, signal).catch((error: unknown) => {
      end(undefined);
      throw noAnswer(target.url, error);
    });
    const status = response.statusCode ?? 0;
    if (status === 200 || (asked.method !== 'GET' && status >= 201 && status <= 299)) return { response, end };
    end(status);
    const text = await startOf(response, maxRefusalBytes);
    throw refusal(permissionOf(asked.path, asked.method), status, json(text), response.headers['retry-after']);
  }

  #explained(error: unknown, asked: Asked, watchdog: Watchdog, signal: AbortSignal): unknown {
    if (signal.aborted) return signal.reason;
    const explained = watchdog.expired ? timeout(asked) : error instanceof KubeError ? error : disconnected(error);
    if (reloadingCodes.has(explained.code)) this.#configuration.reload();
    return explained;
  }
}

function exchange({ url, options }: Target, asked: Asked, signal: AbortSignal): Promise<IncomingMessage> {
  const { method } = asked;
  const protocol = url.protocol === 'https:' ? https : http;
  const content = method === 'GET' ? {} : { 'Content-Type': contentTypes[method] };
  return new Promise((resolve, reject) => {
    const headers = { ...(options.headers as OutgoingHttpHeaders), ...content };
    const request = protocol.request(url, { ...options, method, headers, signal }, resolve);
    request.on('error', reject);
    request.end(method === 'GET' ? undefined : asked.body);
  });
}

const contentTypes = {
  POST: 'application/json',
  PUT: 'application/json',
  PATCH: 'application/merge-patch+json',
} as const;

async function wholeOf({ response, end }: Opened, maxBytes: number): Promise<string> {
  try {
    const text = await textOf(response, maxBytes);
    end(response.statusCode);
    return text;
  } catch (error) {
    end(undefined);
    throw error;
  }
}

async function textOf(response: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new KubeError('BAD_RESPONSE', `the API server sent more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, bytes).toString('utf8');
}

/** The first octets; the rest is not read. */
async function startOf(response: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Uint8Array>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > maxBytes) break;
  }
  return Buffer.concat(chunks).toString('utf8', 0, maxBytes);
}

function parse(text: string): unknown {
  const value = json(text);
  if (value === undefined) throw new KubeError('BAD_RESPONSE', 'the API server sent something that is not JSON');
  return value;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A credential plugin does not listen to the signal; it is no longer waited for. */
function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    promise.then(resolve, reject);
  });
}

function noAnswer(url: URL, error: unknown): KubeError {
  const code = systemCode(error);
  if (/^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_CERT_|INVALID_CA|HOSTNAME_MISMATCH)/.test(code)) {
    const text = `the certificate of ${url.origin} cannot be verified (${messageOf(error)}): check the certificate authority in the kubeconfig`;
    return new KubeError('UNTRUSTED', text, { cause: error });
  }
  if (code.startsWith('ERR_OSSL_')) {
    const text = `cannot use the certificates and keys in the kubeconfig (${messageOf(error)}): check that they are PEM, and that they belong together`;
    return new KubeError('CREDENTIALS_UNAVAILABLE', text, { cause: error });
  }
  if (code === 'ECONNRESET' || code === 'EPIPE') return disconnected(error);
  const why = reasons[code] ?? messageOf(error);
  return new KubeError(
    'UNREACHABLE',
    `cannot reach the API server at ${url.origin} (${why}): check that it runs, and the address in the kubeconfig`,
    { cause: error },
  );
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  EHOSTUNREACH: 'no route to it',
  ENETUNREACH: 'no route to it',
  ENOTFOUND: 'its name is unknown',
  EAI_AGAIN: 'its name cannot be looked up now',
  ETIMEDOUT: 'no answer',
  EPROTO: 'it does not speak TLS',
};

function timeout({ method, path }: Asked): KubeError {
  const { verb, resource } = permissionOf(path, method);
  return new KubeError(
    'TIMEOUT',
    `the API server did not answer, or fell silent, when it was asked to ${verb} ${resource}`,
  );
}

function disconnected(error: unknown): KubeError {
  return new KubeError('DISCONNECTED', `the connection to the API server broke (${messageOf(error)})`, {
    cause: error,
  });
}
