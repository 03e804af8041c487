/**
 * The tokens in KV, and which of them are good right now.
 */
import { kvKeys, tokenKeyPrefix } from '../../zone/keys.ts';
import { type KeyValueStore, kvCacheSeconds, type Machine, StoreError } from '../environment.ts';
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
/** How long a request waits for KV. Whoever asks may have been cut off, so the next one asks after that time. */
const patienceMilliseconds = 2000;
/** How long KV is left alone after it failed. */
const retryMilliseconds = 1000;
const pollMilliseconds = 5;

/** Shared by requests; each waits by timers of its own, since a promise goes with the request that made it. */
interface RememberedToken {
  /** What KV held, when it was last asked with success; undefined: no such token. */
  grant: Grant | undefined;
  readAt: number;
  /** When the request that is asking now began to; undefined while none does. */
  askingSince: number | undefined;
  trouble: { readonly error: StoreError; readonly at: number } | undefined;
}

export class TokenStore {
  readonly #store: KeyValueStore;
  readonly #tokenKey: string | undefined;
  readonly #machine: Machine;
  /** Only tokens with this Worker's check get in, so nobody can fill it with tokens of his own making. */
  readonly #remembered = new Map<string, RememberedToken>();

  /** Without a key no token is good. */
  constructor(store: KeyValueStore, tokenKey: string | undefined, machine: Machine) {
    this.#store = store;
    this.#tokenKey = tokenKey;
    this.#machine = machine;
  }

  /** What the token allows; undefined when it is malformed, unknown, expired or revoked. Throws StoreError. */
  async grantOf(text: string): Promise<Grant | undefined> {
    const token = parseToken(text);
    if (token === undefined || this.#tokenKey === undefined) return undefined;
    if (!this.#remembered.has(text) && !(await isOwnToken(token, this.#tokenKey))) return undefined;
    const memory = this.#memoryOf(text);
    await this.#refresh(token, memory);
    const { grant } = memory;
    const endsAt = grant?.expiresAt ?? Number.POSITIVE_INFINITY;
    return endsAt <= this.#machine.now() ? undefined : grant;
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

  #memoryOf(text: string): RememberedToken {
    const known = this.#remembered.get(text);
    if (known !== undefined) return known;
    if (this.#remembered.size >= maxRemembered) this.#remembered.clear();
    const memory = {
      grant: undefined,
      readAt: Number.NEGATIVE_INFINITY,
      askingSince: undefined,
      trouble: undefined,
    };
    this.#remembered.set(text, memory);
    return memory;
  }

  /** Ends as soon as what is remembered may be believed, and throws StoreError when it may not. */
  async #refresh(token: TokenParts, memory: RememberedToken): Promise<void> {
    for (;;) {
      const now = this.#machine.now();
      if (isFresh(memory, now)) return;
      const { trouble, askingSince } = memory;
      if (trouble !== undefined && now - trouble.at < retryMilliseconds) {
        if (isGoodInTrouble(memory, now)) return;
        throw trouble.error;
      }
      const isAsked = askingSince !== undefined && now - askingSince < patienceMilliseconds;
      await (isAsked ? this.#machine.sleep(pollMilliseconds) : this.#ask(token, memory));
    }
  }

  /** Asks KV and notes what it says, or that it says nothing. What comes too late is noted all the same. */
  async #ask(token: TokenParts, memory: RememberedToken): Promise<void> {
    const since = this.#machine.now();
    memory.askingSince = since;
    const tooLate = this.#machine.sleep(patienceMilliseconds).then(() => {
      throw new StoreError('the store did not answer in time');
    });
    try {
      await Promise.race([this.#read(token, memory, since), tooLate]);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      memory.trouble = { error, at: this.#machine.now() };
    } finally {
      // Another request may have taken over.
      if (memory.askingSince === since) memory.askingSince = undefined;
    }
  }

  async #read(token: TokenParts, memory: RememberedToken, now: number): Promise<void> {
    const json = await this.#store.get(kvKeys.token(token.id), { type: 'text', cacheTtl: kvCacheSeconds });
    const grant = json === null ? undefined : grantOfSecret(json, await hashOfSecret(token.secret));
    if (now < memory.readAt) return;
    memory.grant = grant;
    memory.readAt = now;
  }
}

function isFresh({ grant, readAt }: RememberedToken, now: number): boolean {
  return now - readAt <= (grant === undefined ? unknownMilliseconds : goodMilliseconds);
}

function isGoodInTrouble({ grant, readAt }: RememberedToken, now: number): boolean {
  return grant !== undefined && now - readAt <= troubleMilliseconds;
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
