/**
 * Passes one request on to a server that speaks HTTP/1.1, and its answer back.
 *
 * A short body is read before a connection is taken, so clients that stall hold up nobody else. Before a long one the server
 * is asked whether it wants it (RFC 9110 §10.1.1): it may refuse on the header fields alone, and would close the
 * connection on what it does not read.
 */
import {
  type Agent,
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request,
  type ServerResponse,
} from 'node:http';
import { pipeline } from 'node:stream';

/** The longest DNS message, and a little more. */
const shortBodyOctets = 66_000;

/** 502 when there is no answer. An answer that breaks off breaks off for the client too. */
export function forward(incoming: IncomingMessage, outgoing: ServerResponse, upstream: URL, agent: Agent): void {
  const { method, url: path } = incoming;
  const send = (fields: OutgoingHttpHeaders): ClientRequest => {
    const headers = { ...passed(incoming.headers), host: hostOf(incoming.headers) ?? upstream.host, ...fields };
    const inner = request({ agent, host: upstream.hostname, port: upstream.port, method, path, headers });
    inner.on('response', (response) => {
      outgoing.writeHead(response.statusCode!, passed(response.headers));
      // Whichever side ends early takes the other with it.
      pipeline(response, outgoing, () => {});
      // What was not wanted is read and dropped, so that the client comes to read the answer.
      incoming.resume();
    });
    inner.on('error', () => {
      if (!outgoing.headersSent) refuse(outgoing);
    });
    outgoing.on('close', () => inner.destroy());
    return inner;
  };
  readStart(incoming, (start, isWhole) => {
    if (isWhole) {
      const hasBody = start.length > 0 || incoming.headers['content-length'] !== undefined;
      send(hasBody ? { 'content-length': start.length } : {}).end(start);
    } else {
      const inner = send({ expect: '100-continue' });
      inner.on('continue', () => {
        inner.write(start);
        incoming.pipe(inner);
      });
    }
  });
}

/** The whole body, or as much as shows that it is not short. A client that leaves is not answered. */
function readStart(incoming: IncomingMessage, then: (start: Buffer, isWhole: boolean) => void): void {
  const chunks: Buffer[] = [];
  let length = 0;
  const onData = (chunk: Buffer): void => {
    chunks.push(chunk);
    length += chunk.length;
    if (length > shortBodyOctets) finish(false);
  };
  const onEnd = (): void => finish(true);
  const finish = (isWhole: boolean): void => {
    incoming.off('data', onData).off('end', onEnd).pause();
    then(Buffer.concat(chunks), isWhole);
  };
  incoming.on('data', onData).on('end', onEnd);
}

function refuse(outgoing: ServerResponse): void {
  const text = 'the Worker does not answer\n';
  const length = Buffer.byteLength(text);
  outgoing.writeHead(502, { 'content-type': 'text/plain', 'content-length': length, 'cache-control': 'no-store' });
  outgoing.end(text);
}

/** Whom the request is for. dig and kdig write an IPv6 address without brackets, which no server has to understand. */
function hostOf(headers: IncomingHttpHeaders): string | undefined {
  const authority = String(headers[':authority'] ?? headers.host);
  return URL.canParse(`http://${authority}`) ? authority : undefined;
}

/** Fields that belong to one connection (RFC 9110 §7.6.1), beside those that `Connection` names. */
const ownFields = [
  'connection',
  'expect',
  'http2-settings',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

function passed(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  const named = (headers.connection ?? '').toLowerCase().split(/\s*,\s*/);
  const own = new Set([...ownFields, 'proxy-connection', 'host', ...named]);
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith(':') && !own.has(name)));
}
