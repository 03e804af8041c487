/**
 * Workers KV as it is documented to be, and not as it is locally. A write goes to central stores; every location answers
 * reads from copies of its own, which are as old as the reader's `cacheTtl` allows and were late themselves when they were
 * made, by "60 seconds or more". That a key is not there is kept like a value. Nothing is ordered, neither keys nor the
 * copies of one key. Time and chance are simulated.
 */
import type { KeyPage, KeyValueStore, StoredValue } from '../../../worker/environment.ts';
import { octetStream } from './observed-stream.ts';
import type { SimulatedTime } from './simulated-time.ts';

type Octets = Uint8Array<ArrayBuffer>;

/** What a key held from some moment on; null: nothing. */
interface Entry {
  readonly since: number;
  readonly octets: Octets | null;
  readonly metadata: unknown;
}

interface Copy<T> {
  readonly content: T;
  readonly madeAt: number;
}

/** How likely things go wrong, each in [0, 1]. */
export interface Weather {
  /** An operation fails. A write may have happened nevertheless. */
  readonly failing: number;
  /** An answer takes up to ten seconds. */
  readonly slow: number;
  /** A stream breaks in the middle. */
  readonly breaking: number;
}

export const calm: Weather = { failing: 0, slow: 0, breaking: 0 };

export const defaultCacheSeconds = 60;
const minCacheSeconds = 30;
/** How late a copy may be when it is made. */
export const maxLateMilliseconds = 60_000;
const writeIntervalMilliseconds = 1000;
const maxKeyOctets = 512;
const maxMetadataOctets = 1024;
const maxValueOctets = 25 * 1024 * 1024;
const maxBulkKeys = 100;
const listPageKeys = 1000;
/** What the documentation calls "usually". */
const readsOwnWrite = 0.9;
/** Copies that are asked for a lot are made anew before they are too old. */
const refreshesHotCopy = 0.2;

export class WorkersKv {
  weather: Weather = calm;
  readonly time: SimulatedTime;
  /** Oldest first. */
  readonly #histories = new Map<string, Entry[]>();
  readonly #writtenAt = new Map<string, number>();

  constructor(time: SimulatedTime) {
    this.time = time;
  }

  /** What is written, seen from nowhere: for tests to compare with. */
  truth(key: string): Entry | undefined {
    return this.#histories.get(key)?.at(-1);
  }

  /** What a copy holds that is made now: the truth, or what it was up to a minute ago. */
  lateEntry(key: string): Entry {
    const { chance } = this.time;
    const late = chance.happens(0.5) ? 0 : chance.below(maxLateMilliseconds);
    return this.#at(key, this.time.now() - late);
  }

  /** Keys that were ever written, in order; `null` stands for those that are deleted. */
  lateKeys(prefix: string): readonly (readonly [string, Entry])[] {
    const keys = [...this.#histories.keys()].filter((key) => key.startsWith(prefix)).sort();
    return keys.map((key) => [key, this.lateEntry(key)] as const);
  }

  /** Throws as KV does when the key was written less than a second ago. */
  write(operation: 'PUT' | 'DELETE', key: string, octets: Octets | null, metadata: unknown): Entry {
    const now = this.time.now();
    if (now - (this.#writtenAt.get(key) ?? Number.NEGATIVE_INFINITY) < writeIntervalMilliseconds) {
      throw new Error(`KV ${operation} failed: 429 Too Many Requests`);
    }
    this.#writtenAt.set(key, now);
    const entry = { since: now, octets, metadata };
    const history = this.#histories.get(key) ?? [];
    history.push(entry);
    this.#histories.set(key, history);
    return entry;
  }

  /** Somebody puts back what the key held then, if it held something. */
  restore(key: string, moment: number): void {
    const { octets, metadata } = this.#at(key, moment);
    if (octets !== null) this.#histories.get(key)!.push({ since: this.time.now(), octets, metadata });
  }

  #at(key: string, moment: number): Entry {
    const entry = this.#histories.get(key)?.findLast(({ since }) => since <= moment);
    return entry ?? { since: Number.NEGATIVE_INFINITY, octets: null, metadata: null };
  }
}

/** KV as the isolates of one location see it. */
export class KvLocation implements KeyValueStore {
  /** Read operations; a bulk is one. */
  reads = 0;
  /** Octets that were pulled out of streams. */
  octets = 0;
  readonly get = this.#get.bind(this) as KeyValueStore['get'];
  readonly #kv: WorkersKv;
  readonly #copies = new Map<string, Copy<Entry>>();
  readonly #lists = new Map<string, Copy<ReturnType<WorkersKv['lateKeys']>>>();

  constructor(kv: WorkersKv) {
    this.#kv = kv;
  }

  async getWithMetadata(key: string, options: { type: 'stream'; cacheTtl?: number }): Promise<StoredValue> {
    const { octets, metadata } = await this.#read([key], options.cacheTtl).then(([entry]) => entry!);
    const { time, weather } = this.#kv;
    const breaksAt = time.chance.happens(weather.breaking) ? time.chance.below(octets?.length ?? 0) : undefined;
    let pulled = 0;
    const onRead = (count: number): void => {
      this.octets += count;
      pulled += count;
      if (breaksAt !== undefined && pulled >= breaksAt) throw new Error('Network connection lost.');
    };
    return { value: octets === null ? null : octetStream(octets, onRead), metadata };
  }

  async put(key: string, value: string | Uint8Array, { metadata = null }: { metadata?: unknown } = {}): Promise<void> {
    const octets = typeof value === 'string' ? new TextEncoder().encode(value) : new Uint8Array(value);
    const json = new TextEncoder().encode(JSON.stringify(metadata));
    if (json.length > maxMetadataOctets) throw new Error(`KV PUT failed: 413 Metadata length of ${json.length}`);
    if (octets.length > maxValueOctets) throw new Error(`KV PUT failed: 413 Value length of ${octets.length}`);
    await this.#write('PUT', key, octets, JSON.parse(JSON.stringify(metadata)));
  }

  delete(key: string): Promise<void> {
    return this.#write('DELETE', key, null, null);
  }

  /** A page may be empty without being the last: what was deleted still takes its place. */
  async list({ prefix, cursor = '0' }: { prefix: string; cursor?: string }): Promise<KeyPage> {
    await this.#answer('LIST');
    const now = this.#kv.time.now();
    const known = this.#lists.get(prefix);
    const isOld = known === undefined || now - known.madeAt >= defaultCacheSeconds * 1000;
    const copy = isOld ? { content: this.#kv.lateKeys(prefix), madeAt: now } : known;
    this.#lists.set(prefix, copy);
    const end = Number(cursor) + listPageKeys;
    const page = copy.content.slice(Number(cursor), end).filter(([, { octets }]) => octets !== null);
    const keys = page.map(([name, { metadata }]) => (metadata === null ? { name } : { name, metadata }));
    return end >= copy.content.length
      ? { keys, list_complete: true }
      : { keys, list_complete: false, cursor: String(end) };
  }

  async #get(keys: string | readonly string[], options: { type: 'text'; cacheTtl?: number }): Promise<unknown> {
    const text = ({ octets }: Entry): string | null => (octets === null ? null : new TextDecoder().decode(octets));
    if (typeof keys === 'string') return text((await this.#read([keys], options.cacheTtl))[0]!);
    if (keys.length > maxBulkKeys) throw new Error(`KV GET_BULK failed: 400 more than ${maxBulkKeys} keys`);
    const entries = await this.#read(keys, options.cacheTtl);
    return new Map(keys.map((key, i) => [key, text(entries[i]!)]));
  }

  async #read(keys: readonly string[], cacheSeconds = defaultCacheSeconds): Promise<Entry[]> {
    this.reads += 1;
    if (cacheSeconds < minCacheSeconds) {
      throw new Error(`KV GET failed: 400 Invalid cache_ttl of ${cacheSeconds}. Cache TTL must be at least 30.`);
    }
    // The copy is chosen before the answer is on its way, or after.
    const isEarly = this.#kv.time.chance.happens(0.5);
    const early = isEarly ? keys.map((key) => this.#entry(key, cacheSeconds)) : undefined;
    await this.#answer('GET');
    return early ?? keys.map((key) => this.#entry(key, cacheSeconds));
  }

  #entry(key: string, cacheSeconds: number): Entry {
    if (new TextEncoder().encode(key).length > maxKeyOctets) throw new Error('KV GET failed: 414 key is too long');
    const { time } = this.#kv;
    const copy = this.#copies.get(key);
    const age = copy === undefined ? Number.POSITIVE_INFINITY : time.now() - copy.madeAt;
    if (copy === undefined || age >= cacheSeconds * 1000) return this.#copy(key);
    // The reader that sets it off gets the copy that is there.
    if (age >= (cacheSeconds * 1000) / 2 && time.chance.happens(refreshesHotCopy)) this.#copy(key);
    return copy.content;
  }

  #copy(key: string): Entry {
    const content = this.#kv.lateEntry(key);
    this.#copies.set(key, { content, madeAt: this.#kv.time.now() });
    return content;
  }

  async #write(operation: 'PUT' | 'DELETE', key: string, octets: Octets | null, metadata: unknown): Promise<void> {
    if (new TextEncoder().encode(key).length > maxKeyOctets) {
      throw new Error(`KV ${operation} failed: 414 key is too long`);
    }
    const { time, weather } = this.#kv;
    const isFailing = time.chance.happens(weather.failing);
    const isLost = isFailing && time.chance.happens(0.5);
    await this.#answer(operation);
    if (isLost) throw new Error(`KV ${operation} failed: 500 Internal Server Error`);
    const content = this.#kv.write(operation, key, octets, metadata);
    if (time.chance.happens(readsOwnWrite)) this.#copies.set(key, { content, madeAt: time.now() });
    // It happened; nobody says so.
    if (isFailing) throw new Error(`KV ${operation} failed: 500 Internal Server Error`);
  }

  /** The time an answer takes. Reads fail here; writes elsewhere. */
  async #answer(operation: string): Promise<void> {
    const { time, weather } = this.#kv;
    const milliseconds = time.chance.happens(weather.slow) ? time.chance.below(10_000) : 1 + time.chance.below(50);
    const isFailing = (operation === 'GET' || operation === 'LIST') && time.chance.happens(weather.failing);
    await time.sleep(milliseconds);
    if (isFailing) throw new Error(`KV ${operation} failed: 500 Internal Server Error`);
  }
}
