/** Requests over HTTP/2, on one connection per server. */
import { type ClientHttp2Session, connect } from 'node:http2';
import { type Address, fieldsOf, type HttpAnswer, type HttpRequest, noAnswer } from './exchange.ts';

export class Http2Client {
  readonly #address: Address;
  #session: ClientHttp2Session | undefined;

  constructor(address: Address) {
    this.#address = address;
  }

  ask({ method, path, headers, body, length, patienceMilliseconds }: HttpRequest): Promise<HttpAnswer> {
    const own = length === 'said' && body !== undefined ? { 'content-length': String(body.length) } : {};
    const fields = { ':method': method, ':path': path, ...own, ...headers };
    const session = this.#connected();
    const stream = session.request(fields, { endStream: body === undefined });
    return new Promise((resolve) => {
      let status = 0;
      let answered: Record<string, string> = {};
      let failure: string | undefined;
      const chunks: Buffer[] = [];
      // A stream that is only closed waits for what it has yet to send.
      const timer = setTimeout(() => stream.destroy(new Error('no answer in time')), patienceMilliseconds);
      stream.on('response', (response) => {
        status = response[':status'] ?? 0;
        answered = fieldsOf(response);
      });
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('error', (error) => {
        failure = error.message;
      });
      stream.on('close', () => {
        clearTimeout(timer);
        if (status !== 0) return resolve({ status, headers: answered, body: Buffer.concat(chunks), failure });
        // What a server does not answer must not stand in the way of the next.
        session.destroy();
        resolve(noAnswer(failure ?? 'the stream was closed without an answer'));
      });
      // A server that refuses early does not read what follows.
      if (body !== undefined) stream.end(body);
    });
  }

  close(): void {
    this.#session?.destroy();
  }

  #connected(): ClientHttp2Session {
    if (this.#session !== undefined && !this.#session.closed && !this.#session.destroyed) return this.#session;
    const { port, authorityPem: ca } = this.#address;
    const session = connect(
      `${ca === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
      ca === undefined ? {} : { ca },
    );
    // Each stream tells what happened to it.
    session.on('error', () => {});
    session.on('goaway', () => session.close());
    this.#session = session;
    return session;
  }
}
