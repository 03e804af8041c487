/** An edge on this machine that tells what a test says: `GET /v1/why`, `/v1/names`, and DNS answers. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import dnsPacket, { type Answer } from 'dns-packet';

/** Of a GET: a status, and what is sent as JSON; text is sent as it is. */
export interface Told {
  readonly status?: number;
  readonly body: unknown;
}

export interface Record {
  readonly name: string;
  readonly type: 'A' | 'AAAA';
  readonly data: string;
}

const rcodes = { noSuchName: 3 } as const;

export class StubEdge {
  /** Method, path and query of each request that is no DNS question, and how it was authorized. */
  readonly asked: { readonly path: string; readonly authorization: string | undefined }[] = [];
  tell: (path: string, query: URLSearchParams) => Told = () => ({ status: 404, body: { code: 'NOT_FOUND' } });
  /** What DNS questions are answered with; other names do not exist. */
  records: readonly Record[] = [];
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const url = new URL(request.url!, this.origin);
    if (url.pathname.endsWith('/dns-query')) return this.#resolve(Buffer.concat(chunks), response);
    this.asked.push({ path: request.url!, authorization: request.headers.authorization });
    const { status = 200, body } = this.tell(url.pathname, url.searchParams);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  }

  #resolve(query: Buffer, response: ServerResponse): void {
    const questions = dnsPacket.decode(query).questions ?? [];
    const [question] = questions;
    const own = this.records.filter(({ name }) => name === question?.name.toLowerCase());
    const answers = own.filter(({ type }) => type === question?.type).map((record): Answer => ({ ...record, ttl: 5 }));
    const flags = own.length === 0 ? rcodes.noSuchName : 0;
    response.setHeader('content-type', 'application/dns-message');
    response.end(dnsPacket.encode({ type: 'response', id: 0, flags, questions, answers }));
  }
}
