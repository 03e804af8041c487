/**
 * The self-hosted edge (edge/) for as long as this process runs: the same Worker, store, objects and door, in a folder that
 * goes with it.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { type Edge, startEdge } from '../../edge/edge.ts';
import type { Upstream } from '../../edge/front/forward.ts';
import { loadProgram, type Program } from '../../edge/program/program.ts';
import type { RateLimit } from '../../edge/workerd/configuration.ts';
import { findWorkerd } from '../../edge/workerd/find-workerd.ts';

export interface WorkerdOptions {
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

interface StoredValues {
  getWithMetadata(key: string): Promise<{ value: Uint8Array | null; metadata: unknown }>;
  put(key: string, value: Uint8Array, options: { metadata: unknown }): Promise<void>;
}

export interface Workerd {
  /** Plain HTTP/1.1 on a loopback port of its own. */
  readonly url: URL;
  /** For a further door. */
  readonly upstream: Upstream;
  readonly administratorKey: string;
  /** What the Worker keeps in KV. */
  readonly store: StoredValues;
  stop(): Promise<void>;
}

/** The same for all that this process starts. */
let program: Promise<Program> | undefined;

function loadOnce(): Promise<Program> {
  program ??= loadProgram();
  return program;
}

export async function startWorkerd(options: WorkerdOptions): Promise<Workerd> {
  const { isOpen, defaultCluster, variables = {}, rateLimits = {}, log, logEvent = () => {} } = options;
  const data = mkdtempSync(join(tmpdir(), 'kube-doh-edge-'));
  // workerd may write for another moment.
  const remove = (): void => rmSync(data, { recursive: true, force: true, maxRetries: 10 });
  process.once('exit', remove);
  const forget = (): void => {
    process.off('exit', remove);
    remove();
  };
  try {
    const edge = await startEdge({
      data,
      workerd: findWorkerd({ given: undefined, from: import.meta.filename, path: process.env['PATH'] }),
      program: await loadOnce(),
      listen: { host: '127.0.0.1', port: 0 },
      metricsListen: undefined,
      isBehindProxy: false,
      variables: { OPEN: String(isOpen), DEFAULT_CLUSTER: defaultCluster, ...variables },
      rateLimits,
      log: (line, kind) => (kind === 'problem' ? log(line) : logEvent(line)),
    });
    return {
      url: new URL(`http://127.0.0.1:${edge.port}`),
      upstream: edge.upstream,
      administratorKey: readFileSync(edge.administratorKeyPath, 'utf8').trim(),
      store: storedValues(edge),
      stop: async () => {
        await edge.stop();
        forget();
      },
    };
  } catch (error) {
    forget();
    throw error;
  }
}

function storedValues({ store }: Edge): StoredValues {
  return {
    getWithMetadata: async (key) => {
      const found = await store.open(key);
      if (found === undefined) return { value: null, metadata: null };
      const metadata: unknown = found.metadata === undefined ? null : JSON.parse(found.metadata);
      return { value: await buffer(found.stream()), metadata };
    },
    put: (key, value, { metadata }) =>
      store.put({ key, metadata: JSON.stringify(metadata), expiresAt: undefined }, Readable.from([value])),
  };
}
