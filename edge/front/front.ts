/**
 * The door in front of workerd, which speaks only HTTP/1.1 here: the same without TLS, or TLS with HTTP/2 and HTTP/1.1, as at
 * the edge of a CDN.
 */
import { Agent, createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createSecureServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import { type AddressInfo, isIP, type Server, type Socket } from 'node:net';
import { forward, type Upstream } from './forward.ts';
import { ListenError } from './listen-error.ts';

export interface FrontOptions {
  /** A name or an address, without brackets. */
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Undefined: plain HTTP/1.1. */
  readonly certificate: Certificate | undefined;
  readonly upstream: Upstream;
  /** Whether a server in front of this one says who asks, at the end of `X-Forwarded-For`; false when it is left out. */
  readonly isBehindProxy?: boolean;
  /** How long a client may read nothing of its answer before it is cut off; half a minute when it is left out. */
  readonly stalledMilliseconds?: number;
}

export interface Certificate {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

export interface Front {
  readonly port: number;
  /** Ends open connections too. */
  stop(): Promise<void>;
}

/** workerd closes a connection that was idle for 15 s; a request that is sent at that moment would be lost. */
const idleMilliseconds = 10_000;
/** More than the Worker takes of a URL, so that it is the one to refuse. */
const maxHeaderSize = 64 * 1024;

/** Throws ListenError. */
export async function startFront(options: FrontOptions): Promise<Front> {
  const { host, port, certificate, upstream, isBehindProxy = false, stalledMilliseconds = 30_000 } = options;
  const agent = new Agent({ keepAlive: true, maxSockets: 64, timeout: idleMilliseconds });
  const clientAddress = isBehindProxy ? toldAddress : peerAddress;
  const handle = (incoming: IncomingMessage, outgoing: ServerResponse): void =>
    forward(incoming, outgoing, { upstream, agent, clientAddress, stalledMilliseconds });
  const server: Server =
    certificate === undefined ? createServer({ maxHeaderSize }, handle) : secure(certificate, handle);
  const sockets = openSockets(server);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(new ListenError('--listen', host, port, error)));
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
  { certificatePem: cert, privateKeyPem: key }: Certificate,
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

/** The proxy adds who asks it at the end; what stands before that, anybody may have written. */
function toldAddress(incoming: IncomingMessage): string {
  const told = String(incoming.headers['x-forwarded-for'] ?? '')
    .split(',')
    .at(-1)!
    .trim();
  return isIP(told) === 0 ? peerAddress(incoming) : told;
}

function peerAddress({ socket }: IncomingMessage): string {
  // A socket for both families shows those of IPv4 as RFC 4291 §2.5.5.2 maps them.
  return (socket.remoteAddress ?? '').replace(/^::ffff:(?=\d+\.)/, '');
}

function openSockets(server: Server): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  return sockets;
}
