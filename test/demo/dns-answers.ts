/** A DoH server on this machine that answers as a test says. */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import dnsPacket, { type Answer, type Packet } from 'dns-packet';

/** What to answer to a question, with the text of an extended error (RFC 8914); a number is an HTTP status. */
export type Reply = { readonly rcode?: string; readonly answers?: Answer[]; readonly error?: string } | number;

export class DnsAnswers {
  /** `name type` of each question, in order. */
  readonly asked: string[] = [];
  reply: (question: string) => Reply = () => ({});
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get url(): URL {
    return new URL(`http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/dns-query`);
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  readonly #answer: RequestListener = async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const query = dnsPacket.decode(Buffer.concat(chunks));
    const [question] = query.questions ?? [];
    this.asked.push(`${question?.name} ${question?.type}`);
    const reply = this.reply(this.asked.at(-1)!);
    if (typeof reply === 'number') return void response.writeHead(reply).end();
    const { rcode = 'NOERROR', answers = [], error } = reply;
    const packet: Packet = {
      type: 'response',
      id: 0,
      flags: rcodes[rcode] ?? 0,
      questions: query.questions ?? [],
      answers,
      additionals: error === undefined ? [] : [errorRecord(error)],
    };
    response.setHeader('content-type', 'application/dns-message');
    response.end(dnsPacket.encode(packet));
  };
}

const rcodes: Readonly<Record<string, number>> = { NOERROR: 0, SERVFAIL: 2, NXDOMAIN: 3, REFUSED: 5 };

function errorRecord(text: string): Answer {
  const data = Buffer.concat([Buffer.from([0, 0]), Buffer.from(text)]);
  const edns = { udpPayloadSize: 1232, extendedRcode: 0, ednsVersion: 0, flags: 0, flag_do: false };
  // The type of an option's code has names only.
  return { type: 'OPT', name: '.', ...edns, options: [{ code: 15, data }] } as unknown as Answer;
}
