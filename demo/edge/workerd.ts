/**
 * The Worker in workerd on this machine, with an empty store: what runs at the edge, without an account.
 */
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Miniflare, NoOpLog } from 'miniflare';
import { bundleWorker } from './bundle.ts';

export interface WorkerdOptions {
  /** Path of the Worker's entry. */
  readonly entry: string;
  readonly isOpen: boolean;
  readonly defaultCluster: string;
  /** Further variables of the Worker, such as ENDPOINT_HOST. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Bindings that limit rates, such as RATE_BY_TOKEN, by their names. */
  readonly rateLimits?: Readonly<Record<string, RateLimit>>;
  /** Told the problems that the Worker logs. */
  readonly log: (line: string) => void;
  /** Told what it logs that is as it should be. */
  readonly logEvent?: (line: string) => void;
}

interface RateLimit {
  readonly limit: number;
  readonly periodSeconds: 10 | 60;
}

interface StoredValues {
  getWithMetadata(key: string, type: 'arrayBuffer'): Promise<{ value: ArrayBuffer | null; metadata: unknown }>;
  put(key: string, value: Uint8Array, options: { metadata: unknown }): Promise<void>;
}

export interface Workerd {
  /** Plain HTTP/1.1 on a loopback port of its own. */
  readonly url: URL;
  readonly administratorKey: string;
  /** What the Worker keeps in KV. */
  store(): Promise<StoredValues>;
  stop(): Promise<void>;
}

export async function startWorkerd({
  entry,
  isOpen,
  defaultCluster,
  variables = {},
  rateLimits = {},
  log,
  logEvent = () => {},
}: WorkerdOptions): Promise<Workerd> {
  const administratorKey = randomBytes(32).toString('hex');
  const contents = await bundleWorker(entry);
  const ourListeners = signalListeners();
  const miniflare = new Miniflare({
    host: '127.0.0.1',
    port: 0,
    cf: false,
    logRequests: false,
    log: new NoOpLog(),
    handleStructuredLogs: ({ level, message }) => {
      (level === 'error' || level === 'warn' ? log : logEvent)(message);
    },
    workers: [
      {
        config: {
          name: workerName,
          compatibilityDate: deployedCompatibilityDate(),
          manifest: {
            mainModule: 'worker.mjs',
            modulesRoot: '/',
            modules: { 'worker.mjs': { type: 'esm', contents } },
          },
          env: {
            STORE: { type: 'kv', id: 'STORE' },
            REGISTRY: object('Registry'),
            PUBLICATIONS: object('Publications'),
            JOURNAL: object('Journal'),
            ADMIN_KEY_SHA256: text(createHash('sha256').update(administratorKey).digest('hex')),
            TOKEN_KEY: text(randomBytes(32).toString('hex')),
            OPEN: text(String(isOpen)),
            DEFAULT_CLUSTER: text(defaultCluster),
            ...Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, text(value)])),
            ...Object.fromEntries(Object.entries(rateLimits).map(([name, limit]) => [name, rateLimit(name, limit)])),
          },
          exports: { Registry: objectClass, Publications: objectClass, Journal: objectClass },
        },
        dev: { rootPath: '/' },
      },
    ],
  });
  keepOnly(ourListeners);
  return {
    url: await miniflare.ready,
    administratorKey,
    // Its type has the methods of another class.
    store: async () => (await miniflare.getKVNamespace('STORE')) as unknown as StoredValues,
    stop: () => miniflare.dispose(),
  };
}

const workerName = 'kube-doh';

/** A class of Durable Objects that the Worker exports, and its binding. */
const objectClass = { type: 'durable-object', storage: 'sqlite' } as const;

function object(exportName: string) {
  return { type: 'durable-object', worker: workerName, exportName } as const;
}

function text(value: string) {
  return { type: 'text', value } as const;
}

/** A counter of its own for each binding. */
function rateLimit(name: string, { limit, periodSeconds }: RateLimit) {
  return { type: 'rate-limit', namespace: name, simple: { limit, period: periodSeconds } } as const;
}

/** As the deployed Worker has it. */
function deployedCompatibilityDate(): string {
  const configuration = readFileSync(new URL('../../wrangler.toml', import.meta.url), 'utf8');
  return /^compatibility_date = "(.+)"$/m.exec(configuration)![1]!;
}

const endingSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

function signalListeners(): ReadonlySet<unknown> {
  return new Set(endingSignals.flatMap((signal) => process.listeners(signal)));
}

/**
 * Miniflare ends the process at a signal, before anybody else has tidied up; whoever started it calls `stop`. What it does
 * when the process exits stays: workerd never outlives it.
 */
function keepOnly(listeners: ReadonlySet<unknown>): void {
  for (const signal of endingSignals) {
    for (const listener of process.listeners(signal)) if (!listeners.has(listener)) process.off(signal, listener);
  }
}
