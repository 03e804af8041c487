/**
 * The cluster that the demo shows: the embedded one with the examples, or the user's own.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { KubeConnection } from '../sync-agent/kube/connection.ts';
import { KubeError, type KubeErrorCode } from '../sync-agent/kube/error.ts';
import type { KubeconfigSource } from '../sync-agent/options.ts';
import { startEmbeddedCluster } from './cluster/embedded-cluster.ts';

export interface DemoCluster {
  readonly api: KubeConnection;
  /** For people. */
  readonly description: string;
  /** Commands that change something, so that one can see a name follow; none for a cluster that is not ours. */
  readonly changeCommands: readonly string[];
  readonly isEmbedded: boolean;
  stop(): Promise<void>;
}

const examplesDirectory = fileURLToPath(new URL('./examples/', import.meta.url));

/** A real pod takes longer. Here a pod that is replaced shall be one change, and not two that are seen one after the other. */
const readyDelayMilliseconds = 30;

/** Resolves when the examples' pods are ready. `directory` takes a kubeconfig for kubectl. */
export async function startExampleCluster(directory: string, log: (line: string) => void): Promise<DemoCluster> {
  const files = readdirSync(examplesDirectory).filter((file) => file.endsWith('.yaml'));
  const manifests = files.map((file) => readFileSync(join(examplesDirectory, file), 'utf8'));
  const cluster = await startEmbeddedCluster({ manifests, readyDelayMilliseconds, log });
  const path = join(directory, 'kubeconfig');
  writeFileSync(path, cluster.kubeconfig);
  await cluster.settled();
  const api = new KubeConnection({ type: 'file', path, context: undefined });
  const examples = files.map((file) => file.replace('.yaml', '')).sort();
  return {
    api,
    description: `embedded, with ${files.length} examples: ${examples.join(', ')}`,
    changeCommands: [
      `curl -sS -o /dev/null -X DELETE ${cluster.url}/api/v1/namespaces/cache/pods/redis-0`,
      `kubectl --kubeconfig ${path} delete pod mysql-0`,
      `kubectl --kubeconfig ${path} -n logging scale statefulset elasticsearch --replicas 1`,
    ],
    isEmbedded: true,
    stop: () => {
      api.close();
      return cluster.stop();
    },
  };
}

/** Long enough for a server that answers at all. */
const answerMilliseconds = 10_000;

/** Asks the cluster's version first, so that a cluster that cannot be used is told at once. Throws KubeError. */
export async function connectToCluster(source: KubeconfigSource, signal: AbortSignal): Promise<DemoCluster> {
  const api = new KubeConnection(source);
  const version = await versionOf(api, signal).catch((error: unknown) => {
    api.close();
    throw error;
  });
  return {
    api,
    description: `${source.path}${version === undefined ? '' : ` (Kubernetes ${version})`}`,
    changeCommands: [],
    isEmbedded: false,
    stop: async () => api.close(),
  };
}

/** A server may keep its version to itself or be in trouble; whether the rest may be read, the agent finds out. */
const passedOver: ReadonlySet<KubeErrorCode> = new Set<KubeErrorCode>([
  'FORBIDDEN',
  'NOT_FOUND',
  'TOO_MANY_REQUESTS',
  'SERVER_ERROR',
]);

async function versionOf(api: KubeConnection, signal: AbortSignal): Promise<string | undefined> {
  try {
    const version = await api.request('/version', { signal, timeoutMilliseconds: answerMilliseconds });
    const { gitVersion } = (version ?? {}) as { readonly gitVersion?: unknown };
    return typeof gitVersion === 'string' ? gitVersion : undefined;
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    if (passedOver.has(error.code)) return undefined;
    if (error.code !== 'TIMEOUT') throw error;
    const text = `the API server did not answer within ${answerMilliseconds / 1000} s: check the address in the kubeconfig, and that this machine can reach it`;
    throw new KubeError('UNREACHABLE', text, { cause: error });
  }
}
