/** `--metrics-listen`: GET /metrics for Prometheus, and nothing else. It has no door, and tells nothing that is secret. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ListenError } from '../front/listen-error.ts';
import { expositionType } from './exposition.ts';

export interface MetricsServerOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly metrics: () => string;
}

/** A scraper or two, with many to spare. */
const maxConnections = 64;
const limits = { maxHeaderSize: 8 * 1024, headersTimeout: 5000, requestTimeout: 5000, keepAliveTimeout: 5000 } as const;

export class MetricsServer {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** Rejects with ListenError. */
  static async start({ host, port, metrics }: MetricsServerOptions): Promise<MetricsServer> {
    const server = createServer(limits, (request, response) => answer(request, response, metrics));
    server.maxConnections = maxConnections;
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error) => reject(new ListenError('--metrics-listen', host, port, error)));
      server.listen(port, host, resolve);
    });
    return new MetricsServer(server);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }
}

function answer({ method, url = '' }: IncomingMessage, response: ServerResponse, metrics: () => string): void {
  const [path] = url.split('?');
  if (path !== '/metrics') write(response, 404, 'there is /metrics\n');
  else if (method !== 'GET' && method !== 'HEAD') write(response, 405, 'only GET and HEAD\n', { allow: 'GET, HEAD' });
  else write(response, 200, metrics(), { 'content-type': expositionType });
}

function write(response: ServerResponse, status: number, text: string, fields: Record<string, string> = {}): void {
  const own = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' };
  response.writeHead(status, { ...own, 'content-length': Buffer.byteLength(text), ...fields });
  response.end(text);
}
