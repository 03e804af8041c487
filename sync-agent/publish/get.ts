/** One GET or HEAD, with its answer in memory. */
import http, { type IncomingHttpHeaders, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import https from 'node:https';

export interface GetAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Empty for HEAD. */
  readonly body: Uint8Array<ArrayBuffer>;
}

/**
 * Rejects when there is no answer, or one that is longer than `maxOctets`; with the signal's reason when that aborts.
 * Redirects are answers.
 */
export function get(
  method: 'GET' | 'HEAD',
  url: URL,
  headers: OutgoingHttpHeaders,
  maxOctets: number,
  signal: AbortSignal,
): Promise<GetAnswer> {
  const { request } = url.protocol === 'https:' ? https : http;
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers, signal });
    outgoing.on('error', reject);
    outgoing.on('response', (response) => {
      readBody(response, maxOctets)
        .then((body) => resolve({ status: response.statusCode!, headers: response.headers, body }), reject)
        .finally(() => outgoing.destroy());
    });
    outgoing.end();
  });
}

async function readBody(response: IncomingMessage, maxOctets: number): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Buffer[] = [];
  let octets = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    octets += part.length;
    if (octets > maxOctets) throw new Error(`an answer of more than ${maxOctets} octets`);
    parts.push(part);
  }
  return new Uint8Array(Buffer.concat(parts));
}
