/** The edges of the profiles, as the stub resolver asks them. */
import type { LookupFunction } from 'node:net';
import type { Name } from '../../../zone/name.ts';
import { AuthorityError, type DohServer, serverOf } from '../../doh/doh-server.ts';
import { connectDoh, type DohExchange } from '../../doh/exchange.ts';
import type { Profile } from '../../profiles/profile.ts';
import type { ZoneSource } from '../../stub/contract.ts';

export interface EdgeOptions {
  readonly lookup: LookupFunction;
  /** Asked of the first edge, beside its own zones: an address does not tell which cluster it is in. */
  readonly reverseZones: readonly Name[];
  /** An edge refused a profile's token. */
  readonly onRefusedToken: () => void;
}

interface Edge {
  /** Of the profile and what else the exchange was made of. */
  readonly key: string;
  readonly source: ZoneSource;
  readonly exchange: DohExchange;
}

export class EdgeSources {
  readonly #options: EdgeOptions;
  #edges: readonly Edge[] = [];

  constructor(options: EdgeOptions) {
    this.#options = options;
  }

  get sources(): readonly ZoneSource[] {
    return this.#edges.map(({ source }) => source);
  }

  /** Those that have not changed stay the same objects, with their connections. Whose authority cannot be read fails when asked. */
  replace(profiles: readonly Profile[]): void {
    const edges = profiles.map((profile, i) => this.#edgeOf(profile, i === 0 ? this.#options.reverseZones : []));
    for (const edge of this.#edges) if (!edges.includes(edge)) edge.exchange.close();
    this.#edges = edges;
  }

  /** After sleep. */
  reset(): void {
    for (const { exchange } of this.#edges) exchange.reset();
  }

  close(): void {
    this.replace([]);
  }

  #edgeOf(profile: Profile, reverseZones: readonly Name[]): Edge {
    const { lookup, onRefusedToken } = this.#options;
    const server = serverOrReason(profile, lookup);
    const { name } = profile;
    const zones = [...profile.zones, ...reverseZones];
    const key = JSON.stringify([name, zones, server instanceof Error ? server.message : server]);
    const same = this.#edges.find((edge) => edge.key === key);
    if (same !== undefined) return same;
    const exchange = server instanceof Error ? failing(server) : connectDoh(server);
    const source: ZoneSource = {
      name,
      zones,
      ask: async (message) => {
        try {
          return await exchange.exchange(message);
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code === 'REFUSED_TOKEN') onRefusedToken();
          throw error;
        }
      },
    };
    return { key, source, exchange };
  }
}

/** A login that one service cannot use must not take away the names of the others. */
function serverOrReason(profile: Profile, lookup: LookupFunction): DohServer | AuthorityError {
  try {
    return serverOf(profile, { lookup });
  } catch (error) {
    if (error instanceof AuthorityError) return error;
    throw error;
  }
}

function failing(reason: Error): DohExchange {
  return { exchange: () => Promise.reject(reason), reset() {}, close() {} };
}
