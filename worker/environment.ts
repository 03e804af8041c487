/**
 * What the platform gives the Worker: bindings, which are checked once here; the part of Workers KV that is used; and
 * time, chance and a log.
 */
import { type ClusterId, parseClusterId } from '../zone/cluster-id.ts';
import { type Name, nameOrUndefined } from '../zone/name.ts';
import { type ObjectNamespace, type PublicationsCalls, type RegistryCalls, registryName } from './objects.ts';
import { type Outside, parseOutsidePolicy, refuseOutside } from './outside/policy.ts';

/** The bindings and secrets of wrangler.toml. Secrets may be absent: what needs them is then closed. */
export interface Bindings {
  readonly STORE?: KeyValueStore;
  /** Without all three nothing is registered and nothing is published; questions are answered all the same. */
  readonly REGISTRY?: ObjectNamespace<RegistryCalls>;
  readonly PUBLICATIONS?: ObjectNamespace<PublicationsCalls>;
  readonly JOURNAL?: ObjectNamespace<JournalCalls>;
  /** SHA-256 of the administrator's key, in hexadecimal. */
  readonly ADMIN_KEY_SHA256?: string;
  /** 32 random octets in hexadecimal: what lets the Worker tell its own tokens from random ones without asking KV. */
  readonly TOKEN_KEY?: string;
  /** `true` lets questions in without a token. For loopback only. */
  readonly OPEN?: string;
  /** The cluster that is asked when the path and the token name none. */
  readonly DEFAULT_CLUSTER?: string;
  /** The host name under which clients find the endpoint. No zone may cover it, nor TOKEN_HOST_SUFFIX. */
  readonly ENDPOINT_HOST?: string;
  /** `refuse` (the default), `nxdomain` or `forward:URL`: what is done with names outside all zones. */
  readonly OUTSIDE_ZONE?: string;
  /** Further doors and limits, off unless bound; worker/access/settings.ts reads them. */
  readonly TOKEN_HOST_SUFFIX?: string;
  readonly ACCESS?: string;
  readonly MTLS?: string;
  readonly RATE_BY_TOKEN?: RateLimiter;
  readonly RATE_BY_ADDRESS?: RateLimiter;
  /** Counts for operators; nothing is counted without it. */
  readonly METRICS?: MetricsSink;
}

/** A dataset of Workers Analytics Engine, or another Worker that takes the same: its promise is waited for then. */
export interface MetricsSink {
  writeDataPoint(point: DataPoint): unknown;
}

export interface DataPoint {
  readonly indexes: readonly [string];
  readonly blobs: readonly string[];
  readonly doubles: readonly number[];
}

/** The platform's rate limiting: counts the calls for each key, in each data centre by itself. */
export interface RateLimiter {
  limit(options: { key: string }): Promise<{ success: boolean }>;
}

export interface Configuration {
  readonly store: KeyValueStore;
  /** What decides about clusters; undefined when it is not bound. */
  readonly objects: Objects | undefined;
  /** Lower-case hexadecimal, as `tokenKey`. */
  readonly administratorKeySha256: string | undefined;
  readonly tokenKey: string | undefined;
  readonly isOpen: boolean;
  readonly defaultCluster: ClusterId | undefined;
  /** Under which clients find the endpoint: itself, and what its hosts with tokens end in. */
  readonly endpointHosts: readonly Name[];
  readonly outside: Outside;
  readonly metrics?: MetricsSink | undefined;
}

export interface Objects {
  readonly registry: RegistryCalls;
  publicationsOf(cluster: ClusterId): PublicationsCalls;
}

/** Handed in, so that nothing behind the entry reads a clock or draws a number by itself. */
export interface Machine {
  /** Unix milliseconds. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
  /** In [0, 1), as Math.random. */
  random(): number;
  /** GET, unless told otherwise. A redirect is an answer like any other. */
  fetch(url: string, sending?: Sending): Promise<Response>;
  /** One line for operators: a problem, or an event that is as it should be. It never holds a token, a key or a question. */
  log(line: string, kind?: 'event'): void;
}

export interface Sending {
  readonly method: 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer>;
  /** Ends the exchange, also while the body is being read. */
  readonly signal: AbortSignal;
}

/** The part of the platform's context of a request that is used here: work may outlive the answer. */
export interface Lifetime {
  waitUntil(work: Promise<unknown>): void;
}

/** As it was given to `Machine.log`. */
export interface JournalLine {
  readonly text: string;
  readonly kind: 'event' | undefined;
}

/** The Durable Object that writes the log of requests (worker/journal.ts). */
export interface JournalCalls {
  write(lines: readonly JournalLine[]): Promise<void>;
}

/** The part of a Workers KV namespace that is used here. Values of one key change as a whole; reads may be old. */
export interface KeyValueStore {
  get(key: string, options: { type: 'text'; cacheTtl?: number }): Promise<string | null>;
  /** Up to 100 keys in one operation. */
  get(
    keys: readonly string[],
    options: { type: 'text'; cacheTtl?: number },
  ): Promise<ReadonlyMap<string, string | null>>;
  getWithMetadata(key: string, options: { type: 'stream'; cacheTtl?: number }): Promise<StoredValue>;
  /** The platform takes the value away after `expirationTtl` seconds. */
  put(key: string, value: string | Uint8Array, options?: { metadata?: unknown; expirationTtl?: number }): Promise<void>;
  delete(key: string): Promise<void>;
  list(options: { prefix: string; cursor?: string }): Promise<KeyPage>;
}

/** For how long a read may be answered from the data centre's own cache: the least that Workers KV takes. */
export const kvCacheSeconds = 30;

export interface StoredValue {
  readonly value: ReadableStream<Uint8Array<ArrayBuffer>> | null;
  readonly metadata: unknown;
}

export interface KeyPage {
  readonly keys: readonly { readonly name: string; readonly metadata?: unknown }[];
  readonly list_complete: boolean;
  readonly cursor?: string;
}

/** What was thrown, in one line. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** KV or a Durable Object did not take or give a value. Trying again may help. */
export class StoreError extends Error {
  readonly code = 'STORE_UNAVAILABLE';

  constructor(cause: unknown) {
    super(messageOf(cause), { cause });
    this.name = 'StoreError';
  }
}

/** The bindings as they are used, and a line for each that is wrong: a slip closes a door and never opens one. */
export function readBindings(bindings: Bindings): { configuration: Configuration; problems: readonly string[] } {
  const { STORE, ADMIN_KEY_SHA256, TOKEN_KEY, OPEN, DEFAULT_CLUSTER } = bindings;
  const { ENDPOINT_HOST, TOKEN_HOST_SUFFIX, OUTSIDE_ZONE } = bindings;
  const problems: string[] = [];
  if (STORE === undefined) problems.push('no KV namespace is bound as STORE; nothing can be answered');
  const objects = readObjects(bindings);
  if (objects === undefined) {
    const names = 'REGISTRY, PUBLICATIONS and JOURNAL';
    problems.push(`${names} are not all bound; nothing can be registered or published`);
  }
  const hexadecimal256 = (name: string, value: string | undefined): string | undefined => {
    if (value === undefined || /^[0-9a-f]{64}$/i.test(value)) return value?.toLowerCase();
    problems.push(`${name} is not 64 hexadecimal digits; it counts as absent`);
    return undefined;
  };
  const defaultCluster = DEFAULT_CLUSTER === undefined ? undefined : parseClusterId(DEFAULT_CLUSTER);
  if (defaultCluster === undefined && DEFAULT_CLUSTER !== undefined) {
    problems.push('DEFAULT_CLUSTER is not 1 to 32 of a-z, 0-9 and "-"; it counts as absent');
  }
  if (OPEN !== undefined && OPEN !== 'true' && OPEN !== 'false') {
    problems.push('OPEN is neither "true" nor "false"; questions need a token');
  }
  const endpointHost = nameOrUndefined(ENDPOINT_HOST);
  if (endpointHost === undefined && ENDPOINT_HOST !== undefined) {
    problems.push('ENDPOINT_HOST is no host name; it counts as absent');
  }
  const tokenHostSuffix = nameOrUndefined(TOKEN_HOST_SUFFIX);
  const policy = parseOutsidePolicy(OUTSIDE_ZONE ?? 'refuse', { endpointHost, tokenHostSuffix });
  if ('reason' in policy) problems.push(`OUTSIDE_ZONE counts as "refuse": ${policy.reason}`);
  const configuration = {
    store: STORE ?? missingStore,
    objects,
    administratorKeySha256: hexadecimal256('ADMIN_KEY_SHA256', ADMIN_KEY_SHA256),
    tokenKey: hexadecimal256('TOKEN_KEY', TOKEN_KEY),
    isOpen: OPEN === 'true',
    defaultCluster,
    // A suffix that is no name is told by those who take tokens by it (access/settings.ts).
    endpointHosts: [endpointHost, tokenHostSuffix].filter((host) => host !== undefined),
    outside: { policy: 'reason' in policy ? refuseOutside.policy : policy, endpointHost },
    metrics: bindings.METRICS,
  };
  return { configuration, problems };
}

/** Without a journal nobody would see what is done by them, nor why nothing is logged. */
function readObjects({ REGISTRY, PUBLICATIONS, JOURNAL }: Bindings): Objects | undefined {
  if (REGISTRY === undefined || PUBLICATIONS === undefined || JOURNAL === undefined) return undefined;
  return objectsOf(REGISTRY, PUBLICATIONS);
}

/** Calls by new stubs each time, since one may break with its object. Whatever goes wrong is a StoreError. */
export function objectsOf(
  registry: ObjectNamespace<RegistryCalls>,
  publications: ObjectNamespace<PublicationsCalls>,
): Objects {
  return {
    registry: callsOf(registry, registryName),
    publicationsOf: (cluster) => callsOf(publications, cluster),
  };
}

function callsOf<Calls extends object>(namespace: ObjectNamespace<Calls>, name: string): Calls {
  return withNamedCalls(() => namespace.getByName(name));
}

/** Stands where none is bound: nobody gets an answer from it, and everything else goes on. */
const missingStore = withNamedCalls<KeyValueStore>(() => {
  throw new Error('no KV namespace is bound as STORE');
});

/** The same store; whatever it throws is a StoreError. */
export function withNamedFailures(store: KeyValueStore): KeyValueStore {
  // One function for both forms, which the compiler cannot see.
  const get = (key: string, options: { type: 'text' }) => named(() => store.get(key, options));
  return {
    get: get as KeyValueStore['get'],
    getWithMetadata: (key, options) => named(() => store.getWithMetadata(key, options)),
    put: (key, value, options) => named(() => store.put(key, value, options)),
    delete: (key) => named(() => store.delete(key)),
    list: (options) => named(() => store.list(options)),
  };
}

/** All methods of what `target` gives, of which each gives a promise; whatever goes wrong is a StoreError. */
function withNamedCalls<Target extends object>(target: () => Target): Target {
  type Methods = Readonly<Record<string, (...args: readonly unknown[]) => Promise<unknown>>>;
  const get = (_: Target, method: string | symbol) => {
    return (...args: readonly unknown[]) => named(async () => (target() as Methods)[String(method)]!(...args));
  };
  return new Proxy({} as Target, { get });
}

async function named<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    throw new StoreError(cause);
  }
}
