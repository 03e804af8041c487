/**
 * A TCP link between a program and a server that breaks in the ways links break. It knows nothing of what is said over
 * it, so TLS goes through as well.
 */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export interface LinkTarget {
  readonly host: string;
  readonly port: number;
}

/** What new connections meet: accepted and left without an answer, accepted and broken, or refused. */
export type LinkState = 'well' | 'silent' | 'breaking' | 'down';

interface Pair {
  readonly near: Socket;
  readonly far: Socket;
}

export class FaultyLink {
  /** Octets of the server's answers are held up for so long, and come in pieces. */
  delayMilliseconds = 0;
  /** After so many octets of the server's answers each connection is reset, wherever that is; undefined for never. */
  cutAfterOctets: number | undefined;
  /** Connections so far. */
  connections = 0;
  /** Where new connections lead. */
  target: LinkTarget;
  readonly #pairs = new Set<Pair>();
  #server: Server | undefined;
  #port = 0;
  #state: LinkState = 'well';

  private constructor(target: LinkTarget) {
    this.target = target;
  }

  static async start(target: LinkTarget): Promise<FaultyLink> {
    const link = new FaultyLink(target);
    await link.#listen();
    return link;
  }

  /** On 127.0.0.1; it stays the same. */
  get port(): number {
    return this.#port;
  }

  /** How many connections are open. */
  get open(): number {
    return this.#pairs.size;
  }

  /** `down` breaks the open connections too, the others leave them. */
  async set(state: LinkState): Promise<void> {
    this.#state = state;
    if (state === 'down') await this.#close();
    else if (this.#server === undefined) await this.#listen();
  }

  /** Breaks all open connections. */
  reset(): void {
    for (const { near, far } of this.#pairs) {
      near.resetAndDestroy();
      far.destroy();
    }
  }

  /** Open connections stay open, and nothing more comes through: a router has forgotten them. */
  freeze(): void {
    for (const { near, far } of this.#pairs) {
      near.unpipe(far);
      far.removeAllListeners('data');
      far.resume();
      near.resume();
    }
  }

  async stop(): Promise<void> {
    await this.#close();
  }

  async #listen(): Promise<void> {
    const server = createServer((near) => this.#accept(near));
    server.listen(this.#port, '127.0.0.1');
    await once(server, 'listening');
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  async #close(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    this.reset();
    await closed;
  }

  #accept(near: Socket): void {
    this.connections += 1;
    // One may have been on its way when the link went down.
    if (this.#state === 'breaking' || this.#server === undefined) return void near.resetAndDestroy();
    const far = connect(this.target.port, this.target.host);
    const pair = { near, far };
    this.#pairs.add(pair);
    for (const socket of [near, far]) {
      socket.on('error', () => {});
      socket.on('close', () => {
        this.#pairs.delete(pair);
        near.destroy();
        far.destroy();
      });
    }
    if (this.#state === 'silent') return void near.resume();
    near.pipe(far);
    this.#answer(pair);
  }

  #answer({ near, far }: Pair): void {
    let octets = 0;
    far.on('end', () => near.end());
    far.on('data', (chunk: Buffer) => {
      const cut = this.cutAfterOctets;
      octets += chunk.length;
      if (cut !== undefined && octets >= cut) {
        near.write(chunk.subarray(0, Math.max(0, chunk.length - (octets - cut))), () => near.resetAndDestroy());
        return;
      }
      if (this.delayMilliseconds === 0) return void near.write(chunk);
      // In order, since all wait for the same time.
      const middle = chunk.length >> 1;
      for (const piece of [chunk.subarray(0, middle), chunk.subarray(middle)]) {
        setTimeout(() => near.write(piece), this.delayMilliseconds);
      }
    });
  }
}
