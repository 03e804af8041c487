/**
 * The door in front of workerd, which speaks only HTTP/1.1 here: TLS, HTTP/2 and HTTP/1.1, as at the edge of a CDN.
 */
import {
  Agent,
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request,
  type ServerResponse,
} from 'node:http';
import { createSecureServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { ServerCertificate } from './certificate.ts';

export interface FrontOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Undefined: plain HTTP/1.1. */
  readonly certificate: ServerCertificate | undefined;
  readonly upstream: URL;
}

export interface Front {
  readonly port: number;
  /** Ends open connections too. */
  stop(): Promise<void>;
}

/** The address cannot be listened on. The message is one line that says what to do. */
export class ListenError extends Error {
  readonly code = 'LISTEN';

  constructor(host: string, port: number, cause: NodeJS.ErrnoException) {
    const reason =
      cause.code === 'EADDRINUSE'
        ? 'another program listens there: stop it, or choose another with --listen HOST:PORT'
        : `${cause.message}: choose another with --listen HOST:PORT`;
    super(`cannot listen on ${host}:${port}: ${reason}`, { cause });
    this.name = 'ListenError';
  }
}

/** Throws ListenError. */
export async function startFront(options: FrontOptions): Promise<Front> {
  const { host, port, certificate, upstream } = options;
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const handle = (incoming: IncomingMessage, outgoing: ServerResponse): void =>
    forward(incoming, outgoing, upstream, agent);
  const server: Server =
    certificate === undefined
      ? createServer(handle)
      : createSecureServer(
          { allowHTTP1: true, cert: certificate.certificatePem, key: certificate.privateKeyPem },
          // Node makes HTTP/2 look like HTTP/1.1 to such a handler; only its types keep the two apart.
          handle as unknown as (incoming: Http2ServerRequest, outgoing: Http2ServerResponse) => void,
        );
  const sockets = new Set<Socket>();
  for (const event of ['connection', 'secureConnection']) {
    server.on(event, (socket: Socket) => {
      sockets.add(socket);
      // A client may vanish in the middle of a handshake or an answer; that is its own business.
      socket.on('error', () => socket.destroy());
      socket.on('close', () => sockets.delete(socket));
    });
  }
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(new ListenError(host, port, error)));
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      agent.destroy();
      await closed;
    },
  };
}

/** Headers that belong to one connection (RFC 9110 §7.6.1), and those that HTTP/2 spells otherwise. */
const ownHeaders = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
  'host',
  'http2-settings',
]);

function forward(incoming: IncomingMessage, outgoing: ServerResponse, upstream: URL, agent: Agent): void {
  const authority = incoming.headers[':authority'] ?? incoming.headers.host;
  const headers = { ...passed(incoming.headers), host: String(authority ?? upstream.host) };
  const { method, url: path } = incoming;
  const inner = request({ agent, host: upstream.hostname, port: upstream.port, method, path, headers });
  inner.on('response', (response) => {
    outgoing.writeHead(response.statusCode ?? 502, passed(response.headers));
    response.pipe(outgoing);
  });
  inner.on('error', () => {
    if (!outgoing.headersSent) outgoing.writeHead(502, { 'cache-control': 'no-store' });
    outgoing.end();
  });
  outgoing.on('close', () => inner.destroy());
  incoming.pipe(inner);
}

function passed(headers: OutgoingHttpHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith(':') && !ownHeaders.has(name)));
}
