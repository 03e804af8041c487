/** Octets written to a connection as they are, and the answers of HTTP/1.1 read from it (RFC 9112). */
import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { type Address, type HttpAnswer, type HttpRequest, noAnswer } from './exchange.ts';

const headEnd = '\r\n\r\n';

/**
 * The first answer that comes back; a request has to ask that the connection be closed after it. The body ends with its
 * length or with the connection. What follows it, such as the answer to a second request, is the field `following`.
 */
export function writeOctets(
  { port, authorityPem: ca }: Address,
  { octets, leaves, patienceMilliseconds }: HttpRequest & { readonly octets: Uint8Array },
): Promise<HttpAnswer> {
  return new Promise((resolve) => {
    const host = '127.0.0.1';
    const socket: Socket =
      ca === undefined ? connectPlain(port, host) : connectTls({ port, host, ca, ALPNProtocols: ['http/1.1'] });
    const chunks: Buffer[] = [];
    let failure: string | undefined;
    const timer = setTimeout(() => socket.destroy(), patienceMilliseconds);
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('error', (error) => {
      failure = error.message;
    });
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(readAnswer(Buffer.concat(chunks)) ?? noAnswer(failure ?? 'the connection was closed without an answer'));
    });
    if (leaves) socket.end(octets);
    else socket.write(octets);
  });
}

function readAnswer(octets: Buffer): HttpAnswer | undefined {
  const end = octets.indexOf(headEnd);
  if (end < 0) return undefined;
  const [statusLine, ...lines] = octets.toString('latin1', 0, end).split('\r\n');
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(statusLine!)?.[1] ?? 0);
  const after = octets.subarray(end + headEnd.length);
  // What comes before the final answer (RFC 9110 §15.2).
  if (status >= 100 && status < 200) return readAnswer(after);
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const length = Number(headers['content-length'] ?? after.length);
  const following = after.toString('latin1', length);
  return {
    status,
    headers: following === '' ? headers : { ...headers, following },
    body: after.subarray(0, length),
    failure: after.length < length ? 'the body was cut off' : undefined,
  };
}
