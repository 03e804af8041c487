/**
 * The door in front of workerd, which speaks only HTTP/1.1 here: TLS, HTTP/2 and HTTP/1.1, as at the edge of a CDN.
 */
import { Agent, createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createSecureServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { ServerCertificate } from './certificate.ts';
import { forward } from './forward.ts';

export interface FrontOptions {
  /** A name or an address, without brackets. */
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
    super(`cannot listen on ${host.includes(':') ? `[${host}]` : host}:${port}: ${reason}`, { cause });
    this.name = 'ListenError';
  }
}

/** workerd closes a connection that was idle for 15 s; a request that is sent at that moment would be lost. */
const idleMilliseconds = 10_000;
/** More than the Worker takes of a URL, so that it is the one to refuse. */
const maxHeaderSize = 64 * 1024;

/** Throws ListenError. */
export async function startFront({ host, port, certificate, upstream }: FrontOptions): Promise<Front> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64, timeout: idleMilliseconds });
  const handle = (incoming: IncomingMessage, outgoing: ServerResponse): void =>
    forward(incoming, outgoing, upstream, agent);
  const server: Server =
    certificate === undefined ? createServer({ maxHeaderSize }, handle) : secure(certificate, handle);
  const sockets = openSockets(server);
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

/** HTTP/2, and HTTP/1.1 for clients that know no other. */
function secure(
  { certificatePem: cert, privateKeyPem: key }: ServerCertificate,
  handle: (incoming: IncomingMessage, outgoing: ServerResponse) => void,
): Server {
  // The types do not know that what HTTP/1.1 takes is taken here too.
  const options = { allowHTTP1: true, maxHeaderSize, cert, key };
  // Node makes HTTP/2 look like HTTP/1.1 to such a handler; only its types keep the two apart.
  return createSecureServer(
    options,
    handle as unknown as (incoming: Http2ServerRequest, outgoing: Http2ServerResponse) => void,
  );
}

function openSockets(server: Server): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  return sockets;
}
