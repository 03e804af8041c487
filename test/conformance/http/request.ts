/** Requests written down quickly: the ways in which RFC 8484 carries a message, and any other. */
import type { HttpRequest } from './exchange.ts';

export const mediaType = 'application/dns-message';
export const endpoint = '/dns-query';

type Change = Partial<HttpRequest>;

/** The message as the body of a POST. */
export function post(message: Uint8Array, change: Change = {}): HttpRequest {
  const { headers = {}, ...others } = change;
  return request({ method: 'POST', body: message, headers: { 'content-type': mediaType, ...headers }, ...others });
}

/** The message in the variable `dns`. */
export function get(message: Uint8Array, change: Change = {}): HttpRequest {
  return request({
    path: `${change.path ?? endpoint}?dns=${base64Url(message)}`,
    headers: { accept: mediaType },
    ...without(change),
  });
}

export function request(change: Change): HttpRequest {
  return {
    at: 'open',
    via: 'HTTP/2',
    method: 'GET',
    path: endpoint,
    headers: {},
    body: undefined,
    length: 'said',
    octets: undefined,
    leaves: false,
    patienceMilliseconds: 2500,
    ...change,
  };
}

/** HTTP/1.1 as written here; lines end as they must. Ends with an empty line, and the body behind it. */
export function octets(lines: readonly string[], body: Uint8Array = new Uint8Array(0)): HttpRequest {
  const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
  return request({ via: 'HTTP/1.1', octets: Buffer.concat([head, body]) });
}

export function base64Url(message: Uint8Array): string {
  return Buffer.from(message).toString('base64url');
}

function without({ path: _, ...others }: Change): Change {
  return others;
}
