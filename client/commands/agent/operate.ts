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
import type { LogWriter } from '../../../sync-agent/log-writer.ts';
import type { OperatingSettings } from '../../../sync-agent/operating-options.ts';
import type { AgentSettings } from '../../../sync-agent/options.ts';
import type { Duties } from '../../../sync-agent/preflight/needs.ts';
import { preflight, tellPreflight } from '../../../sync-agent/preflight/preflight.ts';
import { objectsWithProblems, type ProblemCounts } from '../../../sync-agent/problem-log.ts';
import { HttpEdge } from '../../../sync-agent/publish/edge.ts';
import type { Published } from '../../../sync-agent/publish/publisher.ts';
import { isReadableByOthers, SigningKey } from '../../../sync-agent/publish/signing-key.ts';
import { scopeOf } from '../../../sync-agent/selection.ts';
import type { SupplementSource } from '../../../sync-agent/supplements/source.ts';
import type { SupplementPublisher } from '../../../sync-agent/supplements/supplement-publisher.ts';
import type { SupplementKind } from '../../../zone/supplement/supplement.ts';
import { both } from './both.ts';
import { leaseSettings } from './lease.ts';
import { type Monitoring, noMonitoring } from './monitoring.ts';

export interface Operation {
  readonly edgeUrl: URL;
  readonly settings: AgentSettings;
  readonly operating: OperatingSettings;
  readonly log: LogWriter;
}

/** What every part works with. */
type Common = Pick<
  AgentOptions,
  'cluster' | 'selection' | 'names' | 'publishIntervalMilliseconds' | 'once' | 'edge' | 'supplements' | 'log'
> & {
  readonly api: KubeConnection;
};

/** Resolves when it was told to end and has. Rejects with an error whose message is one clear line. */
export async function operate(operation: Operation, signal: AbortSignal): Promise<void> {
  const { edgeUrl, settings, operating, log } = operation;
  const monitoring = await monitoringOf(operating, log);
  const [key, api] = both(
    () => SigningKey.fromFile(operating.keyPath),
    () => new KubeConnection(settings.kubeSource ?? { type: 'inCluster' }, monitoring.tell),
  );
  const edge = new HttpEdge(edgeUrl, key);
  const supplements = await supplementPublishers(settings.supplementKinds, edgeUrl, key);
  const common = { ...settings, once: operating.isOnce, api, edge, supplements, log };
  try {
    await monitoring.start();
    tellBeginning(operation, key.publicKey);
    tellOpenKey(operation);
    if (operating.isDryRun) {
      await checkPermissions(common, { lease: undefined, writesEvents: false, tellsIdentity: false }, signal);
      await dryRun({ ...common, print }, signal);
    } else await publish(common, operation, monitoring, signal);
    log.info('ended');
  } finally {
    await monitoring.stop();
    api.close();
  }
}

async function publish(
  common: Common,
  { settings, operating }: Operation,
  monitoring: Monitoring,
  signal: AbortSignal,
): Promise<void> {
  const { api, log } = common;
  const { tell } = monitoring;
  // As client-go's users do it: the pod's name for people, and something that a restart does not repeat.
  const identity = `${hostname()}_${randomUUID()}`;
  const parts = { api, clock, random: Math.random, log, tell };
  const lease = operating.election && leaseSettings(operating.election, identity);
  await checkPermissions(common, { lease, writesEvents: operating.writesEvents, tellsIdentity: true }, signal);
  let isPublished = false;
  const events = operating.writesEvents ? new EventWriter({ ...parts, identity }) : undefined;
  await runAgent(
    {
      ...settings,
      ...common,
      tell,
      leadership: lease && new Elector({ ...parts, lease, givesUpWhenHeld: operating.isOnce }),
      onStatus: monitoring.onStatus,
      onProblems: (problems, term) => events?.report(problems, term),
      onPublished: (published, problems) => {
        isPublished = true;
        tellPublished(log, published, problems);
        monitoring.onProblems(problems);
      },
      onReady: () => log.info('ready: every watch is open'),
    },
    signal,
  );
  if (operating.isOnce && !isPublished) throw new Error('nothing is published: it was told to end before');
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

async function supplementPublishers(
  kinds: readonly SupplementKind[],
  edgeUrl: URL,
  key: SigningKey,
): Promise<readonly SupplementPublisher[]> {
  if (kinds.length === 0) return [];
  // Loaded only here: without --remarks and --endpoints their memory is not needed.
  const [{ SupplementPublisher }, { HttpSupplementEdge }, ...sources] = await Promise.all([
    import('../../../sync-agent/supplements/supplement-publisher.ts'),
    import('../../../sync-agent/supplements/supplement-edge.ts'),
    ...kinds.map((kind) => supplementSources[kind]()),
  ]);
  const edge = new HttpSupplementEdge(edgeUrl, key);
  return sources.map((source) => new SupplementPublisher(source, edge));
}

const supplementSources: Readonly<Record<SupplementKind, () => Promise<SupplementSource>>> = {
  remarks: async () => (await import('../../../sync-agent/remarks/remarks-source.ts')).remarksSource,
  endpoints: async () => (await import('../../../sync-agent/endpoints/endpoints-source.ts')).endpointsSource,
};

async function monitoringOf({ listen, election }: OperatingSettings, log: LogWriter): Promise<Monitoring> {
  if (listen === undefined) return noMonitoring;
  // Loaded only here: without --listen neither the server nor the memory of the metrics is needed.
  const { ServedMonitoring } = await import('./served-monitoring.ts');
  return new ServedMonitoring(listen, election?.leaseName, log);
}

function tellBeginning({ edgeUrl, settings, operating, log }: Operation, publicKey: string): void {
  const { cluster } = settings;
  const { origin } = edgeUrl;
  const what = operating.isDryRun
    ? `comparing cluster ${cluster} with ${origin}`
    : `publishing cluster ${cluster} to ${origin}`;
  log.info(`${what}, signed with the key whose public half is ${publicKey}`, { cluster, edge: origin, publicKey });
}

/** In a pod there are no others, and a Secret that is mounted without further ado is open to all of them. */
function tellOpenKey({ settings, operating: { keyPath }, log }: Operation): void {
  if (settings.kubeSource === undefined || !isReadableByOthers(keyPath)) return;
  log.warn(`others on this machine can read the signing key ${keyPath}: take that from them, as by "chmod 600"`);
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
