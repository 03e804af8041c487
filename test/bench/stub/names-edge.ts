/** An edge that knows every name: what it answers is not measured, only that others keep it. */
import { once } from 'node:events';
import { createSecureServer, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import dnsPacket, { type Answer, type Packet } from 'dns-packet';
import { createServerCertificate } from '../../../demo/edge/certificate.ts';

export interface NamesEdge {
  readonly url: string;
  /** PEM of the authority to trust. */
  readonly authorityPem: string;
  stop(): void;
}

/** Longer than a run. */
const ttl = 3600;
/** Of the aggregate of a headless Service. */
const podAddresses = ['10.244.0.14', '10.244.0.19', '10.244.0.24'];
const soa: Answer = {
  name: 'cluster.local',
  type: 'SOA',
  ttl,
  data: { mname: 'ns.dns.cluster.local', rname: 'hostmaster.cluster.local', serial: 1, minimum: ttl },
};

/** Names that begin with `absent` do not exist, those with `all` have several addresses, and all others one. */
export async function startNamesEdge(): Promise<NamesEdge> {
  const {
    certificatePem: cert,
    privateKeyPem: key,
    authorityPem,
  } = await createServerCertificate(['127.0.0.1'], Date.now());
  const server = createSecureServer({ cert, key }, async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { questions = [] } = dnsPacket.decode(Buffer.concat(chunks));
    const octets = dnsPacket.encode({ type: 'response', id: 0, questions, ...answerTo(questions[0]!) });
    response.writeHead(200, { 'content-type': 'application/dns-message' }).end(octets);
  });
  const sessions = new Set<ServerHttp2Session>();
  server.on('session', (session) => sessions.add(session));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    authorityPem,
    stop: () => {
      server.close();
      for (const session of sessions) session.destroy();
    },
  };
}

const flags = dnsPacket.AUTHORITATIVE_ANSWER | dnsPacket.RECURSION_DESIRED;

function answerTo({ name, type }: dnsPacket.Question): Partial<Packet> {
  if (name.startsWith('absent')) return { flags: flags | 3, authorities: [soa] };
  if (type === 'A') {
    const addresses = name.startsWith('all') ? podAddresses : podAddresses.slice(0, 1);
    return { flags, answers: addresses.map((data): Answer => ({ name, type, ttl, data })) };
  }
  if (type === 'SRV') return { flags, answers: [{ name, type, ttl, data: { port: 6379, target: `pod-0.${name}` } }] };
  return { flags, authorities: [soa] };
}
