/**
 * The tokens in KV, and which of them are good right now.
 */
import { type ClusterId, parseClusterId } from '../../zone/cluster-id.ts';
import { kvKeys, tokenKeyPrefix } from '../../zone/keys.ts';
import type { KeyValueStore } from '../environment.ts';
import { equalInConstantTime } from './digest.ts';
import { createToken, hashOfSecret, isOwnToken, parseToken } from './token.ts';

/** What a token allows. */
export interface Grant {
  /** For people. */
  readonly name: string;
  readonly clusters: readonly [ClusterId, ...ClusterId[]];
  readonly createdAt: number;
  /** Unix milliseconds; undefined for a token that does not expire. */
  readonly expiresAt: number | undefined;
}

interface RememberedGrant {
  readonly grant: Grant | undefined;
  readonly readAt: number;
}

/** A revoked token is refused within this time plus what KV needs to show the deletion. */
const rememberedMilliseconds = 30_000;
const maxRemembered = 10_000;
const kvCacheSeconds = 30;

export class TokenStore {
  readonly #store: KeyValueStore;
  readonly #tokenKey: string | undefined;
  readonly #remembered = new Map<string, RememberedGrant>();

  /** Without a key no token is good. */
  constructor(store: KeyValueStore, tokenKey: string | undefined) {
    this.#store = store;
    this.#tokenKey = tokenKey;
  }

  /** What the token allows at `now`; undefined when it is malformed, unknown, expired or revoked. */
  async grantOf(text: string, now: number): Promise<Grant | undefined> {
    const token = parseToken(text);
    if (token === undefined || this.#tokenKey === undefined) return undefined;
    let known = this.#remembered.get(text);
    if (known === undefined || now - known.readAt > rememberedMilliseconds) {
      if (!(await isOwnToken(token, this.#tokenKey))) return undefined;
      const stored = await this.#store.get(kvKeys.token(token.id), { type: 'text', cacheTtl: kvCacheSeconds });
      known = { grant: stored === null ? undefined : readGrant(stored, await hashOfSecret(token)), readAt: now };
      if (this.#remembered.size >= maxRemembered) this.#remembered.clear();
      this.#remembered.set(text, known);
    }
    const { grant } = known;
    return grant?.expiresAt !== undefined && grant.expiresAt <= now ? undefined : grant;
  }

  /** Makes a token; its text is in the result and nowhere else. Undefined without a key to make tokens with. */
  async create(grant: Grant): Promise<{ id: string; token: string } | undefined> {
    if (this.#tokenKey === undefined) return undefined;
    const text = await createToken(this.#tokenKey, (octets) => crypto.getRandomValues(octets));
    const token = parseToken(text)!;
    const value = JSON.stringify({ ...grant, secretSha256: await hashOfSecret(token) });
    const { name, clusters, createdAt, expiresAt } = grant;
    await this.#store.put(kvKeys.token(token.id), value, { metadata: { name, clusters, createdAt, expiresAt } });
    return { id: token.id, token: text };
  }

  async revoke(id: string): Promise<void> {
    await this.#store.delete(kvKeys.token(id));
    this.#remembered.clear();
  }

  /** Every token's id and what it allows, as stored beside the key. */
  async list(): Promise<{ id: string; grant: unknown }[]> {
    const tokens: { id: string; grant: unknown }[] = [];
    let cursor: string | undefined;
    do {
      const page = await this.#store.list({ prefix: tokenKeyPrefix, ...(cursor === undefined ? {} : { cursor }) });
      for (const { name, metadata } of page.keys)
        tokens.push({ id: name.slice(tokenKeyPrefix.length), grant: metadata });
      cursor = page.list_complete ? undefined : page.cursor;
    } while (cursor !== undefined);
    return tokens;
  }
}

function readGrant(json: string, secretSha256: string): Grant | undefined {
  const stored = JSON.parse(json) as Readonly<Record<string, unknown>>;
  if (!equalInConstantTime(String(stored['secretSha256']), secretSha256)) return undefined;
  return parseGrant(stored, Number(stored['createdAt']));
}

/** Undefined when a field is missing or wrong. */
export function parseGrant(value: Readonly<Record<string, unknown>>, createdAt: number): Grant | undefined {
  const { name, clusters, expiresAt } = value;
  if (typeof name !== 'string' || name.length > 64 || !Array.isArray(clusters)) return undefined;
  const [first, ...others] = clusters.map((cluster) => parseClusterId(String(cluster)));
  if (first === undefined || !others.every((cluster) => cluster !== undefined)) return undefined;
  if (expiresAt !== undefined && expiresAt !== null && !Number.isSafeInteger(expiresAt)) return undefined;
  return { name, clusters: [first, ...others], createdAt, expiresAt: (expiresAt as number | null) ?? undefined };
}
