/**
 * Asks one question over HTTPS (RFC 8484), as any DoH client would.
 */
import http from 'node:http';
import https from 'node:https';
import dnsPacket, { type Packet } from 'dns-packet';

export interface DohServer {
  /** Ends in `/dns-query`; a token may be in its path. */
  readonly url: URL;
  /** PEM of the authority to trust instead of the system's. */
  readonly authorityPem?: string | undefined;
}

/** Record types by name, as dns-packet has them. */
export type QuestionType = 'A' | 'AAAA' | 'CNAME' | 'NS' | 'PTR' | 'SOA' | 'SRV' | 'TXT';

export interface DohAnswer {
  readonly rcode: string;
  readonly packet: Packet;
}

/** The server gave no DNS answer: its HTTP status, or why it was not reached. */
export class DohError extends Error {
  readonly code = 'NO_DNS_ANSWER';

  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.name = 'DohError';
  }
}

const timeoutMilliseconds = 5000;

/** One client keeps its connection. */
export class DohClient {
  readonly #server: DohServer;
  readonly #agent: http.Agent;

  constructor(server: DohServer) {
    this.#server = server;
    const { authorityPem: ca } = server;
    this.#agent =
      server.url.protocol === 'https:'
        ? new https.Agent({ keepAlive: true, ...(ca === undefined ? {} : { ca }) })
        : new http.Agent({ keepAlive: true });
  }

  /** Throws DohError. */
  async ask(name: string, type: QuestionType): Promise<DohAnswer> {
    const query = dnsPacket.encode({
      type: 'query',
      id: 0,
      flags: dnsPacket.RECURSION_DESIRED,
      questions: [{ name, type, class: 'IN' }],
    });
    const packet = dnsPacket.decode(await this.#post(query));
    return { rcode: rcodeOf(packet), packet };
  }

  close(): void {
    this.#agent.destroy();
  }

  #post(query: Buffer): Promise<Buffer> {
    const { url } = this.#server;
    const { request } = url.protocol === 'https:' ? https : http;
    return new Promise((resolve, reject) => {
      const fail = (error: Error): void => reject(new DohError(`${url.origin}: ${error.message}`, { cause: error }));
      const outgoing = request(url, {
        method: 'POST',
        agent: this.#agent,
        timeout: timeoutMilliseconds,
        headers: { 'content-type': 'application/dns-message', 'content-length': query.length },
      });
      outgoing.on('timeout', () => outgoing.destroy(new Error('no answer in time')));
      outgoing.on('error', fail);
      outgoing.on('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', fail);
        response.on('end', () => {
          if (response.statusCode === 200) resolve(Buffer.concat(chunks));
          else reject(new DohError(`${url.origin} answered with HTTP status ${response.statusCode}`));
        });
      });
      outgoing.end(query);
    });
  }
}

/** dns-packet gives it beside what its types declare. */
function rcodeOf(packet: Packet): string {
  return (packet as Packet & { rcode: string }).rcode;
}
