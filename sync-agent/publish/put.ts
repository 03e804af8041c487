/**
 * One PUT whose server is asked first whether it wants the body (RFC 9110 §10.1.1). An edge refuses on the header fields
 * alone, and closes a connection on which megabytes still come: its answer would be lost.
 */
import http, { type IncomingHttpHeaders, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import https from 'node:https';

export interface PutAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The start of the body as text. */
  readonly text: string;
}

/** A server that knows nothing of the question does not answer it; then the body is sent all the same. */
const patienceMilliseconds = 1000;
/** An edge says one sentence; what is longer is something else's page. */
const maxAnswerCharacters = 16 * 1024;

/** Rejects when there is no answer; with the signal's reason when that aborts. Redirects are answers. */
export function put(url: URL, headers: OutgoingHttpHeaders, body: Uint8Array, signal: AbortSignal): Promise<PutAnswer> {
  const { request } = url.protocol === 'https:' ? https : http;
  return new Promise((resolve, reject) => {
    const fields = { ...headers, 'content-length': body.length, expect: '100-continue' };
    const outgoing = request(url, { method: 'PUT', headers: fields, signal });
    const send = (): void => {
      clearTimeout(patience);
      if (!outgoing.writableEnded) outgoing.end(body);
    };
    const patience = setTimeout(send, patienceMilliseconds);
    outgoing.on('continue', send);
    outgoing.on('error', reject);
    outgoing.on('close', () => clearTimeout(patience));
    outgoing.on('response', (response) => {
      clearTimeout(patience);
      readStart(response)
        .then((text) => resolve({ status: response.statusCode!, headers: response.headers, text }), reject)
        .finally(() => outgoing.destroy());
    });
  });
}

async function readStart(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const part of response.setEncoding('utf8')) {
    text += part;
    if (text.length > maxAnswerCharacters) break;
  }
  return text;
}
