/** A server of DNS over HTTPS that speaks HTTP/2, and breaks in whatever way a test wants. */
import {
  createSecureServer,
  type Http2SecureServer,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import dnsPacket from 'dns-packet';
import { createServerCertificate, type ServerCertificate } from '../../../demo/edge/certificate.ts';
import { Relay } from './relay.ts';

export interface AskedStream {
  readonly stream: ServerHttp2Stream;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** The how-manieth connection it came on, from 1 on. */
  readonly connection: number;
}

export class FakeEdge {
  readonly certificate: ServerCertificate;
  readonly asked: AskedStream[] = [];
  /** Between the clients and the server. */
  readonly relay: Relay;
  /** How many connections there were. */
  connections = 0;
  /** For whom they were (RFC 6066 §3). */
  readonly serverNames: (string | false | null | undefined)[] = [];
  /** What is done about a question; answers unless a test says otherwise. */
  handle: (asked: AskedStream) => void = ({ stream }) => respond(stream, dnsMessage);
  readonly #server: Http2SecureServer;

  private constructor(certificate: ServerCertificate, server: Http2SecureServer, relay: Relay) {
    this.certificate = certificate;
    this.relay = relay;
    this.#server = server;
    server.on('session', (session) => {
      this.connections += 1;
      const connection = this.connections;
      this.serverNames.push((session.socket as TLSSocket).servername);
      session.on('error', () => {});
      session.on('stream', async (stream, headers) => {
        stream.on('error', () => {});
        const chunks: Buffer[] = [];
        for await (const chunk of stream) chunks.push(chunk as Buffer);
        const asked = { stream, headers, body: Buffer.concat(chunks), connection };
        this.asked.push(asked);
        this.handle(asked);
      });
    });
  }

  static async start(names: readonly string[] = ['127.0.0.1']): Promise<FakeEdge> {
    const certificate = await createServerCertificate(names, Date.now());
    const server = createSecureServer({ cert: certificate.certificatePem, key: certificate.privateKeyPem });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const relay = await Relay.start((server.address() as AddressInfo).port);
    return new FakeEdge(certificate, server, relay);
  }

  get port(): number {
    return this.relay.port;
  }

  get url(): URL {
    return new URL(`https://127.0.0.1:${this.port}/dns-query`);
  }

  stop(): void {
    this.relay.stop();
    this.#server.close();
  }
}

/** An answer. */
export const dnsMessage = dnsPacket.encode({
  type: 'response',
  id: 0,
  questions: [{ name: 'a.example', type: 'A', class: 'IN' }],
  answers: [{ name: 'a.example', type: 'A', ttl: 30, data: '10.0.0.1' }],
});

export function respond(stream: ServerHttp2Stream, body: Uint8Array, status = 200): void {
  if (stream.destroyed) return;
  stream.respond({ ':status': status, 'content-type': 'application/dns-message' });
  stream.end(body);
}
