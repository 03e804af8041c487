/** Takes the points that the Worker writes, from the binding METRICS (bindings/meter.ts), on a socket that only this user can open. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type Point, parsePoints } from './point.ts';

/** Of one request; more than an isolate has counted in one go. */
const maxOctets = 4 * 1024 * 1024;

export class MeterServer {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(path: string, take: (points: readonly Point[]) => void): Promise<MeterServer> {
    const server = createServer((request, response) => void answer(request, response, take));
    server.keepAliveTimeout = 0;
    server.listen(path);
    await once(server, 'listening');
    return new MeterServer(server);
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  take: (points: readonly Point[]) => void,
): Promise<void> {
  const parts: Buffer[] = [];
  let length = 0;
  try {
    for await (const part of request as AsyncIterable<Buffer>) {
      length += part.length;
      if (length > maxOctets) return void response.writeHead(413).end();
      parts.push(part);
    }
  } catch {
    // It broke off; what is counted is whole points.
    return;
  }
  const points = parsePoints(Buffer.concat(parts).toString());
  if (points !== undefined) take(points);
  response.writeHead(points === undefined ? 400 : 204).end();
}
