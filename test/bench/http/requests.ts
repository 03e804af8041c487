/** Questions as the octets of HTTP/1.1 requests. */

export type Method = 'GET' | 'POST';

/** Every server gets these very octets. */
export function httpRequest(method: Method, path: string, message: Uint8Array): Buffer {
  const fields = ['host: dns.example.com', 'accept: application/dns-message'];
  if (method === 'GET') {
    const question = Buffer.from(message).toString('base64url');
    return Buffer.from(head(`GET ${path}?dns=${question} HTTP/1.1`, fields));
  }
  fields.push('content-type: application/dns-message', `content-length: ${message.length}`);
  return Buffer.concat([Buffer.from(head(`POST ${path} HTTP/1.1`, fields)), message]);
}

/** A GET of JSON. */
export function jsonRequest(target: string): Buffer {
  return Buffer.from(head(`GET ${target} HTTP/1.1`, ['host: dns.example.com', 'accept: application/dns-json']));
}

function head(line: string, fields: readonly string[]): string {
  return `${[line, ...fields].join('\r\n')}\r\n\r\n`;
}
