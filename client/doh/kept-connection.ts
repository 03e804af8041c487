/**
 * A connection to one server, made when somebody asks, kept, and made anew when it fails.
 *
 * A connection may be dead without anybody being told: the machine slept, or packets are lost. So every request has two
 * attempts of bounded time, the second on a new connection; and the first attempt that is late ends the connection for all
 * who wait on it, so that they go to the new one at once and do not find out one by one.
 */
import { type Opening, open } from './connect.ts';
import type { Endpoint, HttpAnswer, HttpRequest } from './http.ts';
import { late, TransportError, transportErrorOf } from './transport-error.ts';

export class KeptConnection {
  readonly #endpoint: Endpoint;
  readonly #attemptMilliseconds: number;
  readonly #openings = new Set<Opening>();
  #current: Opening | undefined;
  #isClosed = false;

  constructor(endpoint: Endpoint, attemptMilliseconds: number) {
    this.#endpoint = endpoint;
    this.#attemptMilliseconds = attemptMilliseconds;
  }

  /** Must be harmless to ask twice. Rejects with TransportError. */
  async request(request: HttpRequest): Promise<HttpAnswer> {
    try {
      return await this.#attempt(request);
    } catch (error) {
      if (!isWorthAnother(error)) throw error;
      return await this.#attempt(request);
    }
  }

  /** What is under way is asked again on a new connection. */
  reset(): void {
    if (this.#current !== undefined) this.#abandon(this.#current, new TransportError('broken', 'connecting anew'));
  }

  /** What is under way rejects; so does everything from now on. */
  close(): void {
    this.#isClosed = true;
    for (const opening of [...this.#openings]) this.#abandon(opening, closed());
  }

  async #attempt(request: HttpRequest): Promise<HttpAnswer> {
    if (this.#isClosed) throw closed();
    const opening = this.#usable();
    const timer = setTimeout(() => this.#abandon(opening, late()), this.#attemptMilliseconds);
    try {
      const connection = await opening.connection;
      return await connection.request(request);
    } catch (cause) {
      const error = transportErrorOf(cause);
      if (error.kind !== 'too-long') this.#retire(opening);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  #usable(): Opening {
    if (this.#current?.isOpen) return this.#current;
    const opening = open(this.#endpoint, () => this.#openings.delete(opening));
    this.#openings.add(opening);
    this.#current = opening;
    return opening;
  }

  #retire(opening: Opening): void {
    opening.retire();
    if (this.#current === opening) this.#current = undefined;
  }

  #abandon(opening: Opening, reason: TransportError): void {
    opening.abandon(reason);
    if (this.#current === opening) this.#current = undefined;
  }
}

/** Who was refused would be refused again. */
function isWorthAnother(error: unknown): boolean {
  return error instanceof TransportError && (error.kind === 'late' || error.kind === 'broken');
}

function closed(): TransportError {
  return new TransportError('closed', 'the connection was closed here');
}
