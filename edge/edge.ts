/**
 * The edge on this machine: the Worker in workerd, its KV namespace and Durable Objects on disk, a meter, and a door in front.
 *
 * Two processes: this one has the door, the store and the meter, and keeps workerd running. They talk over sockets in a folder
 * that only their user can look into. Either may be killed at any moment; what the Worker has told anybody it has stored is on
 * disk.
 */
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { UpstreamAddress } from './front/forward.ts';
import { startFront } from './front/front.ts';
import { Meter } from './meter/meter.ts';
import { MeterServer } from './meter/meter-server.ts';
import { MetricsServer } from './meter/metrics-server.ts';
import { FolderError, privateFolder } from './private-folder.ts';
import type { Program } from './program/program.ts';
import { openRunFolder } from './run/run-folder.ts';
import { readSecrets } from './secrets.ts';
import { DiskStore } from './store/disk-store.ts';
import { KvServer } from './store/kv-server.ts';
import { objectsFolder, type RateLimit, runFiles } from './workerd/configuration.ts';
import { Supervisor } from './workerd/supervisor.ts';
import { type WorkerdLog, WorkerdStartError } from './workerd/workerd-process.ts';

export interface ListenAddress {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
}

export interface EdgeOptions {
  /** Made unless it is there; all that is to be kept is in it. */
  readonly data: string;
  /** Path of workerd. */
  readonly workerd: string;
  readonly program: Program;
  /** Of plain HTTP/1.1. */
  readonly listen: ListenAddress;
  /** Undefined: nowhere. */
  readonly metricsListen: ListenAddress | undefined;
  /** Whether a proxy in front says who asks, in `X-Forwarded-For`. */
  readonly isBehindProxy: boolean;
  /** Of the Worker, beside its secrets; such as DEFAULT_CLUSTER. */
  readonly variables: Readonly<Record<string, string>>;
  readonly rateLimits: Readonly<Record<string, RateLimit>>;
  readonly log: WorkerdLog;
}

export interface Edge {
  readonly port: number;
  readonly metricsPort: number | undefined;
  readonly administratorKeyPath: string;
  readonly store: DiskStore;
  /** Of the Worker, for a further door. */
  readonly upstream: () => Promise<UpstreamAddress | undefined>;
  /** Within a second or two. */
  stop(): Promise<void>;
}

/** As wrangler.toml has them. */
export const deployedRateLimits: Readonly<Record<string, RateLimit>> = {
  RATE_BY_TOKEN: { limit: 1000, periodSeconds: 10 },
  RATE_BY_ADDRESS: { limit: 100, periodSeconds: 10 },
};

/** The classes of Durable Objects in wrangler.toml. */
export const deployedObjects: readonly string[] = ['Registry', 'Publications', 'Journal'];
/** How long a request waits for workerd, which starts in less. */
const patienceMilliseconds = 5000;
const sweepMilliseconds = 60 * 60 * 1000;

/** Rejects with FolderError, ListenError, VariableError or WorkerdStartError, and leaves nothing running then. */
export async function startEdge(options: EdgeOptions): Promise<Edge> {
  const ending = new Ending();
  try {
    return await start(options, ending);
  } catch (error) {
    await ending.run();
    throw told(error, options.data);
  }
}

/** What the system says of a file, a full disk say, names no folder, and what workerd says of its database no way out. */
function told(error: unknown, data: string): unknown {
  const { message, syscall } = error as NodeJS.ErrnoException;
  if (error instanceof WorkerdStartError && /sqlite/i.test(message)) {
    const way = 'move it away, and start again: what is needed is learned from kv/';
    return new FolderError(join(data, objectsFolder), `cannot be read by workerd (${message}): ${way}`, {
      cause: error,
    });
  }
  if (syscall === undefined) return error;
  return new FolderError(data, `cannot be used (${message}): see to that, or choose another`, { cause: error });
}

async function start(options: EdgeOptions, ending: Ending): Promise<Edge> {
  const { workerd, program, listen, metricsListen, isBehindProxy, variables, rateLimits, log } = options;
  privateFolder(options.data);
  // As it is called whatever way leads there, so that sockets and processes of an earlier run are found.
  const data = realpathSync(options.data);
  privateFolder(join(data, objectsFolder));
  const meter = new Meter();
  const store = new DiskStore(join(data, 'kv'));
  const problem = (line: string): void => log(line, 'problem');

  const run = await openRunFolder(data, async (folder) => {
    const path = join(folder, runFiles.kvSocket);
    const kv = await KvServer.start({ store, path, log: problem, onOperation: meter.noteStoreOperation });
    ending.add('store', () => kv.stop());
    const meterServer = await MeterServer.start(join(folder, runFiles.meterSocket), meter.take);
    ending.add('store', () => meterServer.stop());
  });
  ending.add('folder', async () => run.remove());
  if (run.endedProcesses > 0) problem('a workerd that an earlier run had left behind was ended');
  store.clearUnfinished();
  const secrets = readSecrets(data);

  const supervisor = await Supervisor.start({
    workerd,
    folder: run.path,
    program,
    configuration: { variables: { ...variables, ...secrets.variables }, rateLimits, objects: deployedObjects },
    log,
    onRestart: meter.noteRestart,
  });
  ending.add('doors', () => supervisor.stop());
  const upstream = async (): Promise<UpstreamAddress | undefined> => {
    const socketPath = supervisor.socket ?? (await supervisor.socketWithin(patienceMilliseconds));
    return socketPath === undefined ? undefined : { socketPath };
  };
  const front = await startFront({ ...listen, certificate: undefined, upstream, isBehindProxy });
  ending.add('doors', () => front.stop());
  const metrics = metricsListen && (await MetricsServer.start({ ...metricsListen, metrics: () => meter.text() }));
  if (metrics !== undefined) ending.add('doors', () => metrics.stop());
  const sweeping = sweepNowAndThen(store, problem);
  ending.add('doors', async () => clearInterval(sweeping));
  return {
    port: front.port,
    metricsPort: metrics?.port,
    administratorKeyPath: secrets.administratorKeyPath,
    store,
    upstream,
    stop: () => ending.run(),
  };
}

function sweepNowAndThen(store: DiskStore, problem: (line: string) => void): NodeJS.Timeout {
  const sweep = (): void => {
    store.sweep().catch((error: unknown) => problem(`the store cannot be swept: ${(error as Error).message}`));
  };
  sweep();
  return setInterval(sweep, sweepMilliseconds);
}

/** In this order: workerd still writes what it has taken while it ends. */
const stages = ['doors', 'store', 'folder'] as const;

/** What was started, to be ended again: all of a stage at once, the stages one after the other. */
class Ending {
  readonly #ends: { readonly stage: (typeof stages)[number]; readonly end: () => Promise<void> }[] = [];

  add(stage: (typeof stages)[number], end: () => Promise<void>): void {
    this.#ends.push({ stage, end });
  }

  async run(): Promise<void> {
    const all = this.#ends.splice(0);
    for (const stage of stages) {
      await Promise.all(all.filter((each) => each.stage === stage).map(({ end }) => end()));
    }
  }
}
