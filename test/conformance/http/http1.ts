/** One request over HTTP/1.1, on a connection of its own. */
import { type IncomingMessage, request as plainRequest, type RequestOptions } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { type Address, fieldsOf, type HttpAnswer, type HttpRequest, noAnswer } from './exchange.ts';

export function askHttp1({ port, authorityPem: ca }: Address, asked: HttpRequest): Promise<HttpAnswer> {
  const { method, path, body, length, patienceMilliseconds } = asked;
  const own = length === 'said' && body !== undefined ? { 'content-length': String(body.length) } : {};
  const headers = { ...own, ...asked.headers };
  const options: RequestOptions = { host: '127.0.0.1', port, method, path, headers, agent: false };
  return new Promise((resolve) => {
    const outgoing = ca === undefined ? plainRequest(options) : tlsRequest({ ...options, ca });
    const give = (answer: HttpAnswer): void => {
      clearTimeout(timer);
      resolve(answer);
      outgoing.destroy();
    };
    const timer = setTimeout(() => give(noAnswer('no answer in time')), patienceMilliseconds);
    outgoing.on('error', (error) => give(noAnswer(error.message)));
    outgoing.on('response', (incoming) => void read(incoming).then(give));
    const send = (): void => void outgoing.end(body);
    // Who asks whether the body is wanted waits for the word.
    if (asked.headers['expect'] === undefined) send();
    else outgoing.on('continue', send).flushHeaders();
  });
}

async function read(incoming: IncomingMessage): Promise<HttpAnswer> {
  const chunks: Buffer[] = [];
  let failure: string | undefined;
  try {
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
  } catch (error) {
    failure = (error as Error).message;
  }
  const { statusCode: status = 0, headers } = incoming;
  return { status, headers: fieldsOf(headers), body: Buffer.concat(chunks), failure };
}
