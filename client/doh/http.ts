/** Requests and answers of HTTP, whatever its version. */
import type { LookupFunction } from 'node:net';

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  /** With the query. */
  readonly path: string;
  /** By names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** Of the answer's body. */
  readonly maxOctets: number;
}

export interface HttpAnswer {
  readonly status: number;
  readonly contentType: string | undefined;
  readonly body: Buffer;
}

/** Where a server is, and whom it has to be. */
export interface Endpoint {
  /** Of which only the origin counts. */
  readonly url: URL;
  readonly authorityPem?: string | undefined;
  readonly lookup?: LookupFunction | undefined;
}

/** To one server; many requests may be under way. */
export interface Connection {
  /** Whether it takes more requests. */
  readonly isOpen: boolean;
  /** Rejects with TransportError. */
  request(request: HttpRequest): Promise<HttpAnswer>;
  /** Resolves when it is known that the other side is there still; never when nobody can tell. */
  sign(): Promise<void>;
  /** Takes no more requests, and ends with the last that is under way. */
  retire(): void;
  /** Ends now; what is under way rejects with the reason. */
  abandon(reason: Error): void;
}

/** The body of an answer as it comes in. */
export class IncomingBody {
  readonly #chunks: Buffer[] = [];
  readonly #maxOctets: number;
  #octets = 0;

  constructor(maxOctets: number) {
    this.#maxOctets = maxOctets;
  }

  /** False when it has become longer than it may be. */
  add(chunk: Buffer): boolean {
    this.#octets += chunk.length;
    if (this.#octets > this.#maxOctets) return false;
    this.#chunks.push(chunk);
    return true;
  }

  whole(): Buffer {
    return Buffer.concat(this.#chunks, this.#octets);
  }
}
