/**
 * Passes one request on to a server that speaks HTTP/1.1, and its answer back.
 *
 * A short body is read before a connection is taken, so clients that stall hold up nobody else. Before a long one the server
 * is asked whether it wants it (RFC 9110 §10.1.1): it may refuse on the header fields alone, and would close the
 * connection on what it does not read.
 *
 * The server is workerd, and the Worker in it believes some header fields, since on Cloudflare's network nobody but that writes
 * them. So none of them passes, nor what is for other servers in front of it; who asks is written here.
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

/** Where the server listens now; undefined: nowhere, for longer than a client would wait. */
export type Upstream = () => Promise<UpstreamAddress | undefined>;

export type UpstreamAddress = { readonly socketPath: string } | { readonly host: string; readonly port: number };

export interface Forwarding {
  readonly upstream: Upstream;
  readonly agent: Agent;
  /** The address of whoever asks. */
  readonly clientAddress: (incoming: IncomingMessage) => string;
  /** How long a client may read nothing of its answer. */
  readonly stalledMilliseconds: number;
}

/** The longest DNS message, and a little more. */
const shortBodyOctets = 66_000;

/** 502 when there is no answer, 503 when there is no server. An answer that breaks off breaks off for the client too. */
export function forward(incoming: IncomingMessage, outgoing: ServerResponse, forwarding: Forwarding): void {
  const { upstream, agent, clientAddress, stalledMilliseconds } = forwarding;
  const { method, url: path = '/' } = incoming;
  // `*` and what a URL cannot hold are no paths of anything (RFC 9112 §3.2.4).
  if (!/^(\/|https?:\/\/)[!-~]*$/.test(path) || isControlPath(path)) {
    refuse(outgoing, 404, 'there is nothing at this path\n');
    return;
  }
  const own = { host: hostOf(incoming.headers) ?? 'localhost', 'cf-connecting-ip': clientAddress(incoming) };
  const send = (address: UpstreamAddress, fields: OutgoingHttpHeaders): ClientRequest => {
    const headers = { ...wanted(passed(incoming.headers)), ...own, ...fields };
    const inner = request({ agent, ...address, method, path, headers });
    inner.on('response', (response) => {
      outgoing.writeHead(response.statusCode!, passed(response.headers));
      // Others wait for the connection that it holds.
      outgoing.setTimeout(stalledMilliseconds, () => outgoing.destroy());
      // Whichever side ends early takes the other with it.
      pipeline(response, outgoing, () => {});
      // What was not wanted is read and dropped, so that the client comes to read the answer.
      incoming.resume();
    });
    inner.on('error', () => {
      if (!outgoing.headersSent) refuse(outgoing, 502, 'the Worker does not answer\n');
    });
    outgoing.on('close', () => inner.destroy());
    return inner;
  };
  readStart(incoming, async (start, isWhole) => {
    const address = await upstream();
    if (outgoing.destroyed) return;
    if (address === undefined) {
      refuse(outgoing, 503, 'the Worker is starting; try again\n');
      incoming.resume();
    } else if (isWhole) {
      const hasBody = start.length > 0 || incoming.headers['content-length'] !== undefined;
      send(address, hasBody ? { 'content-length': start.length } : {}).end(start);
    } else {
      const inner = send(address, { expect: '100-continue' });
      inner.on('continue', () => {
        inner.write(start);
        incoming.pipe(inner);
      });
    }
  });
}

/** The whole body, or as much as shows that it is not short. A client that leaves is not answered. */
function readStart(incoming: IncomingMessage, then: (start: Buffer, isWhole: boolean) => Promise<void>): void {
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
    void then(Buffer.concat(chunks), isWhole);
  };
  incoming.on('data', onData).on('end', onEnd);
}

function refuse(outgoing: ServerResponse, status: 404 | 502 | 503, text: string): void {
  const length = Buffer.byteLength(text);
  outgoing.writeHead(status, { 'content-type': 'text/plain', 'content-length': length, 'cache-control': 'no-store' });
  outgoing.end(text);
}

/** Whom the request is for. dig and kdig write an IPv6 address without brackets, which no server has to understand. */
function hostOf(headers: IncomingHttpHeaders): string | undefined {
  const authority = String(headers[':authority'] ?? headers.host);
  return URL.canParse(`http://${authority}`) ? authority : undefined;
}

/** Also what a URL parser would make such a path of, since that is what reads it next. */
function isControlPath(path: string): boolean {
  const url = path.startsWith('/') ? `http://localhost${path}` : path;
  return URL.canParse(url) && /^\/+cdn-cgi(\/|$)/i.test(new URL(url).pathname);
}

/** Without what only a part of the network in front of the Worker may say. */
function wanted(headers: OutgoingHttpHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !/^(mf|cf|x-forwarded)-/.test(name)));
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
