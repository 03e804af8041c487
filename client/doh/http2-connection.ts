/** HTTP/2 (RFC 9113) on a TLS connection that is open: all requests on one connection. */
import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from 'node:http2';
import type { TLSSocket } from 'node:tls';
import { type Connection, type HttpAnswer, type HttpRequest, IncomingBody } from './http.ts';
import { TransportError, tooLong, transportErrorOf } from './transport-error.ts';

type Fail = (reason: Error) => void;

export class Http2Connection implements Connection {
  readonly #session: ClientHttp2Session;
  readonly #socket: TLSSocket;
  readonly #underWay = new Set<Fail>();
  #isOpen = true;

  /** `onEnd` is called once, when the connection has ended. */
  constructor(origin: string, socket: TLSSocket, onEnd: () => void) {
    this.#socket = socket;
    this.#session = connect(origin, { createConnection: () => socket, settings: { enablePush: false } });
    // The server says which requests it still answers, and Node ends the others.
    this.#session.on('goaway', () => this.retire());
    this.#session.on('error', (error) => this.abandon(error));
    this.#session.on('close', () => {
      this.abandon(new TransportError('broken', 'the server has closed the connection'));
      onEnd();
    });
  }

  get isOpen(): boolean {
    return this.#isOpen && !this.#session.closed && !this.#session.destroyed;
  }

  request({ method, path, headers, body, maxOctets }: HttpRequest): Promise<HttpAnswer> {
    return new Promise<HttpAnswer>((resolve, reject) => {
      const fail: Fail = (reason) => reject(transportErrorOf(reason));
      this.#begin(fail);
      const stream = this.#session.request(
        { ':method': method, ':path': path, ...headers },
        { endStream: body === undefined },
      );
      stream.on('close', () => this.#end(fail));
      receive(stream, maxOctets, resolve, fail);
      if (body !== undefined) stream.end(body);
    }).catch((error) => {
      // Of a session that has ended meanwhile, too, which throws.
      throw transportErrorOf(error);
    });
  }

  /** RFC 9113 §6.7. */
  sign(): Promise<void> {
    return new Promise((resolve) => {
      this.#session.ping(() => resolve());
    });
  }

  retire(): void {
    this.#isOpen = false;
    if (!this.#session.closed && !this.#session.destroyed) this.#session.close();
  }

  abandon(reason: Error): void {
    this.#isOpen = false;
    for (const fail of [...this.#underWay]) fail(reason);
    this.#session.destroy();
    // A session that was retired before would wait for the other side.
    this.#socket.destroy();
  }

  #begin(fail: Fail): void {
    if (this.#underWay.size === 0) this.#session.ref();
    this.#underWay.add(fail);
  }

  /** Between requests it holds no process that has nothing else to do. */
  #end(fail: Fail): void {
    this.#underWay.delete(fail);
    if (this.#underWay.size === 0) this.#session.unref();
  }
}

function receive(
  stream: ClientHttp2Stream,
  maxOctets: number,
  resolve: (answer: HttpAnswer) => void,
  fail: Fail,
): void {
  const body = new IncomingBody(maxOctets);
  let status: number | undefined;
  let contentType: string | undefined;
  stream.on('response', (headers) => {
    status = headers[':status'];
    contentType = headers['content-type'];
  });
  stream.on('data', (chunk: Buffer) => {
    if (body.add(chunk)) return;
    fail(tooLong(maxOctets));
    stream.close(constants.NGHTTP2_CANCEL);
  });
  stream.on('error', fail);
  // A stream that the server has reset ends too, and only then is it known why.
  stream.on('close', () => {
    if (status !== undefined && stream.rstCode === constants.NGHTTP2_NO_ERROR) {
      resolve({ status, contentType, body: body.whole() });
    } else {
      fail(new TransportError('broken', 'the server broke off its answer'));
    }
  });
}
