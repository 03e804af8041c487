/** Edge KV for a bare workerd, which speaks HTTP with it; it counts what it is asked for, and tells what is written. Loopback only. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const pieceOctets = 16 * 1024;
const latencyMilliseconds = 200;

export class KvServer {
  /** Values by key, with their metadata. */
  readonly values = new Map<string, { readonly octets: Uint8Array; readonly metadata: unknown }>();
  /** Since `reset`. A bulk read is one operation. */
  reads = 0;
  /** Octets of values that were sent; of one that is not read, its first. */
  octets = 0;
  /** Called for each value that is written. */
  onWrite: (key: string, octets: Uint8Array) => void = () => {};
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  static async start(): Promise<KvServer> {
    const started = new KvServer();
    started.#server.listen(0, '127.0.0.1');
    await once(started.#server, 'listening');
    return started;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  reset(): void {
    this.reads = 0;
    this.octets = 0;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url!, 'http://kv');
    if (request.method === 'PUT') {
      await this.#write(decodeURIComponent(pathname.slice(1)), request);
      response.end();
      return;
    }
    this.reads += 1;
    if (request.method === 'POST') {
      const { keys } = JSON.parse(await textOf(request)) as { keys: string[] };
      const found = keys.map((key) => [key, this.#text(key)] as const);
      response.end(JSON.stringify(Object.fromEntries(found)));
      return;
    }
    const value = this.values.get(decodeURIComponent(pathname.slice(1)));
    if (value === undefined) {
      response.writeHead(404).end();
      return;
    }
    const { octets, metadata } = value;
    response.writeHead(200, { 'cf-kv-metadata': JSON.stringify(metadata), 'content-length': octets.length });
    try {
      await pipeline(this.#pieces(octets), response);
    } catch {
      // The Worker had no use for the rest.
    }
  }

  /** The rest follows a moment later, as over a network: whoever does not want it can say so. */
  async *#pieces(octets: Uint8Array): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < octets.length; at += pieceOctets) {
      if (at === pieceOctets) await sleep(latencyMilliseconds);
      const piece = octets.subarray(at, at + pieceOctets);
      this.octets += piece.length;
      yield piece;
    }
  }

  async #write(key: string, request: IncomingMessage): Promise<void> {
    const metadata = request.headers['cf-kv-metadata'];
    const octets = await buffer(request);
    this.values.set(key, { octets, metadata: typeof metadata === 'string' ? JSON.parse(metadata) : null });
    this.onWrite(key, octets);
  }

  #text(key: string): string | null {
    const value = this.values.get(key);
    if (value === undefined) return null;
    this.octets += value.octets.length;
    return Buffer.from(value.octets).toString();
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
