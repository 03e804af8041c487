/** Opens connections: HTTP/2 where the server chooses it by ALPN (RFC 7301), otherwise HTTP/1.1. */
import { isIP } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { Connection, Endpoint } from './http.ts';
import { Http1Connection, type Http1Server } from './http1-connection.ts';
import { Http2Connection } from './http2-connection.ts';
import { type Stage, transportErrorOf } from './transport-error.ts';

/** A connection from the moment on at which somebody wanted it. */
export interface Opening {
  /** Rejects with TransportError. */
  readonly connection: Promise<Connection>;
  readonly stage: Stage;
  /** Whether more requests may wait for it, or be sent on it. */
  readonly isOpen: boolean;
  /** As of Connection. */
  retire(): void;
  abandon(reason: Error): void;
}

/** `onEnd` is called once, when it holds nothing any more. */
export function open(endpoint: Endpoint, onEnd: () => void): Opening {
  const server = serverOf(endpoint);
  if (endpoint.url.protocol === 'http:') return ready(new Http1Connection(server, undefined, onEnd));
  return new TlsOpening(server, onEnd);
}

function serverOf({ url, authorityPem, lookup }: Endpoint): Http1Server {
  return {
    origin: url.origin,
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(url.port || (url.protocol === 'https:' ? 443 : 80)),
    connecting: {
      ...(authorityPem === undefined ? {} : { ca: authorityPem }),
      ...(lookup === undefined ? {} : { lookup }),
    },
  };
}

function ready(connection: Connection): Opening {
  return {
    connection: Promise.resolve(connection),
    stage: 'open',
    get isOpen() {
      return connection.isOpen;
    },
    retire: () => connection.retire(),
    abandon: (reason) => connection.abandon(reason),
  };
}

/** A TLS connection that becomes what the server chooses. */
class TlsOpening implements Opening {
  readonly connection: Promise<Connection>;
  readonly #socket: TLSSocket;
  #opened: Connection | undefined;
  #isConnected = false;
  #hasFailed = false;

  constructor(server: Http1Server, onEnd: () => void) {
    const { host, port, connecting } = server;
    this.#socket = connectTls({
      ...connecting,
      host,
      port,
      ALPNProtocols: ['h2', 'http/1.1'],
      // RFC 6066 §3: an address is no server name.
      ...(isIP(host) === 0 ? { servername: host } : {}),
    });
    this.#socket.once('connect', () => {
      this.#isConnected = true;
    });
    this.connection = new Promise((resolve, reject) => {
      this.#socket.once('secureConnect', () => {
        this.#opened = connectionOn(this.#socket, server, onEnd);
        resolve(this.#opened);
      });
      // It stays, for what happens until somebody else listens.
      this.#socket.on('error', (error) => {
        if (this.#opened !== undefined) return;
        this.#hasFailed = true;
        reject(transportErrorOf(error));
        onEnd();
      });
    });
  }

  get stage(): Stage {
    if (this.#opened !== undefined) return 'open';
    return this.#isConnected ? 'connected' : 'unconnected';
  }

  get isOpen(): boolean {
    return this.#opened === undefined ? !this.#hasFailed : this.#opened.isOpen;
  }

  retire(): void {
    this.#opened?.retire();
  }

  abandon(reason: Error): void {
    if (this.#opened === undefined) this.#socket.destroy(reason);
    else this.#opened.abandon(reason);
  }
}

function connectionOn(socket: TLSSocket, server: Http1Server, onEnd: () => void): Connection {
  return socket.alpnProtocol === 'h2'
    ? new Http2Connection(server.origin, socket, onEnd)
    : new Http1Connection(server, socket, onEnd);
}
