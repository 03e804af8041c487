/**
 * A connection to one server, made when somebody asks, kept, and made anew when it fails.
 *
 * A connection may be dead without anybody being told: the machine slept, or packets are lost. And a server may be slow.
 * So whoever waits for long on a connection asks it for a sign of life. Without one it is ended for all who wait on it, and
 * each of them has one more attempt, on a new one; with it they wait on.
 */
import { type Opening, open } from './connect.ts';
import type { Endpoint, HttpAnswer, HttpRequest } from './http.ts';
import type { Patience } from './patience.ts';
import { late, TransportError, transportErrorOf } from './transport-error.ts';

/** A request, from its first attempt on. */
interface Asked {
  readonly request: HttpRequest;
  /** Of the attempt that is under way. */
  opening: Opening | undefined;
  isOver: boolean;
}

export class KeptConnection {
  readonly #endpoint: Endpoint;
  readonly #patience: Patience;
  readonly #openings = new Set<Opening>();
  #current: Opening | undefined;
  #isClosed = false;

  constructor(endpoint: Endpoint, patience: Patience) {
    this.#endpoint = endpoint;
    this.#patience = patience;
  }

  /** Must be harmless to ask twice. Rejects with TransportError. */
  async request(request: HttpRequest): Promise<HttpAnswer> {
    const asked: Asked = { request, opening: undefined, isOver: false };
    const timer = setTimeout(() => {
      asked.isOver = true;
      if (asked.opening !== undefined) this.#abandon(asked.opening, late(asked.opening.stage));
    }, this.#patience.wholeMilliseconds);
    try {
      return await this.#attempt(asked);
    } catch (error) {
      if (asked.isOver || !isWorthAnother(error)) throw error;
      return await this.#attempt(asked);
    } finally {
      clearTimeout(timer);
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

  async #attempt(asked: Asked): Promise<HttpAnswer> {
    if (this.#isClosed) throw closed();
    const opening = this.#usable();
    asked.opening = opening;
    const endWatch = this.#watch(opening);
    try {
      const connection = await opening.connection;
      return await connection.request(asked.request);
    } catch (cause) {
      const error = transportErrorOf(cause);
      if (error.kind !== 'too-long') this.#retire(opening);
      throw error;
    } finally {
      endWatch();
    }
  }

  /** Ends a connection that does not open, or that is dead. The function that it gives ends the watch. */
  #watch(opening: Opening): () => void {
    const { openMilliseconds, doubtMilliseconds, signMilliseconds } = this.#patience;
    const end = (): void => this.#abandon(opening, late(opening.stage));
    let timer: NodeJS.Timeout;
    if (opening.stage === 'open') {
      timer = setTimeout(() => {
        timer = setTimeout(end, signMilliseconds);
        const sign = opening.connection.then((connection) => connection.sign());
        const stop = (): void => clearTimeout(timer);
        sign.then(stop, stop);
      }, doubtMilliseconds);
    } else {
      timer = setTimeout(() => opening.stage === 'open' || end(), openMilliseconds);
    }
    return () => clearTimeout(timer);
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
