/**
 * The tokens in KV, and which of them are good right now.
 */
import { kvKeys, tokenKeyPrefix } from '../../zone/keys.ts';
import { type KeyValueStore, type Machine, StoreError } from '../environment.ts';
import { type Grant, grantJson, readGrant } from './grant.ts';
import { Remembered } from './remembered.ts';
import { equalInConstantTime } from './secret.ts';
import { createToken, hashOfSecret, isOwnToken, parseToken, type TokenParts } from './token.ts';

/** A revoked token is refused within this time plus what KV needs to show the deletion. */
const goodMilliseconds = 30_000;
/** A token that is not there may have been made a moment ago, elsewhere. */
const unknownMilliseconds = 5000;
/** While KV fails, tokens that were good go on being good, but not for ever: one of them may have been revoked. */
const troubleMilliseconds = 15 * 60 * 1000;
const retryMilliseconds = 1000;
const maxRemembered = 10_000;
/** KV goes on showing what was deleted for a minute or so, and what was read from it may count for `troubleMilliseconds`. */
const revokedMilliseconds = 20 * 60 * 1000;
const maxRevoked = 10_000;

/** What KV holds under a key, as text. Throws StoreError. */
type Read = (key: string) => Promise<string | null>;

/** A token that is good now. */
export interface GoodToken {
  readonly id: string;
  readonly grant: Grant;
}

export class TokenStore {
  readonly #store: KeyValueStore;
  readonly #readText: Read;
  readonly #tokenKey: string | undefined;
  readonly #machine: Machine;
  /** Only tokens with this Worker's check get in, so nobody can fill it with tokens of his own making. */
  readonly #remembered = new Map<string, Remembered<GoodToken | undefined>>();
  /** Ids that were revoked here, and when; the longest ago first. */
  readonly #revoked = new Map<string, number>();

  /** Questions read with `read`, administrators use `store`. Without a key no token is good. */
  constructor(store: KeyValueStore, read: Read, tokenKey: string | undefined, machine: Machine) {
    this.#store = store;
    this.#readText = read;
    this.#tokenKey = tokenKey;
    this.#machine = machine;
  }

  /** As `find`, if what is in memory says that the token is good; undefined does not say that it is not. */
  known(text: string): GoodToken | undefined {
    const token = this.#remembered.get(text)?.fresh();
    return token === undefined || this.#isRevoked(token.id) ? undefined : this.#unlessExpired(token);
  }

  /** Undefined when the token is malformed, unknown, expired or revoked. Throws StoreError. */
  async find(text: string): Promise<GoodToken | undefined> {
    const token = parseToken(text);
    if (token === undefined || this.#tokenKey === undefined) return undefined;
    if (!this.#remembered.has(text) && !(await isOwnToken(token, this.#tokenKey))) return undefined;
    if (this.#isRevoked(token.id)) return undefined;
    return this.#unlessExpired(await this.#memoryOf(text, token).current());
  }

  /** Makes a token; its text is in the result and nowhere else. Undefined without a key to make tokens with. */
  async create(grant: Grant): Promise<{ id: string; token: string } | undefined> {
    if (this.#tokenKey === undefined) return undefined;
    const { id, secret, text } = await createToken(this.#tokenKey, (octets) => crypto.getRandomValues(octets));
    const metadata = grantJson(grant);
    const value = JSON.stringify({ ...metadata, secretSha256: await hashOfSecret(secret) });
    await this.#store.put(kvKeys.token(id), value, { metadata });
    return { id, token: text };
  }

  /** That there is no such token is no error. */
  async revoke(id: string): Promise<void> {
    await this.#store.delete(kvKeys.token(id));
    this.#revoked.delete(id);
    this.#revoked.set(id, this.#machine.now());
    const [longestAgo] = this.#revoked.keys();
    if (this.#revoked.size > maxRevoked && longestAgo !== undefined) this.#revoked.delete(longestAgo);
  }

  /** Every token's id and what it allows; undefined where the store holds something that is no grant. */
  async list(): Promise<{ id: string; grant: Grant | undefined }[]> {
    const tokens: { id: string; grant: Grant | undefined }[] = [];
    let cursor: string | undefined;
    do {
      const page = await this.#store.list({ prefix: tokenKeyPrefix, ...(cursor === undefined ? {} : { cursor }) });
      for (const { name, metadata } of page.keys) {
        tokens.push({ id: name.slice(tokenKeyPrefix.length), grant: readGrant(metadata) });
      }
      cursor = page.list_complete ? undefined : page.cursor;
    } while (cursor !== undefined);
    return tokens;
  }

  #unlessExpired(token: GoodToken | undefined): GoodToken | undefined {
    const expiresAt = token?.grant.expiresAt ?? null;
    return expiresAt !== null && expiresAt <= this.#machine.now() ? undefined : token;
  }

  #isRevoked(id: string): boolean {
    const at = this.#revoked.get(id);
    return at !== undefined && this.#machine.now() - at < revokedMilliseconds;
  }

  #memoryOf(text: string, token: TokenParts): Remembered<GoodToken | undefined> {
    const known = this.#remembered.get(text);
    if (known !== undefined) return known;
    if (this.#remembered.size >= maxRemembered) this.#remembered.clear();
    const source = {
      read: () => this.#read(token),
      freshMilliseconds: (good: GoodToken | undefined) => (good === undefined ? unknownMilliseconds : goodMilliseconds),
      // What was unknown does not become good, nor is it known to be bad.
      troubleMilliseconds: (good: GoodToken | undefined) => (good === undefined ? -1 : troubleMilliseconds),
      tooLate: () => new StoreError('the store did not answer in time'),
      retryMilliseconds,
    };
    const memory = new Remembered(source, this.#machine);
    this.#remembered.set(text, memory);
    return memory;
  }

  async #read({ id, secret }: TokenParts): Promise<GoodToken | undefined> {
    const json = await this.#readText(kvKeys.token(id));
    const grant = json === null ? undefined : grantOfSecret(json, await hashOfSecret(secret));
    return grant && { id, grant };
  }
}

/** Undefined when the stored value is another secret's, or damaged. */
function grantOfSecret(json: string, secretSha256: string): Grant | undefined {
  let stored: unknown;
  try {
    stored = JSON.parse(json);
  } catch {
    return undefined;
  }
  const expected = (stored as { secretSha256?: unknown } | null)?.secretSha256;
  return typeof expected === 'string' && equalInConstantTime(expected, secretSha256) ? readGrant(stored) : undefined;
}
