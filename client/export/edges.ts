/** The edges of some profiles, each asked about the names of its zones, on a connection that is kept. */
import { type ResponseMessage, readResponse } from '../../worker/message/read-response.ts';
import type { Name } from '../../zone/name.ts';
import { DohError } from '../doh/doh-error.ts';
import { serverOf } from '../doh/doh-server.ts';
import { connectDoh, type DohExchange } from '../doh/exchange.ts';
import { commandPatience } from '../doh/patience.ts';
import type { Profile } from '../profiles/profile.ts';
import type { Ask } from './answer.ts';
import { queryMessage } from './query-message.ts';
import { profileFor } from './zone-choice.ts';

export class Edges {
  readonly #profiles: readonly Profile[];
  readonly #exchanges = new Map<Profile, DohExchange>();

  /** `profiles` has at least one. */
  constructor(profiles: readonly Profile[]) {
    this.#profiles = profiles;
  }

  /** The zones of all, those of the first profile first. */
  get zones(): readonly Name[] {
    return this.#profiles.flatMap(({ zones }) => zones);
  }

  /** Whom a name is asked of. */
  originOf(name: Name): string {
    return profileFor(name, this.#profiles).edge.origin;
  }

  /** Asks whoever knows the name's zone. Rejects with DohError, or with AuthorityError before anybody was asked. */
  readonly ask: Ask = async (name, type): Promise<ResponseMessage> => {
    const profile = profileFor(name, this.#profiles);
    const response = readResponse(await this.#exchange(profile, queryMessage(name, type)));
    if (response !== undefined) return response;
    throw new DohError('NO_DNS_ANSWER', `${profile.edge.origin} sent something that is no DNS response`);
  };

  /** Ends what is under way. */
  close(): void {
    for (const exchange of this.#exchanges.values()) exchange.close();
    this.#exchanges.clear();
  }

  async #exchange(profile: Profile, message: Uint8Array): Promise<Uint8Array> {
    try {
      return await this.#exchangeOf(profile).exchange(message);
    } catch (cause) {
      if (!(cause instanceof DohError) || cause.code !== 'REFUSED_TOKEN') throw cause;
      throw new DohError(cause.code, `${cause.message}; log in again with kube-doh login`, { cause });
    }
  }

  #exchangeOf(profile: Profile): DohExchange {
    const known = this.#exchanges.get(profile);
    if (known !== undefined) return known;
    const exchange = connectDoh(serverOf(profile, { patience: commandPatience }));
    this.#exchanges.set(profile, exchange);
    return exchange;
  }
}
