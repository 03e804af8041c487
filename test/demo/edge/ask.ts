/** One request over each protocol that the front speaks, through a connection of its own. */
import { type ClientRequest, type IncomingMessage, request as plainRequest, type RequestOptions } from 'node:http';
import { type ClientHttp2Stream, connect } from 'node:http2';
import { request as tlsRequest } from 'node:https';
import type { Readable } from 'node:stream';

export interface Asked {
  readonly port: number;
  /** PEM of the authority to trust; undefined for plain HTTP. */
  readonly ca: string | undefined;
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
}

/** A request that has begun. */
export interface Exchange {
  write(part: string): void;
  end(part?: string): void;
  /** Leaves without waiting. */
  abandon(): void;
  readonly answer: Promise<BegunAnswer>;
}

export interface BegunAnswer {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  /** The first part of its body. */
  readonly firstPart: Promise<string>;
  /** The whole body; rejects when it breaks off. */
  readonly text: Promise<string>;
}

export function beginHttp1({ port, ca, method = 'GET', path = '/', headers = {} }: Asked): Exchange {
  const options: RequestOptions = { host: '127.0.0.1', port, method, path, headers, agent: false };
  const outgoing: ClientRequest = ca === undefined ? plainRequest(options) : tlsRequest({ ...options, ca });
  const answer = new Promise<BegunAnswer>((resolve, reject) => {
    outgoing.on('error', reject);
    outgoing.on('response', (response: IncomingMessage) => {
      resolve({ status: response.statusCode, headers: response.headers, ...bodyOf(response) });
    });
  });
  return {
    write: (part) => void outgoing.write(part),
    end: (part) => void outgoing.end(part),
    abandon: () => void outgoing.destroy(),
    answer,
  };
}

export function beginHttp2({ port, ca, method = 'GET', path = '/', headers = {} }: Asked): Exchange {
  const session = connect(`https://127.0.0.1:${port}`, ca === undefined ? {} : { ca });
  const stream: ClientHttp2Stream = session.request(
    { ':method': method, ':path': path, ...headers },
    { endStream: method === 'HEAD' },
  );
  const answer = new Promise<BegunAnswer>((resolve, reject) => {
    session.on('error', reject);
    // That it was cancelled says less than why.
    stream.on('error', (error) => reject(error.cause ?? error));
    stream.on('close', () => {
      session.destroy();
      reject(new Error('no answer'));
    });
    stream.on('response', (fields) => resolve({ status: fields[':status'], headers: fields, ...bodyOf(stream) }));
  });
  return {
    write: (part) => void stream.write(part),
    end: (part) => void stream.end(part),
    abandon: () => session.destroy(),
    answer,
  };
}

function bodyOf(body: Readable): Pick<BegunAnswer, 'firstPart' | 'text'> {
  let whole = '';
  body.setEncoding('utf8');
  const firstPart = new Promise<string>((resolve) => body.once('data', resolve));
  body.on('data', (part: string) => {
    whole += part;
  });
  const text = new Promise<string>((resolve, reject) => {
    body.on('error', reject);
    body.on('aborted', () => reject(new Error('the answer breaks off')));
    body.on('end', () => resolve(whole));
  });
  // Who looks at the first part only does not care how it ends.
  text.catch(() => {});
  return { firstPart, text };
}
