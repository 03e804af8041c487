/**
 * Passes one request on to a server that speaks HTTP/1.1, and its answer back, both as they come.
 */
import {
  type Agent,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request,
  type ServerResponse,
} from 'node:http';
import { pipeline } from 'node:stream';

/** 502 when there is no answer. An answer that breaks off breaks off for the client too. */
export function forward(incoming: IncomingMessage, outgoing: ServerResponse, upstream: URL, agent: Agent): void {
  const { method, url: path } = incoming;
  const headers = { ...passed(incoming.headers), host: hostOf(incoming.headers) ?? upstream.host };
  const inner = request({ agent, host: upstream.hostname, port: upstream.port, method, path, headers });
  inner.on('response', (response) => {
    outgoing.writeHead(response.statusCode!, passed(response.headers));
    // Whichever side ends early takes the other with it.
    pipeline(response, outgoing, () => {});
  });
  inner.on('error', () => {
    // A server may answer and close before it has read all of the request; what it said counts.
    if (outgoing.headersSent) return;
    outgoing.writeHead(502, { 'content-type': 'text/plain', 'cache-control': 'no-store' });
    outgoing.end('the Worker does not answer\n');
  });
  outgoing.on('close', () => inner.destroy());
  incoming.pipe(inner);
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
