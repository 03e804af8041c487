/**
 * How often somebody may ask. Good credentials are counted each for itself, everything else by the address it comes from,
 * so that nobody uses up what others behind the same address have.
 */
import { octetsOf, parseAddress } from '../../zone/address.ts';
import type { RateLimiter } from '../environment.ts';
import type { TroubleLog } from '../trouble-log.ts';
import type { Principal } from './principal.ts';

/** What somebody unknown wants. Whoever asks in vain does not use up what an agent at the same address has. */
export type Purpose = 'ask' | 'publish';

export class RateLimits {
  readonly #byToken: RateLimiter | undefined;
  readonly #byAddress: RateLimiter | undefined;
  readonly #troubles: TroubleLog;

  constructor(byToken: RateLimiter | undefined, byAddress: RateLimiter | undefined, troubles: TroubleLog) {
    this.#byToken = byToken;
    this.#byAddress = byAddress;
    this.#troubles = troubles;
  }

  /** Counts a request of somebody known; false when it is one too many. */
  admits({ kind, id }: Principal): true | Promise<boolean> {
    return this.#byToken === undefined || this.#count(this.#byToken, `${kind} ${id}`);
  }

  /** Counts a request of somebody unknown, apart from those for something else; false when it is one too many. */
  admitsAddressOf(request: Request, purpose: Purpose): true | Promise<boolean> {
    if (this.#byAddress === undefined) return true;
    const address = addressKey(request.headers.get('cf-connecting-ip') ?? '');
    return this.#count(this.#byAddress, purpose === 'publish' ? `publish ${address}` : address);
  }

  /** A limiter that fails limits nobody. */
  async #count(limiter: RateLimiter, key: string): Promise<boolean> {
    try {
      return (await limiter.limit({ key })).success;
    } catch (error) {
      this.#troubles.note('rate limiting failed', error);
      return true;
    }
  }
}

/** One network of IPv6 is one asker: whoever has a /64 has all of its addresses. */
function addressKey(text: string): string {
  const address = parseAddress(text);
  if (address === undefined) return 'address unknown';
  const octets = octetsOf(address);
  return octets.length === 4 ? `address ${text}` : `network ${octets.slice(0, 8).join('.')}`;
}
