/**
 * The HTTP server for those who operate the agent: /livez, /readyz and /metrics, to read, and nothing else. It has no door,
 * so it tells nothing that is secret, and a crowd at it costs little.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, isIPv6 } from 'node:net';
import type { ListenAddress } from '../configuration/listen.ts';
import type { Log } from '../log.ts';
import { limitConnections } from './connection-limit.ts';
import type { Check } from './health.ts';
import { healthAnswer } from './health-text.ts';
import { oneAtATime } from './one-at-a-time.ts';

export interface OperationsServerOptions {
  readonly listen: ListenAddress;
  readonly liveness: () => readonly Check[];
  readonly readiness: () => readonly Check[];
  /** In Prometheus's text format. */
  readonly metrics: () => Promise<string>;
  readonly log: Log;
}

/** The server cannot listen where it should. The message is one line that says what to do. */
export class ListenError extends Error {
  readonly code = 'CANNOT_LISTEN';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ListenError';
  }
}

const limits = {
  maxHeaderSize: 8 * 1024,
  headersTimeout: 5000,
  requestTimeout: 5000,
  keepAliveTimeout: 5000,
  connectionsCheckingInterval: 1000,
} as const;
/** Probes and some scrapers, with many to spare. */
const maxConnections = 64;
/** Of one connection. A scraper that keeps it open for longer opens another one. */
const maxRequests = 32;
const idleMilliseconds = 10_000;

const textType = 'text/plain; charset=utf-8';
export const metricsType = 'text/plain; version=0.0.4; charset=utf-8';

export class OperationsServer {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** Rejects with ListenError. */
  static async start(options: OperationsServerOptions): Promise<OperationsServer> {
    const server = createServer(
      limits,
      oneAtATime((request, response) => {
        answer(options, request).then(
          (given) => write(response, given),
          (error: unknown) => {
            options.log.error('a request for probes or metrics failed', { err: String(error) });
            write(response, { status: 500, text: 'failed\n' });
          },
        );
      }),
    );
    server.maxRequestsPerSocket = maxRequests;
    limitConnections(server, maxConnections);
    server.setTimeout(idleMilliseconds);
    await listening(server, options.listen);
    const started = new OperationsServer(server);
    const isOpen = !isLoopback((server.address() as AddressInfo).address);
    const warning = isOpen ? '; whoever reaches this address can read them' : '';
    options.log.info(`answering /livez, /readyz and /metrics on ${started.origin}${warning}`, {
      listen: started.origin,
    });
    return started;
  }

  /** Such as `http://127.0.0.1:9090`, with the port that it has. */
  get origin(): string {
    const { address, port } = this.#server.address() as AddressInfo;
    return `http://${isIPv6(address) ? `[${address}]` : address}:${port}`;
  }

  /** Ends at once; an answer that is half out is not completed. */
  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }
}

interface Given {
  readonly status: number;
  readonly text: string;
  readonly type?: string;
}

type Endpoint = (options: OperationsServerOptions, isVerbose: boolean) => Promise<Given>;

const endpoints: ReadonlyMap<string, Endpoint> = new Map([
  ['/livez', async ({ liveness }, isVerbose) => health('livez', liveness(), isVerbose)],
  ['/readyz', async ({ readiness }, isVerbose) => health('readyz', readiness(), isVerbose)],
  ['/metrics', async ({ metrics }) => ({ status: 200, text: await metrics(), type: metricsType })],
]);

async function answer(options: OperationsServerOptions, { url = '', method }: IncomingMessage): Promise<Given> {
  const [path = '', query = ''] = url.split('?');
  const endpoint = endpoints.get(path);
  if (endpoint === undefined) return { status: 404, text: `there are ${[...endpoints.keys()].join(', ')}\n` };
  if (method !== 'GET' && method !== 'HEAD') return { status: 405, text: 'only GET and HEAD\n' };
  return endpoint(options, new URLSearchParams(query).has('verbose'));
}

function health(endpoint: string, checks: readonly Check[], isVerbose: boolean): Given {
  const { isWell, text } = healthAnswer(endpoint, checks, isVerbose);
  return { status: isWell ? 200 : 503, text };
}

function write(response: ServerResponse, { status, text, type = textType }: Given): void {
  const body = Buffer.from(text);
  response.writeHead(status, {
    'content-type': type,
    'content-length': body.length,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(status === 405 ? { allow: 'GET, HEAD' } : {}),
  });
  response.end(body);
}

function listening(server: Server, { host, port }: ListenAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const place = isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
      const reason = reasons[cause.code ?? ''] ?? cause.message;
      reject(new ListenError(`cannot listen on ${place}: ${reason}`, { cause }));
    });
    server.listen({ host, port }, resolve);
  });
}

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'something listens there already; end it, or pass another --listen',
  EADDRNOTAVAIL: 'this machine does not have that address; pass another --listen',
  EACCES: 'this user may not; pass a --listen with a port above 1023',
  ENOTFOUND: 'no machine has that name; pass an address with --listen',
};

function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1';
}
