/**
 * HTTP to one API server: JSON answers and endless streams of JSON lines. Whatever goes wrong is a KubeError, but for
 * the caller's own signal, whose reason is thrown as it is. Nothing is retried here.
 */
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { Configuration, type KubeSource, type Target } from './configuration.ts';
import { KubeError, type KubeErrorCode, messageOf, systemCode } from './error.ts';
import { linesOf } from './lines.ts';
import { permissionOf, refusal } from './refusal.ts';
import { Watchdog } from './watchdog.ts';

/** What a reflector needs of an API server. Paths start with `/` and carry their query. */
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
}

/** Until the first octet of an answer. */
const maxOpeningMilliseconds = 30_000;
/** An object of the API is stored in at most 1.5 MiB; as JSON it can be some times that. */
const maxLineBytes = 16 * 2 ** 20;
const maxAnswerBytes = 256 * 2 ** 20;
/** A Status is a few sentences; what is longer is something else's page, and the status code says enough. */
const maxRefusalBytes = 64 * 2 ** 10;

/** Errors that another address, authority or credential in the kubeconfig may have put right in the meantime. */
const reloadingCodes: ReadonlySet<KubeErrorCode> = new Set<KubeErrorCode>([
  'UNREACHABLE',
  'UNTRUSTED',
  'UNAUTHORIZED',
  'CREDENTIALS_UNAVAILABLE',
]);

export class KubeConnection implements KubeApi {
  readonly #configuration: Configuration;

  /** Reads the configuration, connects to nothing yet. Throws KubeError: KUBECONFIG_…. */
  constructor(source: KubeSource) {
    this.#configuration = new Configuration(source);
  }

  async request(path: string, limits: { signal: AbortSignal; timeoutMilliseconds: number }): Promise<unknown> {
    const watchdog = new Watchdog(limits.timeoutMilliseconds, limits.signal);
    try {
      const response = await this.#open(path, watchdog.signal);
      return parse(await textOf(response, maxAnswerBytes));
    } catch (error) {
      throw this.#explained(error, path, watchdog, limits.signal);
    } finally {
      watchdog.release();
    }
  }

  async stream(
    path: string,
    limits: { signal: AbortSignal; inactivityMilliseconds: number },
  ): Promise<AsyncIterable<unknown>> {
    const opening = Math.min(maxOpeningMilliseconds, limits.inactivityMilliseconds);
    const watchdog = new Watchdog(opening, limits.signal);
    try {
      const response = await this.#open(path, watchdog.signal);
      watchdog.restart(limits.inactivityMilliseconds);
      return this.#values(response, path, watchdog, limits.signal);
    } catch (error) {
      watchdog.release();
      throw this.#explained(error, path, watchdog, limits.signal);
    }
  }

  /** Closes all connections, those in use included. */
  close(): void {
    this.#configuration.close();
  }

  async *#values(
    response: IncomingMessage,
    path: string,
    watchdog: Watchdog,
    signal: AbortSignal,
  ): AsyncGenerator<unknown, void, undefined> {
    try {
      for await (const line of linesOf(feeding(response, watchdog), maxLineBytes)) yield parse(line);
    } catch (error) {
      throw this.#explained(error, path, watchdog, signal);
    } finally {
      watchdog.release();
    }
  }

  /** Resolves to an answer of status 200, whose content is still to be read. */
  async #open(path: string, signal: AbortSignal): Promise<IncomingMessage> {
    const target = await orAborted(this.#configuration.target(path, signal), signal);
    const response = await send(target, signal).catch((error: unknown) => {
      throw noAnswer(target.url, error);
    });
    if (response.statusCode === 200) return response;
    const text = await startOf(response, maxRefusalBytes);
    throw refusal(permissionOf(path), response.statusCode ?? 0, json(text), response.headers['retry-after']);
  }

  #explained(error: unknown, path: string, watchdog: Watchdog, signal: AbortSignal): unknown {
    if (signal.aborted) return signal.reason;
    const explained = watchdog.expired ? timeout(path) : error instanceof KubeError ? error : disconnected(error);
    if (reloadingCodes.has(explained.code)) this.#configuration.reload();
    return explained;
  }
}

function send(target: Target, signal: AbortSignal): Promise<IncomingMessage> {
  const protocol = target.url.protocol === 'https:' ? https : http;
  return new Promise((resolve, reject) => {
    const request = protocol.request(target.url, { ...target.options, signal }, resolve);
    request.on('error', reject);
    request.end();
  });
}

async function* feeding(response: IncomingMessage, watchdog: Watchdog): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of response) {
    watchdog.feed();
    yield chunk;
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

function timeout(path: string): KubeError {
  const { verb, resource } = permissionOf(path);
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
