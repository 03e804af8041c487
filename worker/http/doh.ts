/**
 * DNS messages in HTTP (RFC 8484): out of a request, into a response.
 */
import { maxMessageOctets } from '../message/layout.ts';
import { fromBase64Url } from '../octets/base64url.ts';
import { badRequest, type Problem, tooLarge } from './problem.ts';
import { readBody } from './request-body.ts';

const dnsMessageType = 'application/dns-message';

type ReadMessage =
  | { readonly kind: 'message'; readonly octets: Uint8Array }
  | { readonly kind: 'problem'; readonly problem: Problem };

/** Reads the message of a GET, HEAD or POST request; its form as DNS is not looked at. */
export async function readMessage(request: Request): Promise<ReadMessage> {
  return request.method === 'POST' ? readPosted(request) : readParameter(new URL(request.url));
}

async function readPosted(request: Request): Promise<ReadMessage> {
  const mediaType = (request.headers.get('content-type') ?? '').split(';', 1)[0]!.trim().toLowerCase();
  if (mediaType !== dnsMessageType || request.headers.has('content-encoding')) return problem(unsupported);
  const octets = await readBody(request, maxMessageOctets);
  if (octets === 'too-long') return problem(tooLarge(`a DNS message has at most ${maxMessageOctets} octets`));
  if (octets === 'cut-off') return problem(badRequest('the body was cut off'));
  return { kind: 'message', octets };
}

function readParameter(url: URL): ReadMessage {
  const values = url.searchParams.getAll('dns');
  const [value] = values;
  if (value === undefined || values.length > 1) return problem(badRequest('exactly one "dns" parameter is needed'));
  // RFC 8484 §6 wants no padding; clients that pad anyway are understood.
  const text = value.replace(/={1,2}$/, '');
  const octets = fromBase64Url(text);
  if (octets === undefined) return problem(badRequest('the "dns" parameter is not base64url (RFC 4648 section 5)'));
  return { kind: 'message', octets };
}

/** What an answer depends on beside the question; `connection`: on what no cache can see. */
export type Deciding = 'nothing' | 'url' | 'header' | 'connection';

/** `maxAgeSeconds` undefined: not to be kept. */
export function messageResponse(
  octets: Uint8Array<ArrayBuffer>,
  maxAgeSeconds: number | undefined,
  deciding: Deciding,
): Response {
  return new Response(octets, {
    headers: {
      'content-type': dnsMessageType,
      'content-length': String(octets.length),
      ...cachingOf(maxAgeSeconds, deciding),
      'x-content-type-options': 'nosniff',
    },
  });
}

/** What a credential decided is for the asker alone, and for him only while he shows the same one. */
function cachingOf(maxAgeSeconds: number | undefined, deciding: Deciding): Readonly<Record<string, string>> {
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
