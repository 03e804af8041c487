/**
 * The whole system on this machine: a cluster, the agent beside it, the Worker in workerd, and a door in front.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeReadyFile, writeReadyFile } from '../client/ready-file.ts';
import { runAgent } from '../sync-agent/agent.ts';
import { endpointsSource } from '../sync-agent/endpoints/endpoints-source.ts';
import { messagesOnly } from '../sync-agent/log-writer.ts';
import { HttpEdge } from '../sync-agent/publish/edge.ts';
import type { Published } from '../sync-agent/publish/publisher.ts';
import { remarksSource } from '../sync-agent/remarks/remarks-source.ts';
import { type Selection, scopeOf } from '../sync-agent/selection.ts';
import { HttpSupplementEdge } from '../sync-agent/supplements/supplement-edge.ts';
import { SupplementPublisher } from '../sync-agent/supplements/supplement-publisher.ts';
import { connectToCluster, type DemoCluster, startExampleCluster } from './demo-cluster.ts';
import { type DemoEdge, startDemoEdge } from './demo-edge.ts';
import { Ending } from './ending.ts';
import type { RunSettings } from './options.ts';
import { PublishedRecords } from './published-records.ts';
import { askAll, exampleQuestions, untilAnswered } from './tour.ts';
import { welcome } from './welcome.ts';

type Print = (line: string) => void;

const supplementSources = { remarks: remarksSource, endpoints: endpointsSource } as const;

/**
 * Resolves when the signal aborts and everything has ended, but for what was just starting: that ends with the process.
 * Rejects with an error whose message is one clear line.
 */
export async function runDemo(settings: RunSettings, print: Print, signal: AbortSignal): Promise<void> {
  const ending = new Ending();
  try {
    signal.throwIfAborted();
    if (settings.readyFile !== undefined) removeReadyFile(settings.readyFile);
    const directory = temporaryDirectory(ending);
    const { cluster, edge } = await orAborted(startParts(settings, directory, ending, print, signal), signal);
    await serve(settings, cluster, edge, print, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    await ending.run();
  }
}

/** Removed even when the process is ended before everything else is. */
function temporaryDirectory(ending: Ending): string {
  const directory = mkdtempSync(join(tmpdir(), 'kube-doh-'));
  const remove = (): void => rmSync(directory, { recursive: true, force: true });
  process.once('exit', remove);
  ending.add(() => {
    process.off('exit', remove);
    remove();
  });
  return directory;
}

/** A start is not waited for when nobody wants it any more. */
function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  return Promise.race([promise, aborted]);
}

interface Parts {
  readonly cluster: DemoCluster;
  readonly edge: DemoEdge;
}

/** Starts the cluster and the edge at the same time; the user's own cluster is asked first, since it may not be there. */
async function startParts(
  settings: RunSettings,
  directory: string,
  ending: Ending,
  print: Print,
  signal: AbortSignal,
): Promise<Parts> {
  const { kubeSource } = settings.agent;
  print(kubeSource === undefined ? 'cluster  starting …' : `cluster  asking the one of ${kubeSource.path} …`);
  const connected = kubeSource && (await connectToCluster(kubeSource, signal));
  const [cluster, edge] = await Promise.allSettled([
    connected ?? startExampleCluster(directory, (line) => print(`cluster  ${line}`)),
    startDemoEdge(settings, directory, (line) => print(`edge     ${line}`)),
  ]);
  for (const part of [cluster, edge]) if (part.status === 'fulfilled') ending.add(() => part.value.stop());
  if (cluster.status === 'rejected') throw cluster.reason;
  if (edge.status === 'rejected') throw edge.reason;
  signal.throwIfAborted();
  print(`cluster  ${cluster.value.description}`);
  print(`edge     ${edge.value.description}`);
  return { cluster: cluster.value, edge: edge.value };
}

/** Runs the agent; greets when the first names are answered, then tells what changes. */
async function serve(
  settings: RunSettings,
  cluster: DemoCluster,
  edge: DemoEdge,
  print: Print,
  signal: AbortSignal,
): Promise<void> {
  const records = new PublishedRecords(settings.agent.names.zoneOrigins[0]);
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  let isGreeted = false;
  const onPublished = ({ manifest, image }: Published): void => {
    const changes = records.follow(image);
    if (isGreeted) for (const line of changes) print(`  ${line}`);
    else print(`agent    published serial ${manifest.serial}: ${image.length} octets, ${manifest.length} compressed`);
  };
  const onReady = (): void => {
    greet(settings, cluster, edge, records, print, either).then(
      () => {
        isGreeted = true;
      },
      (error: unknown) => failed.abort(error),
    );
  };
  for (const warning of settings.agent.warnings) print(`agent    ${warning}`);
  print(`agent    listing ${observedKinds(settings.agent).join(', ')} …`);
  const supplementEdge = new HttpSupplementEdge(edge.workerUrl, edge.signingKey);
  const agent = {
    ...settings.agent,
    api: cluster.api,
    edge: new HttpEdge(edge.workerUrl, edge.signingKey),
    supplements: settings.agent.supplementKinds.map(
      (kind) => new SupplementPublisher(supplementSources[kind], supplementEdge),
    ),
    log: messagesOnly((line) => print(`agent    ${line}`)),
    failFast: true,
  };
  await runAgent({ ...agent, onPublished, onReady }, either);
  if (!signal.aborted) failed.signal.throwIfAborted();
}

async function greet(
  { agent, readyFile }: RunSettings,
  { isEmbedded, changeCommands }: DemoCluster,
  { client, ready }: DemoEdge,
  records: PublishedRecords,
  print: Print,
  signal: AbortSignal,
): Promise<void> {
  const [zone] = ready.zones;
  await untilAnswered(client, zone, signal);
  const hasAllExamples = isEmbedded && selectsNothing(agent.selection);
  const questions = hasAllExamples ? exampleQuestions : records.sampleQuestions();
  const answers = await askAll(client, zone, questions);
  const commands = hasAllExamples ? changeCommands : [];
  for (const line of welcome({ zone, answers, ready, changeCommands: commands })) print(line);
  if (readyFile !== undefined) writeReadyFile(readyFile, ready);
}

function observedKinds({ selection, names }: RunSettings['agent']): string[] {
  const { observesPods, observesServiceImports } = scopeOf(selection, names);
  const more = [...(observesPods ? ['Pods'] : []), ...(observesServiceImports ? ['ServiceImports'] : [])];
  return ['Namespaces', 'Services', 'EndpointSlices', ...more];
}

function selectsNothing({ namespaces, labelSelector }: Selection): boolean {
  return namespaces.type === 'all' && labelSelector === undefined;
}
