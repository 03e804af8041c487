/** DNS messages out of HTTP requests (RFC 8484 §4.1, §6). */
import { dnsMessageType, maxMessageOctets } from '../message/layout.ts';
import { fromBase64Url } from '../octets/base64url.ts';
import { badRequest, type Problem, tooLarge } from './problem.ts';
import { valuesOf } from './query-parameters.ts';
import { readBody } from './request-body.ts';

/** The octets of a message, or what is wrong. */
export type ReadMessage = Uint8Array<ArrayBuffer> | Problem;

/** Reads the message of a GET, HEAD or POST request; its form as DNS is not looked at. */
export function readMessage(request: Request): ReadMessage | Promise<ReadMessage> {
  return request.method === 'POST' ? readPosted(request) : readParameter(request.url);
}

function readPosted(request: Request): ReadMessage | Promise<ReadMessage> {
  const { headers } = request;
  if (!isDnsMessage(headers.get('content-type') ?? '') || headers.has('content-encoding')) return unsupported;
  return readBody(request, maxMessageOctets).then((octets) => {
    if (octets === 'too-long') return tooLarge(`a DNS message has at most ${maxMessageOctets} octets`);
    if (octets === 'cut-off') return badRequest('the body was cut off');
    return octets;
  });
}

function isDnsMessage(contentType: string): boolean {
  return contentType === dnsMessageType || contentType.split(';', 1)[0]!.trim().toLowerCase() === dnsMessageType;
}

function readParameter(url: string): ReadMessage {
  const values = valuesOf(url, 'dns');
  const [value] = values;
  if (value === undefined || values.length > 1) return badRequest('exactly one "dns" parameter is needed');
  // RFC 8484 §6 wants no padding; clients that pad anyway are understood.
  const text = value.endsWith('=') ? value.replace(/={1,2}$/, '') : value;
  return fromBase64Url(text) ?? badRequest('the "dns" parameter is not base64url (RFC 4648 section 5)');
}

const unsupported: Problem = {
  status: 415,
  code: 'UNSUPPORTED_MEDIA_TYPE',
  message: `a POST needs "Content-Type: ${dnsMessageType}" and no content encoding`,
};
