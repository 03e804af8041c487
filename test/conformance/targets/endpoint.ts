/** One server on loopback, asked over HTTP/2 and HTTP/1.1, and with octets as they are. */
import type { Address, HttpAnswer, HttpRequest } from '../http/exchange.ts';
import { askHttp1 } from '../http/http1.ts';
import { Http2Client } from '../http/http2.ts';
import { writeOctets } from '../http/octets.ts';

export class Endpoint {
  readonly #http1: Address;
  readonly #http2: Http2Client;
  readonly #words: Readonly<Record<string, string>>;

  /** The two protocols may be had at different ports. `words` are what `{word}` stands for in paths and fields. */
  constructor(http1: Address, http2: Address, words: Readonly<Record<string, string>> = {}) {
    this.#http1 = http1;
    this.#http2 = new Http2Client(http2);
    this.#words = words;
  }

  ask(request: HttpRequest): Promise<HttpAnswer> {
    const { octets } = request;
    if (octets !== undefined) return writeOctets(this.#http1, { ...request, octets });
    const headers = Object.entries(request.headers).map(([name, value]) => [name, this.#spelled(value)]);
    const asked = { ...request, path: this.#spelled(request.path), headers: Object.fromEntries(headers) };
    return request.via === 'HTTP/2' ? this.#http2.ask(asked) : askHttp1(this.#http1, asked);
  }

  close(): void {
    this.#http2.close();
  }

  #spelled(text: string): string {
    const { port, authorityPem } = this.#http1;
    const origin = `${authorityPem === undefined ? 'http' : 'https'}://127.0.0.1:${port}`;
    return text.replace(/\{([a-z]+)\}/g, (whole, word: string) =>
      word === 'origin' ? origin : (this.#words[word] ?? whole),
    );
  }
}
