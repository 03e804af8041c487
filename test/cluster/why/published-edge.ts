/**
 * A real edge with several clusters, each published by the real agent as operators run it: `kube-doh agent --once`. All of
 * them look at the same control plane; they differ in what is published of it, and how old it may get.
 */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Administration } from '../../../client/administration.ts';
import { startWorkerd } from '../../../demo/edge/workerd.ts';
import { SigningKey } from '../../../sync-agent/publish/signing-key.ts';
import { createAccount } from '../support/account.ts';
import type { system } from '../support/system.ts';
import { command } from './ask-why.ts';
import { shop } from './broken-cluster.ts';

/** By its id at the edge; each has `ID.k8s.example` for an alias. */
export type Cluster = (typeof clusters)[number];

const clusters = ['main', 'few', 'plain', 'stale', 'expired', 'blind'] as const;

interface Publishing {
  /** Of the agent. */
  readonly flags: readonly string[];
  /** Of the registration. */
  readonly limits?: { readonly softLimitSeconds: number; readonly hardLimitSeconds: number };
}

const remarks = ['--remarks'];
const aDay = 24 * 60 * 60;

const publishing: Readonly<Record<Cluster, Publishing>> = {
  main: { flags: remarks },
  few: { flags: [...remarks, '--namespaces', shop] },
  plain: { flags: [] },
  stale: { flags: remarks, limits: { softLimitSeconds: 1, hardLimitSeconds: aDay } },
  expired: { flags: remarks, limits: { softLimitSeconds: 1, hardLimitSeconds: 1 } },
  // Its agent may not see EndpointSlices, so it never publishes.
  blind: { flags: remarks },
};

export const ownDomain = 'cluster.local';

export function aliasOf(cluster: Cluster): string {
  return `${cluster}.k8s.example`;
}

/** Who asks. */
export type Asker = Cluster | 'bound' | 'lapsed' | 'stranger' | 'both';

export interface PublishedEdge {
  readonly url: URL;
  /** The address to ask at, with the asker's token in its path. */
  dohOf(asker: Asker, cluster?: Cluster): string;
  /** Runs the cluster's agent once more. */
  publish(cluster: Cluster): Promise<void>;
  /** What the agent said that had to give up. */
  readonly blindAgent: string;
  stop(): Promise<void>;
}

export async function startPublishedEdge(to: ReturnType<typeof system>, directory: string): Promise<PublishedEdge> {
  const log = (line: string): boolean => process.stderr.write(`edge: ${line}\n`);
  const workerd = await startWorkerd({ isOpen: false, defaultCluster: 'main', log });
  const administration = new Administration(workerd.url, workerd.administratorKey);
  const kubeconfigs = { whole: to.kubeconfigPath, blind: await blindAccount(to) };
  const publish = async (cluster: Cluster): Promise<AgentRun> => {
    const kubeconfig = cluster === 'blind' ? kubeconfigs.blind : kubeconfigs.whole;
    const where = ['--edge', workerd.url.href, '--key', keyPath(directory, cluster)];
    const flags = [...publishing[cluster].flags, '--alias', aliasOf(cluster), '--no-events'];
    return runAgent(['--cluster', cluster, '--kubeconfig', kubeconfig, ...where, ...flags, '--once']);
  };
  const publishWell = async (cluster: Cluster): Promise<void> => {
    const { exitCode, stderr } = await publish(cluster);
    if (exitCode !== 0) throw new Error(`the agent of ${cluster} ended with ${exitCode}: ${stderr}`);
  };
  try {
    for (const cluster of clusters) await register(administration, cluster, directory);
    const tokens = await createTokens(administration);
    const [blind] = await Promise.all([
      publish('blind'),
      ...clusters.filter((cluster) => cluster !== 'blind').map(publishWell),
    ]);
    // What is too old after a second is so by now.
    await sleep(1500);
    return {
      url: workerd.url,
      dohOf: (asker, cluster) => {
        const path = cluster === undefined ? '' : `/c/${cluster}`;
        return new URL(`/t/${tokens[asker]}${path}/dns-query`, workerd.url).href;
      },
      publish: publishWell,
      blindAgent: blind.stderr,
      stop: () => workerd.stop(),
    };
  } catch (error) {
    await workerd.stop();
    throw error;
  }
}

function keyPath(directory: string, cluster: Cluster): string {
  return join(directory, `why-${cluster}.key`);
}

async function register(administration: Administration, cluster: Cluster, directory: string): Promise<void> {
  const key = SigningKey.generate();
  writeFileSync(keyPath(directory, cluster), key.toPem(), { mode: 0o600 });
  const zones = [ownDomain, aliasOf(cluster)];
  const body = { publicKeys: [key.publicKey], zones, ...publishing[cluster].limits };
  await administration.call('PUT', `/v1/clusters/${cluster}`, body);
}

async function createTokens(administration: Administration): Promise<Readonly<Record<Asker, string>>> {
  const create = async (name: string, more: object): Promise<string> => {
    const answer = await administration.call('POST', '/v1/tokens', { name, expiresAt: null, ...more });
    return String(answer['token']);
  };
  const ofClusters = clusters.map(
    async (cluster) => [cluster, await create(cluster, { clusters: [cluster] })] as const,
  );
  const soon = Date.now() + 2000;
  const main = { clusters: ['main'] };
  const lapsed = await create('lapsed', { ...main, expiresAt: soon });
  return {
    ...(Object.fromEntries(await Promise.all(ofClusters)) as Record<Cluster, string>),
    bound: await create('bound', { ...main, namespaces: [shop] }),
    both: await create('both', { clusters: ['main', 'few'] }),
    lapsed,
    // Of the right form, and nobody's.
    stranger: `${lapsed.slice(0, -12)}${[...lapsed.slice(-12)].reverse().join('')}`,
  };
}

/** An account that lacks one of the permissions that the agent needs. */
function blindAccount(to: ReturnType<typeof system>): Promise<string> {
  const rules = [{ apiGroups: [''], resources: ['namespaces', 'services'], verbs: ['get', 'list', 'watch'] }];
  return createAccount(to, 'why-blind', [{ rules }]);
}

interface AgentRun {
  readonly exitCode: number | null;
  readonly stderr: string;
}

function runAgent(flags: readonly string[]): Promise<AgentRun> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [command, 'agent', ...flags],
      { timeout: 30_000 },
      (_error, _stdout, stderr) => {
        resolve({ exitCode: child.exitCode, stderr });
      },
    );
  });
}
