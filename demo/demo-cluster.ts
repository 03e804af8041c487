/**
 * The cluster that the demo shows: the embedded one with the examples, or the user's own.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { KubeSource } from '../sync-agent/kube/configuration.ts';
import { startEmbeddedCluster } from './cluster/embedded-cluster.ts';

export interface DemoCluster {
  readonly source: KubeSource;
  /** For people. */
  readonly description: string;
  /** Commands that change something, so that one can see a name follow; none for a cluster that is not ours. */
  readonly changeCommands: readonly string[];
  readonly isEmbedded: boolean;
  readonly stop: () => Promise<void>;
}

const examplesDirectory = fileURLToPath(new URL('./examples/', import.meta.url));

/** A real pod takes longer; here nobody wants to wait. */
const readyDelayMilliseconds = 100;

/** Resolves when the examples' pods are ready. `directory` takes the embedded cluster's kubeconfig. */
export async function startDemoCluster(
  own: KubeSource | undefined,
  directory: string,
  log: (line: string) => void,
): Promise<DemoCluster> {
  if (own !== undefined) {
    const description = own.type === 'file' ? `of ${own.path}` : 'around this pod';
    return { source: own, description, changeCommands: [], isEmbedded: false, stop: async () => {} };
  }
  const files = readdirSync(examplesDirectory).filter((file) => file.endsWith('.yaml'));
  const manifests = files.map((file) => readFileSync(join(examplesDirectory, file), 'utf8'));
  const cluster = await startEmbeddedCluster({ manifests, readyDelayMilliseconds, log });
  const path = join(directory, 'kubeconfig');
  writeFileSync(path, cluster.kubeconfig);
  await cluster.settled();
  return {
    source: { type: 'file', path, context: undefined },
    description: `embedded, with ${files.length} examples: ${files.map((file) => file.replace('.yaml', '')).join(', ')}`,
    changeCommands: [
      `curl -X DELETE ${cluster.url}/api/v1/namespaces/cache/pods/redis-0`,
      `kubectl --kubeconfig ${path} delete pod mysql-0`,
      `kubectl --kubeconfig ${path} -n logging scale statefulset elasticsearch --replicas 1`,
    ],
    isEmbedded: true,
    stop: () => cluster.stop(),
  };
}
