/** HTTP/1.1 (RFC 9112): as many kept connections as there are requests at the same time, within a bound. */
import type http from 'node:http';
import type https from 'node:https';
import type { LookupFunction } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { type Connection, type HttpAnswer, type HttpRequest, IncomingBody } from './http.ts';
import { TransportError, tooLong, transportErrorOf } from './transport-error.ts';

export interface Http1Server {
  readonly origin: string;
  /** A name or an address, without brackets. */
  readonly host: string;
  readonly port: number;
  /** What Node takes beside them. */
  readonly connecting: { readonly ca?: string; readonly lookup?: LookupFunction };
}

/** By `import`, Node reads all that it exports, its `fetch` too, which takes 12 MB. */
const { Agent: HttpAgent, request: requestByHttp } = process.getBuiltinModule('node:http');
const { Agent: HttpsAgent, request: requestByHttps } = process.getBuiltinModule('node:https');

type Fail = (reason: Error) => void;

const maxSockets = 32;

export class Http1Connection implements Connection {
  readonly #server: Http1Server;
  readonly #isSecure: boolean;
  readonly #agent: http.Agent;
  readonly #underWay = new Set<Fail>();
  readonly #onEnd: () => void;
  #isOpen = true;
  #hasAnswered = false;
  #hasEnded = false;

  /** `first` is a TLS connection that is open; undefined: without TLS. `onEnd` is called once, when all have ended. */
  constructor(server: Http1Server, first: TLSSocket | undefined, onEnd: () => void) {
    const options = { ...server.connecting, keepAlive: true, maxSockets };
    this.#server = server;
    this.#isSecure = first !== undefined;
    this.#agent = first === undefined ? new HttpAgent(options) : new BegunAgent(options, first);
    this.#onEnd = onEnd;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  request({ method, path, headers, body, maxOctets }: HttpRequest): Promise<HttpAnswer> {
    const { host, port } = this.#server;
    return new Promise((resolve, reject) => {
      const request = this.#isSecure ? requestByHttps : requestByHttp;
      const outgoing = request({
        host,
        port,
        method,
        path,
        agent: this.#agent,
        headers: { ...headers, ...(body === undefined ? {} : { 'content-length': body.length }) },
      });
      let hasBegun = false;
      const fail: Fail = (reason) => {
        reject(this.#isSecure || hasBegun ? transportErrorOf(reason) : withoutTls(reason));
        outgoing.destroy();
      };
      const answered = (answer: HttpAnswer): void => {
        this.#hasAnswered = true;
        resolve(answer);
      };
      this.#underWay.add(fail);
      outgoing.on('close', () => {
        this.#underWay.delete(fail);
        if (!this.#isOpen) this.#endIfIdle();
      });
      outgoing.on('error', fail);
      outgoing.on('response', (response) => {
        hasBegun = true;
        receive(response, maxOctets, answered, fail);
      });
      outgoing.end(body);
    });
  }

  /** HTTP/1.1 has no way to ask. What was never idle has not died unnoticed. */
  sign(): Promise<void> {
    return this.#hasAnswered ? new Promise(() => {}) : Promise.resolve();
  }

  retire(): void {
    this.#isOpen = false;
    this.#endIfIdle();
  }

  abandon(reason: Error): void {
    this.#isOpen = false;
    for (const fail of [...this.#underWay]) fail(reason);
    this.#underWay.clear();
    this.#endIfIdle();
  }

  #endIfIdle(): void {
    if (this.#underWay.size > 0 || this.#hasEnded) return;
    this.#hasEnded = true;
    this.#agent.destroy();
    this.#onEnd();
  }
}

/** A server of TLS ends what does not begin as TLS does, or answers with a record of TLS. */
function withoutTls(reason: Error): TransportError {
  const { code = '' } = reason as NodeJS.ErrnoException;
  if (reason instanceof TransportError || !/^(ECONNRESET|EPIPE|HPE_\w+)$/.test(code)) return transportErrorOf(reason);
  const advice = 'if it speaks HTTPS, write https:// in its URL';
  return new TransportError('broken', `it ended the connection before it answered over HTTP: ${advice}`, {
    cause: reason,
  });
}

/** Begins with a connection that is there already. */
class BegunAgent extends HttpsAgent {
  #first: TLSSocket | undefined;

  constructor(options: https.AgentOptions, first: TLSSocket) {
    super(options);
    this.#first = first;
  }

  override createConnection(
    options: https.RequestOptions,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): Duplex | null | undefined {
    const first = this.#first;
    this.#first = undefined;
    return first === undefined || first.destroyed ? super.createConnection(options, callback) : first;
  }

  override destroy(): void {
    this.#first?.destroy();
    super.destroy();
  }
}

function receive(
  response: http.IncomingMessage,
  maxOctets: number,
  resolve: (answer: HttpAnswer) => void,
  fail: Fail,
): void {
  const body = new IncomingBody(maxOctets);
  response.on('data', (chunk: Buffer) => {
    if (!body.add(chunk)) fail(tooLong(maxOctets));
  });
  response.on('error', fail);
  response.on('end', () => {
    const { statusCode: status, headers } = response;
    if (status === undefined) fail(new TransportError('broken', 'the server sent no status'));
    else resolve({ status, contentType: headers['content-type'], body: body.whole() });
  });
}
