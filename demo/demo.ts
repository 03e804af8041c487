/**
 * The whole system on this machine: a cluster, the agent beside it, the Worker in workerd, and a door in front.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DohClient } from '../client/doh-client.ts';
import { type Published, runAgent } from '../sync-agent/agent.ts';
import { KubeConnection } from '../sync-agent/kube/connection.ts';
import { HttpEdge } from '../sync-agent/publish/edge.ts';
import { SigningKey } from '../sync-agent/publish/signing-key.ts';
import { formatName } from '../zone/name.ts';
import { createToken, registerCluster } from './administration.ts';
import { type DemoCluster, startDemoCluster } from './demo-cluster.ts';
import { createServerCertificate } from './edge/certificate.ts';
import { startFront } from './edge/front.ts';
import { startWorkerd, type Workerd } from './edge/workerd.ts';
import type { DemoSettings } from './options.ts';
import { PublishedRecords } from './published-records.ts';
import { type ReadyFile, writeReadyFile } from './ready-file.ts';
import { askOne, exampleQuestions } from './tour.ts';
import { welcome } from './welcome.ts';

type RunSettings = Extract<DemoSettings, { kind: 'run' }>;
type Print = (line: string) => void;

/** What was started, to be ended in reverse order. */
type Ending = (() => unknown)[];

const workerEntry = fileURLToPath(new URL('../worker/index.ts', import.meta.url));

/** Resolves when the signal aborts and everything has ended. Rejects with an error whose message is one clear line. */
export async function runDemo(settings: RunSettings, print: Print, signal: AbortSignal): Promise<void> {
  const ending: Ending = [];
  try {
    const directory = mkdtempSync(join(tmpdir(), 'kube-doh-'));
    ending.push(() => rmSync(directory, { recursive: true, force: true }));
    const cluster = await startDemoCluster(settings.agent.kubeSource, directory, print);
    ending.push(cluster.stop);
    const connection = new KubeConnection(cluster.source);
    print(`cluster  ${cluster.description}`);
    const key = SigningKey.generate();
    const edge = await startEdge(settings, directory, key, ending, print);
    await serve(settings, { cluster, connection, key, edge }, print, signal);
  } finally {
    for (const end of ending.reverse()) await end();
  }
}

interface Edge {
  readonly workerd: Workerd;
  readonly ready: ReadyFile;
  readonly client: DohClient;
}

/** Workerd with the cluster registered, and the door in front of it. */
async function startEdge(
  { agent, listen, isOpen, isPlain }: RunSettings,
  directory: string,
  key: SigningKey,
  ending: Ending,
  print: Print,
): Promise<Edge> {
  const { cluster, snapshot } = agent;
  const workerd = await startWorkerd({ entry: workerEntry, isOpen, defaultCluster: cluster, log: print });
  ending.push(workerd.stop);
  const names = [listen.host, 'localhost', '127.0.0.1', '::1'];
  const certificate = isPlain ? undefined : await createServerCertificate(names, Date.now());
  const front = await startFront({ ...listen, certificate, upstream: workerd.url });
  ending.push(front.stop);
  const host = listen.host.includes(':') ? `[${listen.host}]` : listen.host;
  const url = `${isPlain ? 'http' : 'https'}://${host}:${front.port}`;
  print(`edge     ${url} (workerd, ${isPlain ? 'HTTP/1.1' : 'HTTP/2 and HTTP/1.1'})`);

  await registerCluster(workerd, cluster, key.publicKey, snapshot.zoneOrigins);
  const token = isOpen ? null : await createToken(workerd, cluster);
  const ca = certificate === undefined ? null : join(directory, 'ca.pem');
  if (certificate !== undefined && ca !== null) writeFileSync(ca, certificate.authorityPem);
  const doh = `${url}${token === null ? '' : `/t/${token}`}/dns-query`;
  const client = new DohClient({ url: new URL(doh), authorityPem: certificate?.authorityPem });
  ending.push(() => client.close());
  const zones = snapshot.zoneOrigins.map((zone) => formatName(zone).slice(0, -1));
  return { workerd, client, ready: { url, doh, token, cluster, zones, ca } };
}

interface Parts {
  readonly cluster: DemoCluster;
  readonly connection: KubeConnection;
  readonly key: SigningKey;
  readonly edge: Edge;
}

/** Runs the agent; greets when the first names are answered, then tells what changes. */
async function serve(settings: RunSettings, parts: Parts, print: Print, signal: AbortSignal): Promise<void> {
  const { agent } = settings;
  const { cluster, connection, key, edge } = parts;
  const records = new PublishedRecords(agent.snapshot.zoneOrigins[0]);
  const failed = new AbortController();
  let isGreeted = false;
  const onPublished = ({ manifest, image }: Published): void => {
    const changes = records.follow(image);
    if (isGreeted) for (const line of changes) print(`  ${line}`);
    else print(`agent    published serial ${manifest.serial}: ${image.length} octets, ${manifest.length} compressed`);
  };
  const onReady = (): void => {
    greet(settings, cluster, edge, records, print).then(
      () => {
        isGreeted = true;
      },
      (error: unknown) => failed.abort(error),
    );
  };
  print('agent    listing Namespaces, Services and EndpointSlices …');
  const options = { ...agent, api: connection, edge: new HttpEdge(edge.workerd.url, key), log: print, failFast: true };
  await runAgent({ ...options, onPublished, onReady }, AbortSignal.any([signal, failed.signal]));
  if (!signal.aborted) failed.signal.throwIfAborted();
}

async function greet(
  { readyFile }: RunSettings,
  { isEmbedded, changeCommands }: DemoCluster,
  { client, ready }: Edge,
  records: PublishedRecords,
  print: Print,
): Promise<void> {
  const [zone] = ready.zones;
  const questions = isEmbedded ? exampleQuestions : records.sampleQuestions();
  const answers = await Promise.all(questions.map((question) => askOne(client, zone!, question)));
  const name = `${questions[0]?.name ?? 'kubernetes.default.svc'}.${zone}`;
  const doh = new URL(ready.doh);
  for (const line of welcome({ answers, name, doh, ca: ready.ca ?? undefined, changeCommands })) print(line);
  if (readyFile !== undefined) writeReadyFile(readyFile, ready);
}
