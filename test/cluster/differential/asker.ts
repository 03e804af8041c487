/** Asks one server with DNS over HTTP or HTTPS, many questions at a time on connections that stay open. */
import http from 'node:http';
import https from 'node:https';
import { buffer } from 'node:stream/consumers';
import dnsPacket, { type Packet } from 'dns-packet';
import { type Answer, answerFrom, noAnswer } from './answer.ts';
import { type Question, typeCodes } from './model/question.ts';

const connections = 16;
const timeoutMilliseconds = 10_000;

/** The server could not be asked. */
export class AskFailure extends Error {
  override readonly name = 'AskFailure';
  readonly code = 'NOT_ASKED';
}

export class Asker {
  readonly #url: URL;
  readonly #agent: http.Agent;

  /** `url` ends in `/dns-query`; `authorityPem` is to trust for one that begins with `https`. */
  constructor(url: string, authorityPem?: string) {
    this.#url = new URL(url);
    const options = { keepAlive: true, maxSockets: connections };
    this.#agent =
      authorityPem === undefined ? new http.Agent(options) : new https.Agent({ ...options, ca: authorityPem });
  }

  /** `noAnswer` where what came is no DNS message. Throws AskFailure. */
  async ask({ name, type }: Question): Promise<Answer> {
    const query = dnsPacket.encode({ type: 'query', id: 0, questions: [{ name, type: 'A', class: 'IN' }] });
    // The type is the last field but one; dns-packet does not know all of them.
    query.writeUInt16BE(typeCodes[type], query.length - 4);
    const body = await this.#post(query);
    let packet: Packet;
    try {
      packet = dnsPacket.decode(body);
    } catch {
      return noAnswer;
    }
    return answerFrom(packet);
  }

  close(): void {
    this.#agent.destroy();
  }

  #post(query: Buffer): Promise<Buffer> {
    const headers = { 'content-type': 'application/dns-message', 'content-length': query.length };
    const { request } = this.#url.protocol === 'https:' ? https : http;
    return new Promise((resolve, reject) => {
      const outgoing = request(this.#url, { method: 'POST', agent: this.#agent, headers });
      const fail = (error: NodeJS.ErrnoException): void => {
        // A server may close a connection that was idle, just when it is used again.
        const isClosed = outgoing.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
        if (isClosed) resolve(this.#post(query));
        else reject(new AskFailure(`${this.#url.origin}: ${error.message}`, { cause: error }));
      };
      outgoing.setTimeout(timeoutMilliseconds, () => outgoing.destroy(new Error('no answer in time')));
      outgoing.once('error', fail);
      outgoing.once('response', (response) => {
        buffer(response).then((body) => {
          if (response.statusCode === 200) resolve(body);
          else fail(new Error(`HTTP status ${response.statusCode}`));
        }, fail);
      });
      outgoing.end(query);
    });
  }
}
