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
  /** For a whole answer; 5 seconds unless given. */
  readonly timeoutMilliseconds?: number;
}

/** Record types by name, as dns-packet has them. */
export type QuestionType = 'A' | 'AAAA' | 'CNAME' | 'NS' | 'PTR' | 'SOA' | 'SRV' | 'TXT';

export interface DohAnswer {
  readonly rcode: string;
  readonly packet: Packet;
}

/** The server gave no DNS answer: its HTTP status, or why it was not reached. The message never holds the path's token. */
export class DohError extends Error {
  readonly code = 'NO_DNS_ANSWER';

  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.name = 'DohError';
  }
}

const defaultTimeoutMilliseconds = 5000;
/** A DNS message has at most this many octets (RFC 8484 §6). */
const maxMessageOctets = 65_535;

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
    const message = await this.#post(query);
    try {
      const packet = dnsPacket.decode(message);
      return { rcode: rcodeOf(packet), packet };
    } catch (cause) {
      throw new DohError(`${this.#server.url.origin} sent something that is no DNS message`, { cause });
    }
  }

  /** Closes its connections. */
  close(): void {
    this.#agent.destroy();
  }

  #post(query: Buffer): Promise<Buffer> {
    const { url, timeoutMilliseconds = defaultTimeoutMilliseconds } = this.#server;
    const { request } = url.protocol === 'https:' ? https : http;
    return new Promise((resolve, reject) => {
      const fail = (error: Error): void => reject(new DohError(`${url.origin}: ${error.message}`, { cause: error }));
      const outgoing = request(url, {
        method: 'POST',
        agent: this.#agent,
        headers: {
          accept: 'application/dns-message',
          'content-type': 'application/dns-message',
          'content-length': query.length,
        },
      });
      const timer = setTimeout(() => outgoing.destroy(new Error('no answer in time')), timeoutMilliseconds);
      outgoing.on('close', () => clearTimeout(timer));
      outgoing.on('error', fail);
      outgoing.on('response', (response) => {
        const chunks: Buffer[] = [];
        let octets = 0;
        response.on('data', (chunk: Buffer) => {
          chunks.push(chunk);
          octets += chunk.length;
          if (octets > maxMessageOctets) outgoing.destroy(new Error('the answer is longer than a DNS message'));
        });
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
