/**
 * DNS messages in HTTP (RFC 8484): out of a request, into a response.
 */
import { maxMessageOctets } from '../message/layout.ts';
import { fromBase64Url } from '../octets/base64url.ts';
import { badRequest, type Problem, tooLarge } from './problem.ts';
import { valuesOf } from './query-parameters.ts';
import { readBody } from './request-body.ts';

const dnsMessageType = 'application/dns-message';

export type ReadMessage =
  | { readonly kind: 'octets'; readonly octets: Octets }
  /** To be decoded with `decodedMessage`: whoever knows the text already need not. */
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'problem'; readonly problem: Problem };

export type GivenMessage = Exclude<ReadMessage, { readonly kind: 'problem' }>;

type Octets = Uint8Array<ArrayBuffer>;

/** Reads the message of a GET, HEAD or POST request; its form as DNS is not looked at. */
export function readMessage(request: Request): ReadMessage | Promise<ReadMessage> {
  return request.method === 'POST' ? readPosted(request) : readParameter(request.url);
}

async function readPosted(request: Request): Promise<ReadMessage> {
  const mediaType = (request.headers.get('content-type') ?? '').split(';', 1)[0]!.trim().toLowerCase();
  if (mediaType !== dnsMessageType || request.headers.has('content-encoding')) return problem(unsupported);
  const octets = await readBody(request, maxMessageOctets);
  if (octets === 'too-long') return problem(tooLarge(`a DNS message has at most ${maxMessageOctets} octets`));
  if (octets === 'cut-off') return problem(badRequest('the body was cut off'));
  return { kind: 'octets', octets };
}

function readParameter(url: string): ReadMessage {
  const values = valuesOf(url, 'dns');
  const [value] = values;
  if (value === undefined || values.length > 1) return problem(badRequest('exactly one "dns" parameter is needed'));
  // RFC 8484 §6 wants no padding; clients that pad anyway are understood.
  return { kind: 'text', text: value.endsWith('=') ? value.replace(/={1,2}$/, '') : value };
}

/** The message of a GET. */
export function decodedMessage(text: string): Octets | Problem {
  return fromBase64Url(text) ?? badRequest('the "dns" parameter is not base64url (RFC 4648 section 5)');
}

/** What an answer depends on beside the question; `connection`: on what no cache can see. */
export type Deciding = 'nothing' | 'url' | 'header' | 'connection';

/** The header fields of an answer, made once for each place where the credential may have stood. */
export class MessageFields {
  readonly #octets: number;
  readonly #maxAgeSeconds: number | undefined;
  #made: Map<Deciding, Headers> | undefined;

  /** Of `octets` octets, to be kept for so long; undefined: not at all. */
  constructor(octets: number, maxAgeSeconds: number | undefined) {
    this.#octets = octets;
    this.#maxAgeSeconds = maxAgeSeconds;
  }

  of(deciding: Deciding): Headers {
    this.#made ??= new Map();
    let headers = this.#made.get(deciding);
    if (headers === undefined) {
      headers = new Headers(this.asked(deciding));
      this.#made.set(deciding, headers);
    }
    return headers;
  }

  asked(deciding: Deciding): Record<string, string> {
    return {
      'content-type': dnsMessageType,
      'content-length': String(this.#octets),
      ...cachingOf(this.#maxAgeSeconds, deciding),
      'x-content-type-options': 'nosniff',
    };
  }
}

/** What a credential decided is for the asker alone, and for him only while he shows the same one. */
export function cachingOf(maxAgeSeconds: number | undefined, deciding: Deciding): Readonly<Record<string, string>> {
  if (maxAgeSeconds === undefined || deciding === 'connection') return { 'cache-control': 'no-store' };
  const age = `max-age=${maxAgeSeconds}`;
  if (deciding === 'nothing') return { 'cache-control': age };
  const caching = { 'cache-control': `private, ${age}` };
  return deciding === 'url' ? caching : { ...caching, vary: 'Authorization, Cf-Access-Jwt-Assertion' };
}

const unsupported: Problem = {
  status: 415,
  code: 'UNSUPPORTED_MEDIA_TYPE',
  message: `a POST needs "Content-Type: ${dnsMessageType}" and no content encoding`,
};

function problem(refusal: Problem): ReadMessage {
  return { kind: 'problem', problem: refusal };
}
