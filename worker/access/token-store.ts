/**
 * The tokens in KV, and which of them are good right now.
 */
import { kvKeys, tokenKeyPrefix } from '../../zone/keys.ts';
import { type KeyValueStore, StoreError } from '../environment.ts';
import { type Grant, readGrant } from './grant.ts';
import { equalInConstantTime } from './secret.ts';
import { createToken, hashOfSecret, isOwnToken, parseToken, type TokenParts } from './token.ts';

/** A revoked token is refused within this time plus what KV needs to show the deletion. */
const goodMilliseconds = 30_000;
/** A token that is not there may have been made a moment ago, elsewhere. */
const unknownMilliseconds = 5000;
/** While KV fails, tokens that were good go on being good, but not for ever: one of them may have been revoked. */
const troubleMilliseconds = 15 * 60 * 1000;
const maxRemembered = 10_000;
const kvCacheSeconds = 30;

interface RememberedGrant {
  readonly grant: Grant | undefined;
  readonly readAt: number;
}

export class TokenStore {
  readonly #store: KeyValueStore;
  readonly #tokenKey: string | undefined;
  /** Only tokens with this Worker's check get in, so nobody can fill it with tokens of his own making. */
  readonly #remembered = new Map<string, RememberedGrant>();

  /** Without a key no token is good. */
  constructor(store: KeyValueStore, tokenKey: string | undefined) {
    this.#store = store;
    this.#tokenKey = tokenKey;
  }

  /** What the token allows at `now`; undefined when it is malformed, unknown, expired or revoked. Throws StoreError. */
  async grantOf(text: string, now: number): Promise<Grant | undefined> {
    const token = parseToken(text);
    if (token === undefined || this.#tokenKey === undefined) return undefined;
    const known = this.#remembered.get(text);
    if (known === undefined && !(await isOwnToken(token, this.#tokenKey))) return undefined;
    const grant =
      known !== undefined && now - known.readAt <= (known.grant ? goodMilliseconds : unknownMilliseconds)
        ? known.grant
        : await this.#refresh(text, token, known, now);
    return grant === undefined || (grant.expiresAt !== null && grant.expiresAt <= now) ? undefined : grant;
  }

  /** Makes a token; its text is in the result and nowhere else. Undefined without a key to make tokens with. */
  async create(grant: Grant): Promise<{ id: string; token: string } | undefined> {
    if (this.#tokenKey === undefined) return undefined;
    const { id, secret, text } = await createToken(this.#tokenKey, (octets) => crypto.getRandomValues(octets));
    const value = JSON.stringify({ ...grant, secretSha256: await hashOfSecret(secret) });
    await this.#store.put(kvKeys.token(id), value, { metadata: grant });
    return { id, token: text };
  }

  /** That there is no such token is no error. */
  async revoke(id: string): Promise<void> {
    await this.#store.delete(kvKeys.token(id));
    this.#remembered.clear();
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

  async #refresh(
    text: string,
    token: TokenParts,
    known: RememberedGrant | undefined,
    now: number,
  ): Promise<Grant | undefined> {
    let json: string | null;
    try {
      json = await this.#store.get(kvKeys.token(token.id), { type: 'text', cacheTtl: kvCacheSeconds });
    } catch (error) {
      const isRecent = known?.grant !== undefined && now - known.readAt <= troubleMilliseconds;
      if (error instanceof StoreError && isRecent) return known.grant;
      throw error;
    }
    const grant = json === null ? undefined : grantOfSecret(json, await hashOfSecret(token.secret));
    if (this.#remembered.size >= maxRemembered) this.#remembered.clear();
    this.#remembered.set(text, { grant, readAt: now });
    return grant;
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
