/**
 * The real KV of workerd, in a corner of its own, with what it does not do by itself: it counts, fails, makes wait, and shows
 * old values, as Workers KV does.
 */
import { env } from 'cloudflare:workers';
import type { KeyPage, KeyValueStore, StoredValue } from '../../../worker/environment.ts';
import { observedStream } from './observed-stream.ts';

type Operation = 'get' | 'put' | 'delete' | 'list';

/** Operations that KV does not answer. */
export interface Hold {
  /** Resolves when an operation has begun that waits. */
  readonly reached: Promise<void>;
  /** Operations that begin from now on do not wait. */
  letOthersPass(): void;
  /** Those that wait go on with what is stored now. */
  release(): void;
}

let corners = 0;

export class ObservedStore implements KeyValueStore {
  /** Every call that was made, as `put cluster/local/snapshot`. */
  readonly calls: string[] = [];
  readonly #bodiesRead = new Map<string, number>();
  readonly #octetsRead = new Map<string, number>();
  readonly #corner: string;
  readonly #failures = new Map<Operation, string>();
  readonly #old = new Map<string, { octets: Uint8Array<ArrayBuffer> | null; metadata: unknown }>();
  #held: { readonly call: string; wait(): Promise<void> } | undefined;

  constructor() {
    corners += 1;
    this.#corner = `${corners}/`;
  }

  count(operation: Operation, key?: string): number {
    return this.calls.filter((call) => call.startsWith(`${operation} ${key ?? ''}`)).length;
  }

  /** How often a value's stream was read and not just its metadata. */
  bodiesRead(key: string): number {
    return this.#bodiesRead.get(key) ?? 0;
  }

  /** How many octets were pulled out of the value's streams. */
  octetsRead(key: string): number {
    return this.#octetsRead.get(key) ?? 0;
  }

  /** From now on, until `recover`. */
  fail(operation: Operation, message = `KV ${operation.toUpperCase()} failed: 500 Internal Server Error`): void {
    this.#failures.set(operation, message);
  }

  recover(): void {
    this.#failures.clear();
  }

  /** Reads, or other operations, of keys that begin so wait from now on until they are released; see Hold. */
  hold(operation: Operation = 'get', keyStart = ''): Hold {
    let release = (): void => {};
    let reach = (): void => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const reached = new Promise<void>((resolve) => {
      reach = resolve;
    });
    const held = {
      call: `${operation} ${keyStart}`,
      wait: () => {
        reach();
        return released;
      },
    };
    this.#held = held;
    const letOthersPass = (): void => {
      if (this.#held === held) this.#held = undefined;
    };
    return { reached, letOthersPass, release };
  }

  /** What is there now, or that nothing is. The returned function makes reads of the key see it again, until `catchUp`. */
  async capture(key: string): Promise<() => void> {
    const { value, metadata } = await env.STORE.getWithMetadata(this.#corner + key, { type: 'stream' });
    const octets = value === null ? null : new Uint8Array(await new Response(value).arrayBuffer());
    return () => this.#old.set(key, { octets, metadata });
  }

  /** Reads see what is there. */
  catchUp(): void {
    this.#old.clear();
  }

  /** Changes what is stored behind the Worker's back. */
  async tamper(
    key: string,
    change: (stored: { octets: Uint8Array<ArrayBuffer>; metadata: Record<string, unknown> }) => {
      octets?: Uint8Array<ArrayBuffer>;
      metadata?: unknown;
    },
  ): Promise<void> {
    const { value, metadata } = await env.STORE.getWithMetadata(this.#corner + key, { type: 'stream' });
    if (value === null) throw new Error(`nothing is stored as ${key}`);
    const octets = new Uint8Array(await new Response(value).arrayBuffer());
    const changed = change({ octets, metadata: metadata as Record<string, unknown> });
    await env.STORE.put(this.#corner + key, changed.octets ?? octets, { metadata: changed.metadata ?? metadata });
  }

  /** Several keys are one call, as `get token/abcdefgh registry`. */
  readonly get = this.#get.bind(this) as KeyValueStore['get'];

  async #get(keys: string | readonly string[], options: { type: 'text'; cacheTtl?: number }): Promise<unknown> {
    await this.#call('get', typeof keys === 'string' ? keys : keys.join(' '));
    if (typeof keys === 'string') return this.#text(keys, options);
    return new Map(await Promise.all(keys.map(async (key) => [key, await this.#text(key, options)] as const)));
  }

  #text(key: string, options: { type: 'text'; cacheTtl?: number }): Promise<string | null> | string | null {
    const old = this.#old.get(key);
    if (old === undefined) return env.STORE.get(this.#corner + key, options);
    return old.octets === null ? null : new TextDecoder().decode(old.octets);
  }

  async getWithMetadata(key: string, options: { type: 'stream'; cacheTtl?: number }): Promise<StoredValue> {
    await this.#call('get', key);
    const old = this.#old.get(key);
    if (old === undefined) {
      const { value: stored, metadata } = await env.STORE.getWithMetadata(this.#corner + key, options);
      return { value: stored === null ? null : this.#counted(key, stored), metadata };
    }
    const value = old.octets === null ? null : (new Response(old.octets).body as StoredValue['value']);
    return { value, metadata: old.metadata };
  }

  /** The same octets; counted as they are asked for. */
  #counted(key: string, value: NonNullable<StoredValue['value']>): StoredValue['value'] {
    let begun = false;
    return observedStream(value, (octets) => {
      if (!begun) this.#bodiesRead.set(key, this.bodiesRead(key) + 1);
      begun = true;
      this.#octetsRead.set(key, this.octetsRead(key) + octets);
    });
  }

  async put(
    key: string,
    value: string | Uint8Array,
    options?: { metadata?: unknown; expirationTtl?: number },
  ): Promise<void> {
    await this.#call('put', key);
    return env.STORE.put(this.#corner + key, value, options);
  }

  async delete(key: string): Promise<void> {
    await this.#call('delete', key);
    return env.STORE.delete(this.#corner + key);
  }

  async list({ prefix, cursor }: { prefix: string; cursor?: string }): Promise<KeyPage> {
    await this.#call('list', prefix);
    const page = await env.STORE.list({ prefix: this.#corner + prefix, ...(cursor === undefined ? {} : { cursor }) });
    return { ...page, keys: page.keys.map((key) => ({ ...key, name: key.name.slice(this.#corner.length) })) };
  }

  async #call(operation: Operation, key: string): Promise<void> {
    this.calls.push(`${operation} ${key}`);
    const failure = this.#failures.get(operation);
    if (failure !== undefined) throw new Error(failure);
    if (this.#held !== undefined && `${operation} ${key}`.startsWith(this.#held.call)) await this.#held.wait();
  }
}
