/**
 * The keys that a Cloudflare Access team signs with, as its `/cdn-cgi/access/certs` tells them: kept as data, looked up
 * again when they are old, and, at most once a minute, when a JWT names one that is not among them.
 */
import { type Machine, messageOf } from '../../environment.ts';
import { Remembered } from '../remembered.ts';
import type { RsaKey } from './access-jwt.ts';

const freshMilliseconds = 60 * 60 * 1000;
/** The team's keys change every few weeks, and the old one stays for a week beside the new one. */
const troubleMilliseconds = 24 * 60 * 60 * 1000;
const unknownKeyMilliseconds = 60 * 1000;
const retryMilliseconds = 5000;

/** The team did not tell its keys, so nobody can say whether a JWT is good. */
export class AccessKeysError extends Error {
  readonly code = 'ACCESS_UNAVAILABLE';

  constructor(reason: string, options?: ErrorOptions) {
    super(`the keys of Cloudflare Access: ${reason}`, options);
    this.name = 'AccessKeysError';
  }
}

type Keys = ReadonlyMap<string, RsaKey>;

export class AccessKeys {
  readonly #keys: Remembered<Keys>;

  /** `team` is an origin. */
  constructor(team: string, machine: Machine) {
    const source = {
      read: () => readKeys(`${team}/cdn-cgi/access/certs`, machine),
      freshMilliseconds: () => freshMilliseconds,
      troubleMilliseconds: () => troubleMilliseconds,
      tooLate: () => new AccessKeysError('no answer in time'),
      retryMilliseconds,
    };
    this.#keys = new Remembered(source, machine);
  }

  /** The public key of that id; undefined when the team has none. Throws AccessKeysError. */
  async find(keyId: string): Promise<RsaKey | undefined> {
    const known = await this.#keys.current();
    return known.get(keyId) ?? (await this.#keys.current(unknownKeyMilliseconds)).get(keyId);
  }
}

async function readKeys(url: string, machine: Machine): Promise<Keys> {
  try {
    const response = await machine.fetch(url);
    if (!response.ok) throw new Error(`status ${response.status}`);
    const { keys } = (await response.json()) as { keys: readonly PublishedKey[] };
    return new Map(keys.filter(isForSigning).map((key) => [key.kid, key]));
  } catch (cause) {
    throw new AccessKeysError(messageOf(cause), { cause });
  }
}

type PublishedKey = { readonly kty?: unknown; readonly kid?: unknown; readonly use?: unknown; readonly alg?: unknown };

/** Access signs with RS256; what else stands in the set is not for us. */
function isForSigning(key: PublishedKey): key is RsaKey {
  const { kty, kid, use = 'sig', alg = 'RS256' } = key;
  return kty === 'RSA' && typeof kid === 'string' && use === 'sig' && alg === 'RS256';
}
