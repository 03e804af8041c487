/** DNS messages out of HTTP requests (RFC 8484 §4.1, §6). */
import type { MaybeLater } from '../access/authorization.ts';
import { dnsMessageType, maxMessageOctets } from '../message/layout.ts';
import { fromBase64Url } from '../octets/base64url.ts';
import { badRequest, cutOff, type Problem, problem, tooLarge } from './problem.ts';
import { valuesOf } from './query-parameters.ts';
import { type RequestBody, readBody } from './request-body.ts';

/** The octets of a message, or what is wrong. */
export type ReadMessage = Uint8Array<ArrayBuffer> | Problem;

/** The message of a GET or HEAD request; its form as DNS is not looked at. */
export function messageOfUrl(url: string): ReadMessage {
  // Nothing but base64url up to the end: there is nothing else in the URL to be looked for.
  const only = startsWithMessage(url) ? fromBase64Url(url, url.indexOf('?') + firstParameter.length) : undefined;
  if (only !== undefined) return only;
  const values = valuesOf(url, 'dns');
  const [value] = values;
  if (value === undefined || values.length > 1) return badRequest('exactly one "dns" parameter is needed');
  // RFC 8484 §6 wants no padding; clients that pad anyway are understood.
  const text = value.endsWith('=') ? value.replace(/={1,2}$/, '') : value;
  return fromBase64Url(text) ?? badRequest('the "dns" parameter is not base64url (RFC 4648 section 5)');
}

/** Answers with the message of a POST request; its form as DNS is not looked at. */
export function withPostedMessage(
  request: Request,
  answer: (read: ReadMessage) => MaybeLater<Response>,
): MaybeLater<Response> {
  const { headers } = request;
  if (!isDnsMessage(headers.get('content-type') ?? '') || headers.has('content-encoding')) return answer(unsupported);
  return readBody(request, maxMessageOctets).then((body) => answer(posted(body)));
}

const firstParameter = '?dns=';

/** Whether the URL's first parameter is a message, as that of almost every GET is. */
export function startsWithMessage(url: string): boolean {
  return url.startsWith(firstParameter, url.indexOf('?'));
}

function posted(body: RequestBody): ReadMessage {
  if (body === 'too-long') return tooLarge(`a DNS message has at most ${maxMessageOctets} octets`);
  return body === 'cut-off' ? cutOff : body;
}

function isDnsMessage(contentType: string): boolean {
  return contentType === dnsMessageType || contentType.split(';', 1)[0]!.trim().toLowerCase() === dnsMessageType;
}

const unsupported: Problem = problem(
  415,
  'UNSUPPORTED_MEDIA_TYPE',
  `a POST needs "Content-Type: ${dnsMessageType}" and no content encoding`,
);
