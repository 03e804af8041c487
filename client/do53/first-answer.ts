/**
 * Several servers for one question: the first is asked, the next when it failed or kept silent for a while, and whoever
 * answers first has answered. All ends at a fixed time.
 */
import { ForwardError } from './forward-error.ts';
import { formatServerAddress, type ServerAddress } from './server-address.ts';

/** How one server is asked. `offer` takes what is given if no server has more to say. */
export type Ask = (
  server: ServerAddress,
  signal: AbortSignal,
  offer: (answer: Uint8Array) => void,
) => Promise<Uint8Array>;

export interface Patience {
  /** The next server is asked after this. */
  readonly nextMilliseconds: number;
  readonly wholeMilliseconds: number;
}

export interface FirstAnswerOptions {
  readonly patience: Patience;
  /** Whether it is worth to ask nobody else. */
  isHelpful(answer: Uint8Array): boolean;
  /** A server has kept silent until the next was asked, or it has spoken. */
  heard(server: ServerAddress, hasSpoken: boolean): void;
}

/** Rejects with ForwardError NO_SERVER or NO_ANSWER. */
export function firstAnswer(
  servers: readonly ServerAddress[],
  ask: Ask,
  options: FirstAnswerOptions,
): Promise<Uint8Array> {
  if (servers.length === 0) return Promise.reject(new ForwardError('NO_SERVER', 'no other DNS server is known'));
  return new Race(servers, ask, options).run();
}

class Race {
  readonly #ask: Ask;
  readonly #options: FirstAnswerOptions;
  readonly #turns: ServerAddress[];
  readonly #nextMilliseconds: number;
  readonly #ending = new AbortController();
  readonly #outcome = Promise.withResolvers<Uint8Array>();
  /** That were asked and said something, if only that they are not there. */
  readonly #spoken = new Set<ServerAddress>();
  #running = 0;
  #turn: NodeJS.Timeout | undefined;
  #whole: NodeJS.Timeout | undefined;
  #offered: Uint8Array | undefined;
  #failure: ForwardError | undefined;

  constructor(servers: readonly ServerAddress[], ask: Ask, options: FirstAnswerOptions) {
    this.#ask = ask;
    this.#options = options;
    // A packet may get lost: a single server is asked again.
    this.#turns = servers.length === 1 ? [...servers, ...servers] : [...servers];
    const { nextMilliseconds, wholeMilliseconds } = options.patience;
    this.#nextMilliseconds = Math.min(nextMilliseconds, wholeMilliseconds / this.#turns.length);
  }

  run(): Promise<Uint8Array> {
    this.#whole = setTimeout(() => this.#end(), this.#options.patience.wholeMilliseconds);
    this.#next();
    return this.#outcome.promise;
  }

  /** The answer is the best that came. */
  #end(answer = this.#offered): void {
    clearTimeout(this.#turn);
    clearTimeout(this.#whole);
    if (answer !== undefined) this.#outcome.resolve(answer);
    else this.#outcome.reject(this.#failure ?? new ForwardError('NO_ANSWER', 'no DNS server answered in time'));
    this.#ending.abort();
  }

  #next(): void {
    clearTimeout(this.#turn);
    let server = this.#turns.shift();
    while (server !== undefined && this.#spoken.has(server)) server = this.#turns.shift();
    if (server === undefined) {
      if (this.#running === 0) this.#end();
      return;
    }
    this.#running += 1;
    this.#turn = setTimeout((silent) => this.#passOver(silent), this.#nextMilliseconds, server);
    void this.#askOne(server);
  }

  #passOver(server: ServerAddress): void {
    if (!this.#spoken.has(server)) this.#options.heard(server, false);
    this.#next();
  }

  async #askOne(server: ServerAddress): Promise<void> {
    const { signal } = this.#ending;
    try {
      const answer = await this.#ask(server, signal, (offered) => this.#offer(server, offered));
      if (signal.aborted) return;
      this.#offer(server, answer);
      if (this.#options.isHelpful(answer)) return this.#end(answer);
    } catch (cause) {
      if (signal.aborted) return;
      this.#spoken.add(server);
      this.#failure = new ForwardError(
        'NO_ANSWER',
        `${formatServerAddress(server)}: ${cause instanceof Error ? cause.message : String(cause)}`,
        { cause },
      );
    }
    this.#running -= 1;
    this.#next();
  }

  #offer(server: ServerAddress, answer: Uint8Array): void {
    this.#spoken.add(server);
    this.#options.heard(server, true);
    this.#offered ??= answer;
  }
}
