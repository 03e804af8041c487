/**
 * An HTTP server that answers each request as a script says, faults included. `list`, `watch` and `stream` requests of a
 * path have their own scripts; the last step of a script is repeated. Where nothing else is said it is a server that
 * knows no streaming lists.
 */
import http, { type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';

export type Step = (response: ServerResponse, request: IncomingMessage) => void;

/** `stream` is a watch that is to begin with all there is. */
export type Verb = 'list' | 'watch' | 'stream';

export interface Exchange {
  readonly verb: Verb;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly authorization: string | undefined;
}

export class ScriptedApiServer {
  /** What was asked, in order. */
  readonly exchanges: Exchange[] = [];
  /** Connections that were ever opened. */
  connectionCount = 0;
  readonly #scripts = new Map<string, Step[]>();
  readonly #server: Server;
  readonly #scheme: 'http' | 'https';

  constructor(tls?: https.ServerOptions) {
    const answer = (request: IncomingMessage, response: ServerResponse): void => this.#answer(request, response);
    this.#scheme = tls === undefined ? 'http' : 'https';
    this.#server = tls === undefined ? http.createServer(answer) : https.createServer(tls, answer);
    this.#server.on('connection', () => {
      this.connectionCount += 1;
    });
  }

  get url(): string {
    return `${this.#scheme}://127.0.0.1:${this.port}`;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async listen(port = 0): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
    return this;
  }

  /** Cuts all connections. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  /** Connections that are open now. */
  connections(): Promise<number> {
    return new Promise((resolve, reject) =>
      this.#server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
    );
  }

  on(verb: Verb, path: string, ...steps: Step[]): this {
    this.#scripts.set(`${verb} ${path}`, steps);
    return this;
  }

  asked(verb: Verb, path?: string): Exchange[] {
    return this.exchanges.filter((exchange) => exchange.verb === verb && (path ?? exchange.path) === exchange.path);
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', this.url);
    const verb = verbOf(url.searchParams);
    const { authorization } = request.headers;
    this.exchanges.push({ verb, path: url.pathname, query: url.searchParams, authorization });
    const script = this.#scripts.get(`${verb} ${url.pathname}`) ?? [verb === 'stream' ? knowsNoStreams : status(404)];
    const step = script.length > 1 ? script.shift() : script[0];
    step?.(response, request);
  }
}

function verbOf(query: URLSearchParams): Verb {
  if (query.get('watch') !== 'true') return 'list';
  return query.get('sendInitialEvents') === 'true' ? 'stream' : 'watch';
}

export function json(body: unknown, httpStatus = 200, headers: Record<string, string> = {}): Step {
  return (response) => {
    response.writeHead(httpStatus, { 'Content-Type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}

/** A refusal, with a Status as Kubernetes sends it. */
export function status(code: number, fields: Record<string, unknown> = {}, headers: Record<string, string> = {}): Step {
  return json(statusObject(code, fields), code, headers);
}

export function statusObject(code: number, fields: Record<string, unknown> = {}): Record<string, unknown> {
  return { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, ...fields };
}

export function page(kind: string, items: readonly unknown[], resourceVersion: string, next?: string): Step {
  const metadata = { resourceVersion, ...(next === undefined ? {} : { continue: next }) };
  return json({ kind: `${kind}List`, apiVersion: 'v1', metadata, items });
}

/** As servers before 1.32 refuse it. */
const knowsNoStreams = status(422, { reason: 'Invalid', message: 'sendInitialEvents: Forbidden' });

export type Ending = 'hang' | 'end' | 'reset';

/** A watch that sends these events, each as a line, and then ends in this way. */
export function watch(events: readonly unknown[], ending: Ending = 'hang'): Step {
  return chunks([events.map((event) => `${JSON.stringify(event)}\n`).join('')], ending);
}

/** A watch that sends these octets, each chunk by itself. */
export function chunks(
  parts: readonly (string | Uint8Array)[],
  ending: Ending = 'hang',
  pauseMilliseconds = 5,
  httpStatus = 200,
): Step {
  return async (response) => {
    response.writeHead(httpStatus, { 'Content-Type': 'application/json' });
    response.flushHeaders();
    for (const part of parts) {
      await new Promise<void>((resolve) => response.write(part, () => resolve()));
      await new Promise((resolve) => setTimeout(resolve, pauseMilliseconds));
    }
    if (ending === 'end') response.end();
    if (ending === 'reset') response.socket?.resetAndDestroy();
  };
}

/** A list as a stream, which goes on with these events. */
export function stream(
  objects: readonly unknown[],
  resourceVersion: string,
  events: readonly unknown[] = [],
  ending: Ending = 'hang',
): Step {
  return watch(
    [...objects.map((object) => ({ type: 'ADDED', object })), initialEnd(resourceVersion), ...events],
    ending,
  );
}

/** Cuts the connection instead of an answer. */
export const reset: Step = (response) => response.socket?.resetAndDestroy();

/** Accepts the request and says nothing. */
export const silence: Step = () => undefined;

export function event(type: string, name: string, resourceVersion: string): Record<string, unknown> {
  return { type, object: object(name, resourceVersion) };
}

export function bookmark(resourceVersion: string): Record<string, unknown> {
  return { type: 'BOOKMARK', object: { kind: 'Service', metadata: { resourceVersion } } };
}

/** The bookmark that says that a list is whole. */
export function initialEnd(resourceVersion: string): Record<string, unknown> {
  const metadata = { resourceVersion, annotations: { 'k8s.io/initial-events-end': 'true' } };
  return { type: 'BOOKMARK', object: { kind: 'Service', metadata } };
}

export function errorEvent(code: number, fields: Record<string, unknown> = {}): Record<string, unknown> {
  return { type: 'ERROR', object: statusObject(code, fields) };
}

/** A headless Service in namespace `default`. */
export function object(name: string, resourceVersion = '1'): Record<string, unknown> {
  return { metadata: { namespace: 'default', name, resourceVersion }, spec: { clusterIPs: ['None'] } };
}
