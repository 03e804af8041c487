/**
 * The server to which the Worker forwards: DoH on loopback. What it answers depends on the name alone, so that an answer
 * tells where it comes from.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import dnsPacket, { type Packet } from 'dns-packet';
import { upstreamAddress, upstreamAgeSeconds, upstreamTtlSeconds } from './upstream-answers.ts';

type Query = ReturnType<typeof dnsPacket.decode>;

export interface Upstream {
  readonly url: string;
  stop(): Promise<void>;
}

export async function startUpstream(): Promise<Upstream> {
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/dns-query`,
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const query = dnsPacket.decode(await buffer(request));
  const name = (query.questions?.[0]?.name ?? '').toLowerCase();
  if (name.startsWith('reset.')) return void request.socket.destroy();
  if (name.startsWith('silent.')) return;
  if (name.startsWith('error.')) return void response.writeHead(500).end('not here');
  if (name.startsWith('redirect.')) return void response.writeHead(307, { location: '/dns-query?again' }).end();
  if (name.startsWith('html.'))
    return void response.writeHead(200, { 'content-type': 'text/html' }).end('<p>hello</p>');
  const message = dnsPacket.encode(name.startsWith('wrong.') ? wrong(query) : right(query, name));
  response.setHeader('content-type', 'application/dns-message');
  response.setHeader('age', upstreamAgeSeconds);
  response.end(message);
}

const recursive = dnsPacket.RECURSION_DESIRED | dnsPacket.RECURSION_AVAILABLE;

function right(query: Query, name: string): Packet {
  const questions = query.questions ?? [];
  const reply = { type: 'response', id: query.id ?? 0, flags: recursive, questions } as const;
  if (name.startsWith('missing.')) {
    const names = { mname: 'ns.example', rname: 'hostmaster.example' };
    const numbers = { serial: 1, refresh: 2, retry: 3, expire: 4, minimum: 60 };
    const soa = { type: 'SOA', name: 'example', ttl: upstreamTtlSeconds, data: { ...names, ...numbers } } as const;
    return { ...reply, flags: recursive | 3, authorities: [soa] };
  }
  if (name.startsWith('seen.'))
    return { ...reply, answers: [{ type: 'TXT', name, ttl: upstreamTtlSeconds, data: seen(query) }] };
  return { ...reply, answers: [{ type: 'A', name, ttl: upstreamTtlSeconds, data: upstreamAddress }] };
}

/** The answer to another question. */
function wrong(query: Query): Packet {
  const question = { name: 'other.example', type: 'A' } as const;
  return right({ ...query, questions: [question] }, question.name);
}

/** What the query looked like here. */
function seen(query: Query): string {
  const opt = query.additionals?.find((record) => record.type === 'OPT');
  const options = opt === undefined ? 'none' : opt.options.map(({ code }) => code).join(' ') || 'none';
  const flags = `rd=${query.flag_rd ? 1 : 0} cd=${query.flag_cd ? 1 : 0} do=${opt?.flag_do ? 1 : 0}`;
  return `id=${query.id} ${flags} options=${options}`;
}
