/** Puts the agent together and runs it to its end: key, connection, probes and metrics, permissions, Lease, publishing. */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { type AgentOptions, runAgent } from '../../../sync-agent/agent.ts';
import { dryRun } from '../../../sync-agent/dry-run.ts';
import { EventWriter } from '../../../sync-agent/events/event-writer.ts';
import { systemClock as clock } from '../../../sync-agent/kube/clock.ts';
import { KubeConnection } from '../../../sync-agent/kube/connection.ts';
import { Elector } from '../../../sync-agent/leader/elector.ts';
import type { Log } from '../../../sync-agent/log.ts';
import type { OperatingSettings } from '../../../sync-agent/operating-options.ts';
import type { AgentSettings } from '../../../sync-agent/options.ts';
import type { Duties } from '../../../sync-agent/preflight/needs.ts';
import { preflight, tellPreflight } from '../../../sync-agent/preflight/preflight.ts';
import { objectsWithProblems, type ProblemCounts } from '../../../sync-agent/problem-log.ts';
import { HttpEdge } from '../../../sync-agent/publish/edge.ts';
import type { Published } from '../../../sync-agent/publish/publisher.ts';
import { SigningKey } from '../../../sync-agent/publish/signing-key.ts';
import { scopeOf } from '../../../sync-agent/selection.ts';
import { leaseSettings } from './lease.ts';
import { nobody, type Watcher } from './watcher.ts';

export interface Operation {
  readonly edgeUrl: URL;
  readonly settings: AgentSettings;
  readonly operating: OperatingSettings;
  readonly log: Log;
}

/** What every part works with. */
type Common = Pick<
  AgentOptions,
  'cluster' | 'selection' | 'names' | 'publishIntervalMilliseconds' | 'once' | 'edge' | 'log'
> & {
  readonly api: KubeConnection;
};

/** Resolves when it was told to end and has. Rejects with an error whose message is one clear line. */
export async function operate(operation: Operation, signal: AbortSignal): Promise<void> {
  const { edgeUrl, settings, operating, log } = operation;
  const key = SigningKey.fromFile(operating.keyPath);
  const watcher = await watcherOf(operating, log);
  const api = new KubeConnection(settings.kubeSource ?? { type: 'inCluster' }, watcher.tell);
  const common = { ...settings, once: operating.isOnce, api, edge: new HttpEdge(edgeUrl, key), log };
  try {
    await watcher.start();
    tellBeginning(operation, key.publicKey);
    if (operating.isDryRun) {
      await checkPermissions(common, { lease: undefined, writesEvents: false, tellsIdentity: false }, signal);
      await dryRun({ ...common, print }, signal);
    } else await publish(common, operation, watcher, signal);
    log.info('ended');
  } finally {
    await watcher.stop();
    api.close();
  }
}

async function publish(
  common: Common,
  { settings, operating }: Operation,
  watcher: Watcher,
  signal: AbortSignal,
): Promise<void> {
  const { api, log } = common;
  const { tell } = watcher;
  // As client-go's users do it: the pod's name for people, and something that a restart does not repeat.
  const identity = `${hostname()}_${randomUUID()}`;
  const parts = { api, clock, random: Math.random, log, tell };
  const lease = operating.election && leaseSettings(operating.election, identity);
  await checkPermissions(common, { lease, writesEvents: operating.writesEvents, tellsIdentity: true }, signal);
  const events = operating.writesEvents ? new EventWriter({ ...parts, identity }) : undefined;
  await runAgent(
    {
      ...settings,
      ...common,
      tell,
      leadership: lease && new Elector({ ...parts, lease }),
      onStatus: watcher.onStatus,
      onProblems: (problems) => events?.report(problems, signal),
      onPublished: (published, problems) => {
        tellPublished(log, published, problems);
        watcher.onProblems(problems);
      },
      onReady: () => log.info('ready: every watch is open'),
    },
    signal,
  );
}

/** Rejects when nothing could be published: then somebody has to grant something first. */
async function checkPermissions(
  { api, selection, names, log }: Common,
  duties: Duties,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted) return;
  const report = await preflight({ api, scope: scopeOf(selection, names), duties }, signal).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
  if (report === undefined) return;
  tellPreflight(report, log);
  const { length: count } = report.errors;
  if (count > 0) throw new Error(`${count === 1 ? 'a permission is' : `${count} permissions are`} missing, see above`);
}

async function watcherOf({ listen, election }: OperatingSettings, log: Log): Promise<Watcher> {
  if (listen === undefined) return nobody;
  // Only now: who does not listen needs neither the server nor the memory of the metrics.
  const { ServedWatcher } = await import('./served-watcher.ts');
  return new ServedWatcher(listen, election?.leaseName, log);
}

function tellBeginning({ edgeUrl, settings, operating, log }: Operation, publicKey: string): void {
  const { cluster } = settings;
  const { origin } = edgeUrl;
  const what = operating.isDryRun
    ? `comparing cluster ${cluster} with ${origin}`
    : `publishing cluster ${cluster} to ${origin}`;
  log.info(`${what}, signed with the key whose public half is ${publicKey}`, { cluster, edge: origin, publicKey });
}

function tellPublished(log: Log, { manifest, image }: Published, problems: ProblemCounts): void {
  const { epoch, serial, length } = manifest;
  const count = objectsWithProblems(problems);
  const wrong = count === 0 ? '' : `, ${count} ${count === 1 ? 'object' : 'objects'} with problems`;
  log.info(`published epoch ${epoch}, serial ${serial}: ${image.length} octets, ${length} compressed${wrong}`, {
    epoch,
    serial,
    octets: image.length,
    compressedOctets: length,
    ...(count === 0 ? {} : { objectsWithProblems: count }),
  });
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
