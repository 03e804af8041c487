/** One GET or HEAD, with its answer in memory. */
import http, { type IncomingHttpHeaders, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import https from 'node:https';

/** What comes before the body. */
export interface AnswerHead {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}

export interface GetAnswer extends AnswerHead {
  /** Empty for HEAD. */
  readonly body: Uint8Array<ArrayBuffer>;
}

export interface GetLimits {
  /** A longer answer is none. */
  readonly maxOctets: number;
  /** Without an octet for so long, nothing more is expected. */
  readonly silenceMilliseconds: number;
  readonly signal: AbortSignal;
}

/** An answer that began, and did not come to its end. `cause` says why. */
export class IncompleteAnswerError extends Error {
  readonly code = 'INCOMPLETE_ANSWER';
  readonly head: AnswerHead;

  constructor(head: AnswerHead, cause: unknown) {
    super('the answer did not come to its end', { cause });
    this.name = 'IncompleteAnswerError';
    this.head = head;
  }
}

/** Rejects when there is no answer, and with IncompleteAnswerError when there is no whole one. Redirects are answers. */
export function get(
  method: 'GET' | 'HEAD',
  url: URL,
  headers: OutgoingHttpHeaders,
  { maxOctets, silenceMilliseconds, signal }: GetLimits,
): Promise<GetAnswer> {
  const { request } = url.protocol === 'https:' ? https : http;
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers, signal, timeout: silenceMilliseconds });
    outgoing.on('timeout', () => outgoing.destroy(new DOMException('the edge is silent', 'TimeoutError')));
    let head: AnswerHead | undefined;
    const fail = (error: unknown): void => reject(head === undefined ? error : new IncompleteAnswerError(head, error));
    outgoing.on('error', fail);
    outgoing.on('response', (response) => {
      const begun = { status: response.statusCode!, headers: response.headers };
      head = begun;
      readBody(response, maxOctets)
        .then((body) => resolve({ ...begun, body }), fail)
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
