/**
 * Stands between agents and an edge: tells of every snapshot that the edge has stored, and answers in the edge's place, or
 * breaks off, when it is told to.
 */
import { once } from 'node:events';
import {
  Agent,
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { manifestHeader } from '../../zone/manifest.ts';

/** What becomes of one request. */
export type EdgeFault =
  /** An answer in the edge's place. */
  | { readonly kind: 'status'; readonly status: 429 | 500 | 502 | 503; readonly retryAfterSeconds?: number }
  /** As if another agent had published that. */
  | { readonly kind: 'not-newer'; readonly epoch: number; readonly serial: number }
  /** The connection breaks while the body is sent. */
  | { readonly kind: 'broken-body' }
  /** The edge does what it was asked, and nobody hears of it. */
  | { readonly kind: 'lost-answer' }
  /** Nothing ever comes back. */
  | { readonly kind: 'silence' };

export class FaultyEdge {
  /** Of each PUT, before it is passed on; undefined for one that goes well. */
  faultOf: (nth: number) => EdgeFault | undefined = () => undefined;
  /** Told of each snapshot that the edge has stored: the manifest as text, and the body. */
  onStored: (manifest: string, body: Buffer) => void = () => {};
  /** Where requests go; another edge may take its place. */
  upstream: URL;
  /** Requests so far, by method. */
  readonly requests = new Map<string, number>();
  readonly #agent = new Agent({ keepAlive: true, timeout: 10_000 });
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;

  private constructor(upstream: URL) {
    this.upstream = upstream;
  }

  static async start(upstream: URL): Promise<FaultyEdge> {
    const edge = new FaultyEdge(upstream);
    await edge.up();
    return edge;
  }

  /** It stays the same. */
  get url(): URL {
    return new URL(`http://127.0.0.1:${this.#port}`);
  }

  async up(): Promise<void> {
    if (this.#server !== undefined) return;
    const server = createServer((incoming, outgoing) => void this.#handle(incoming, outgoing));
    server.on('connection', (socket: Socket) => {
      // One may have been on its way when the edge went down.
      if (this.#server !== server) return void socket.resetAndDestroy();
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    server.listen(this.#port, '127.0.0.1');
    await once(server, 'listening');
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  /** Nobody listens any more, and what was under way breaks. */
  async down(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of this.#sockets) socket.resetAndDestroy();
    await closed;
  }

  async stop(): Promise<void> {
    await this.down();
    this.#agent.destroy();
  }

  async #handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { method = '' } = incoming;
    this.requests.set(method, (this.requests.get(method) ?? 0) + 1);
    const fault = method === 'PUT' ? this.faultOf(this.requests.get('PUT')!) : undefined;
    try {
      if (fault?.kind === 'broken-body') {
        await once(incoming, 'data');
        return void incoming.socket.resetAndDestroy();
      }
      const body = await buffer(incoming);
      if (fault?.kind === 'silence') return;
      if (fault?.kind === 'status') return void refuse(outgoing, fault.status, fault.retryAfterSeconds);
      if (fault?.kind === 'not-newer') return void answer(outgoing, 409, { epoch: fault.epoch, serial: fault.serial });
      const { status, headers, content } = await this.#pass(incoming, body);
      const manifest = incoming.headers[manifestHeader];
      if (method === 'PUT' && status === 200 && typeof manifest === 'string') this.onStored(manifest, body);
      if (fault?.kind === 'lost-answer') return void incoming.socket.resetAndDestroy();
      outgoing.writeHead(status, headers).end(content);
    } catch {
      // Whoever asked has gone, or the edge has: the connection says so.
      incoming.socket.destroy();
    }
  }

  async #pass(incoming: IncomingMessage, body: Buffer): Promise<Passed> {
    const { expect: _, connection: __, 'transfer-encoding': ___, ...headers } = incoming.headers;
    const { method, url } = incoming;
    const outgoing = request(new URL(url ?? '/', this.upstream), {
      agent: this.#agent,
      method,
      headers: { ...headers, ...(method === 'PUT' && { 'content-length': body.length }) },
    });
    outgoing.end(body);
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    const { 'transfer-encoding': ____, connection: _____, ...fields } = response.headers;
    return { status: response.statusCode!, headers: fields, content: await buffer(response) };
  }
}

interface Passed {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly content: Buffer;
}

function refuse(outgoing: ServerResponse, status: number, retryAfterSeconds: number | undefined): void {
  if (retryAfterSeconds !== undefined) outgoing.setHeader('retry-after', String(retryAfterSeconds));
  answer(outgoing, status, { error: 'it does not feel well', code: 'TEST' });
}

function answer(outgoing: ServerResponse, status: number, content: object): void {
  outgoing.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(content));
}
