/**
 * Sends prepared requests over HTTP/1.1 connections that stay open, each as soon as the one before is answered. It looks at
 * responses only as far as it must to tell where each ends and that it is a good one: what it costs itself must not keep
 * a server waiting.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** So many that a server always has the next request at hand. */
const connectionCount = 8;

/** CoreDNS waits for five seconds. */
const maxIdleMilliseconds = 2000;

/** One response, whole; names of fields in lower case. */
export interface Received {
  readonly status: number;
  readonly fields: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

export class Asker {
  readonly #port: number;
  #sockets: readonly Socket[] = [];
  #lastUsed = Number.NEGATIVE_INFINITY;

  /** Connects when it is asked to ask. */
  constructor(port: number) {
    this.#port = port;
  }

  /** Takes `count` requests from `next`. Rejects when one is not answered with status 200 and, where given, the RCODE. */
  async ask(next: () => Buffer, count: number, rcode: number | undefined): Promise<void> {
    const sockets = await this.connected();
    let left = count;
    const turn = (received: Response | undefined): Buffer | undefined => {
      if (received !== undefined) check(received, rcode);
      if (left === 0) return undefined;
      left -= 1;
      return next();
    };
    await Promise.all(sockets.map((socket) => exchange(socket, turn)));
    this.#lastUsed = performance.now();
  }

  /** Sends one request, and shows what came back. */
  async once(request: Buffer): Promise<Received> {
    const [socket] = await this.connected();
    let response: Response | undefined;
    await exchange(socket!, (received) => {
      response = received;
      return received === undefined ? request : undefined;
    });
    this.#lastUsed = performance.now();
    return readWhole(response!);
  }

  /** With new connections after a pause: a server may be about to close the ones that were idle. */
  async connected(): Promise<readonly Socket[]> {
    if (performance.now() - this.#lastUsed < maxIdleMilliseconds) return this.#sockets;
    this.close();
    const options = { host: '127.0.0.1', port: this.#port, noDelay: true };
    this.#sockets = Array.from({ length: connectionCount }, () => connect(options));
    await Promise.all(this.#sockets.map((socket) => once(socket, 'connect')));
    this.#lastUsed = performance.now();
    return this.#sockets;
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}

function readWhole({ octets, bodyStart }: Response): Received {
  const [statusLine, ...lines] = octets.toString('latin1', 0, bodyStart).trimEnd().split('\r\n');
  const fields = lines.map((line): [string, string] => {
    const [name, value] = line.split(': ', 2);
    return [name!.toLowerCase(), value!];
  });
  return { status: Number(statusLine!.split(' ')[1]), fields: new Map(fields), body: octets.subarray(bodyStart) };
}

interface Response {
  readonly octets: Buffer;
  readonly bodyStart: number;
}

/** Sends what `next` gives, first for nothing and then for each response, until it gives nothing. */
function exchange(socket: Socket, next: (response: Response | undefined) => Buffer | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    let pending: Buffer | undefined;
    const end = (error?: Error): void => {
      socket.off('data', onData).off('error', end).off('close', onClose);
      if (error === undefined) resolve();
      else reject(error);
    };
    const proceed = (response: Response | undefined): void => {
      const request = next(response);
      if (request === undefined) end();
      else socket.write(request);
    };
    const onData = (chunk: Buffer): void => {
      const octets = pending === undefined ? chunk : Buffer.concat([pending, chunk]);
      try {
        const bodyStart = wholeFrom(octets);
        pending = bodyStart === undefined ? octets : undefined;
        if (bodyStart !== undefined) proceed({ octets, bodyStart });
      } catch (error) {
        end(error as Error);
      }
    };
    const onClose = (): void => end(new Error('the server closed a connection'));
    socket.on('data', onData).on('error', end).on('close', onClose);
    proceed(undefined);
  });
}

/** Where the body starts, once all of it is there. */
function wholeFrom(octets: Buffer): number | undefined {
  const end = octets.indexOf('\r\n\r\n');
  if (end === -1) return undefined;
  const length = /\r\ncontent-length: (\d+)/i.exec(octets.toString('latin1', 0, end))?.[1];
  if (length === undefined) throw new Error('a response does not tell its length');
  const bodyStart = end + 4;
  return octets.length < bodyStart + Number(length) ? undefined : bodyStart;
}

function check({ octets, bodyStart }: Response, rcode: number | undefined): void {
  const status = octets.toString('latin1', 9, 12);
  if (status !== '200') throw new Error(`a question was answered with status ${status}`);
  // Without a body it is no answer, and none is expected of whoever sends that.
  if (rcode === undefined || octets.length === bodyStart) return;
  if ((octets[bodyStart + 3]! & 0xf) !== rcode) {
    throw new Error(`a question was answered with RCODE ${octets[bodyStart + 3]! & 0xf}`);
  }
}
