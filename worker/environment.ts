/**
 * What the platform gives the Worker: its bindings, checked once, and the part of Workers KV that is used.
 */
import { type ClusterId, parseClusterId } from '../zone/cluster-id.ts';

/** The bindings and secrets of wrangler.toml. Secrets may be absent: what needs them is then closed. */
export interface Bindings {
  readonly STORE: KeyValueStore;
  /** SHA-256 of the administrator's key, in hexadecimal. */
  readonly ADMIN_KEY_SHA256?: string;
  /** 32 random octets in hexadecimal: what lets the Worker tell its own tokens from random ones without asking KV. */
  readonly TOKEN_KEY?: string;
  /** `true` lets questions in without a token. For loopback only. */
  readonly OPEN?: string;
  /** The cluster that is asked when the path and the token name none. */
  readonly DEFAULT_CLUSTER?: string;
}

export interface Configuration {
  readonly store: KeyValueStore;
  readonly administratorKeySha256: string | undefined;
  readonly tokenKey: string | undefined;
  readonly isOpen: boolean;
  readonly defaultCluster: ClusterId | undefined;
}

/** The part of a Workers KV namespace that is used here. Values of one key change as a whole; reads may be old. */
export interface KeyValueStore {
  get(key: string, options: { type: 'text'; cacheTtl?: number }): Promise<string | null>;
  getWithMetadata(
    key: string,
    options: { type: 'stream'; cacheTtl?: number },
  ): Promise<{ value: ReadableStream<Uint8Array> | null; metadata: unknown }>;
  put(key: string, value: string | Uint8Array, options?: { metadata?: unknown; expiration?: number }): Promise<void>;
  delete(key: string): Promise<void>;
  list(options: { prefix: string; cursor?: string }): Promise<KeyPage>;
}

export interface KeyPage {
  readonly keys: readonly { readonly name: string; readonly metadata?: unknown }[];
  readonly list_complete: boolean;
  readonly cursor?: string;
}

const hexadecimal256 = /^[0-9a-f]{64}$/;

/** Secrets of the wrong form count as absent, so a slip closes a door and never opens one. */
export function readBindings(bindings: Bindings): Configuration {
  const { STORE, ADMIN_KEY_SHA256 = '', TOKEN_KEY = '', OPEN, DEFAULT_CLUSTER = '' } = bindings;
  return {
    store: STORE,
    administratorKeySha256: hexadecimal256.test(ADMIN_KEY_SHA256) ? ADMIN_KEY_SHA256 : undefined,
    tokenKey: hexadecimal256.test(TOKEN_KEY) ? TOKEN_KEY : undefined,
    isOpen: OPEN === 'true',
    defaultCluster: parseClusterId(DEFAULT_CLUSTER),
  };
}
