/** Which server is asked first: the first that is given, unless it kept silent lately. */
import { formatServerAddress, type ServerAddress } from './server-address.ts';

/** For so long others are asked before it. */
const avoidedMilliseconds = 10_000;
const maxRemembered = 100;

export class ServerOrder {
  readonly #now: () => number;
  /** When each was silent. */
  readonly #silent = new Map<string, number>();

  /** `now` counts milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** A server that speaks is no longer silent, whatever it says. */
  heard(server: ServerAddress, hasSpoken: boolean): void {
    const key = formatServerAddress(server);
    this.#silent.delete(key);
    if (hasSpoken) return;
    if (this.#silent.size >= maxRemembered) this.#silent.clear();
    this.#silent.set(key, this.#now());
  }

  /** The same servers. */
  ordered(servers: readonly ServerAddress[]): readonly ServerAddress[] {
    if (this.#silent.size === 0) return servers;
    const isAvoided = (server: ServerAddress): boolean => {
      const since = this.#silent.get(formatServerAddress(server));
      return since !== undefined && this.#now() - since < avoidedMilliseconds;
    };
    return [...servers.filter((server) => !isAvoided(server)), ...servers.filter(isAvoided)];
  }
}
