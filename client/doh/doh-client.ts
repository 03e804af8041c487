/** Asks one question over HTTPS, as any DoH client would. */
import dnsPacket, { type Packet } from 'dns-packet';
import { DohError } from './doh-error.ts';
import type { DohServer } from './doh-server.ts';
import { connectDoh, type DohExchange } from './exchange.ts';
import { commandPatience } from './patience.ts';

/** Record types by name, as dns-packet has them. */
export type QuestionType = 'A' | 'AAAA' | 'CNAME' | 'NS' | 'PTR' | 'SOA' | 'SRV' | 'TXT';

export interface DohAnswer {
  readonly rcode: string;
  readonly packet: Packet;
}

/** One client keeps its connection. */
export class DohClient {
  readonly #origin: string;
  readonly #exchange: DohExchange;

  /** As patient as a command unless the server says otherwise. */
  constructor(server: DohServer) {
    const { url, patience = commandPatience } = server;
    this.#origin = url.origin;
    this.#exchange = connectDoh({ ...server, patience });
  }

  /** Throws DohError. */
  async ask(name: string, type: QuestionType): Promise<DohAnswer> {
    const query = dnsPacket.encode({
      type: 'query',
      id: 0,
      flags: dnsPacket.RECURSION_DESIRED,
      questions: [{ name, type, class: 'IN' }],
    });
    const message = await this.#exchange.exchange(query);
    try {
      const packet = dnsPacket.decode(message);
      return { rcode: rcodeOf(packet), packet };
    } catch (cause) {
      const reason = `${this.#origin} sent something that is no DNS message`;
      throw new DohError('NO_DNS_ANSWER', reason, { cause });
    }
  }

  /** Closes its connection. */
  close(): void {
    this.#exchange.close();
  }
}

/** dns-packet gives it beside what its types declare. */
function rcodeOf(packet: Packet): string {
  return (packet as Packet & { rcode: string }).rcode;
}
