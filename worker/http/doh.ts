/** DNS messages out of HTTP requests (RFC 8484 §4.1, §6). */
import { dnsMessageType, maxMessageOctets } from '../message/layout.ts';
import { fromBase64Url } from '../octets/base64url.ts';
import { badRequest, type Problem, tooLarge } from './problem.ts';
import { valuesOf } from './query-parameters.ts';
import { readBody } from './request-body.ts';

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

function readPosted(request: Request): ReadMessage | Promise<ReadMessage> {
  const { headers } = request;
  if (!isDnsMessage(headers.get('content-type') ?? '') || headers.has('content-encoding')) return problem(unsupported);
  return readBody(request, maxMessageOctets).then((octets) => {
    if (octets === 'too-long') return problem(tooLarge(`a DNS message has at most ${maxMessageOctets} octets`));
    if (octets === 'cut-off') return problem(badRequest('the body was cut off'));
    return { kind: 'octets', octets };
  });
}

function isDnsMessage(contentType: string): boolean {
  return contentType === dnsMessageType || contentType.split(';', 1)[0]!.trim().toLowerCase() === dnsMessageType;
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

const unsupported: Problem = {
  status: 415,
  code: 'UNSUPPORTED_MEDIA_TYPE',
  message: `a POST needs "Content-Type: ${dnsMessageType}" and no content encoding`,
};

function problem(refusal: Problem): ReadMessage {
  return { kind: 'problem', problem: refusal };
}
