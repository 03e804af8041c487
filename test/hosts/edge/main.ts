/**
 * `node main.ts HOST:PORT READY_FILE`: the cluster of the demo with its examples, an agent beside it and an edge in front
 * of it, all as `npm start` has them. Beside what that tells, the ready file says how to administer the edge, which takes
 * tokens away, and which addresses the cluster's API says that pods and Services have.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createToken, registerCluster } from '../../../demo/administration.ts';
import { startExampleCluster } from '../../../demo/demo-cluster.ts';
import { createServerCertificate } from '../../../demo/edge/certificate.ts';
import { startWorkerd } from '../../../demo/edge/workerd.ts';
import { startFront } from '../../../edge/front/front.ts';
import { runAgent } from '../../../sync-agent/agent.ts';
import type { KubeConnection } from '../../../sync-agent/kube/connection.ts';
import { messagesOnly } from '../../../sync-agent/log-writer.ts';
import { readAgentFlags } from '../../../sync-agent/options.ts';
import { HttpEdge } from '../../../sync-agent/publish/edge.ts';
import { SigningKey } from '../../../sync-agent/publish/signing-key.ts';
import { clusterName, ttlSeconds, zones } from '../names.ts';
import type { Edge } from './edge.ts';

const [listen = '', readyFile = ''] = process.argv.slice(2);
const [host = '', port] = listen.split(':');
const directory = dirname(readyFile);
const log = (line: string): void => void process.stderr.write(`${line}\n`);

const [, alias] = zones;
const settings = readAgentFlags({
  cluster: clusterName,
  alias: [alias],
  ttl: String(ttlSeconds),
  'deletion-guard': '100',
});
const cluster = await startExampleCluster(directory, log);
const workerd = await startWorkerd({
  isOpen: false,
  defaultCluster: settings.cluster,
  variables: { OUTSIDE_ZONE: 'refuse' },
  log,
});
const certificate = await createServerCertificate([host], Date.now());
const front = await startFront({ host, port: Number(port), certificate, upstream: workerd.upstream });
const key = SigningKey.generate();
await registerCluster(workerd, settings.cluster, key.publicKey, { zones: settings.names.zoneOrigins });
const publisher = new HttpEdge(workerd.url, key);
const untilKilled = new AbortController().signal;
await runAgent({ ...settings, api: cluster.api, edge: publisher, log: messagesOnly(log), onReady }, untilKilled);

/** The first names are stored at the edge. */
function onReady(): void {
  write().catch((error: unknown) => {
    log(String(error));
    process.exit(1);
  });
}

async function write(): Promise<void> {
  const authorityFile = join(directory, 'edge-authority.pem');
  writeFileSync(authorityFile, certificate.authorityPem);
  const edge: Edge = {
    url: `https://${host}:${front.port}`,
    token: await createToken(workerd, settings.cluster),
    authorityFile,
    apiUrl: /server: (\S+)/.exec(readFileSync(join(directory, 'kubeconfig'), 'utf8'))![1]!,
    administration: { url: workerd.url.origin, key: workerd.administratorKey },
    pods: await podsOf(cluster.api),
    services: await servicesOf(cluster.api),
  };
  writeFileSync(`${readyFile}.part`, JSON.stringify(edge));
  renameSync(`${readyFile}.part`, readyFile);
}

interface Listed<Item> {
  readonly items: readonly (Item & { readonly metadata: { readonly name: string; readonly namespace: string } })[];
}

async function podsOf(api: KubeConnection): Promise<Edge['pods']> {
  const list = (await api.request('/api/v1/pods', { signal: untilKilled, timeoutMilliseconds: 10_000 })) as Listed<{
    readonly status: { readonly podIP: string };
  }>;
  return Object.fromEntries(
    list.items.map(({ metadata, status }) => [`${metadata.namespace}/${metadata.name}`, status.podIP]),
  );
}

async function servicesOf(api: KubeConnection): Promise<Edge['services']> {
  const list = (await api.request('/api/v1/services', { signal: untilKilled, timeoutMilliseconds: 10_000 })) as Listed<{
    readonly spec: { readonly clusterIP: string };
  }>;
  return Object.fromEntries(
    list.items.map(({ metadata, spec }) => [`${metadata.namespace}/${metadata.name}`, spec.clusterIP]),
  );
}
