/** A cluster with the examples and an edge that knows it, for a command that is run as a process of its own. Nothing is published yet. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startExampleCluster } from '../../../demo/demo-cluster.ts';
import { startDemoEdge } from '../../../demo/demo-edge.ts';
import { type RunSettings, readDemoFlags } from '../../../demo/options.ts';

export interface WholeSystem {
  /** What `kube-doh agent` needs. */
  readonly agentFlags: readonly string[];
  /** What `kube-doh resolve` needs. */
  readonly clientEnvironment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** `folder` takes files. */
export async function startWholeSystem(folder: string): Promise<WholeSystem> {
  const settings = readDemoFlags(['--listen', '127.0.0.1:0']) as RunSettings;
  const [cluster, edge] = await Promise.all([
    startExampleCluster(folder, () => {}),
    startDemoEdge(settings, folder, () => {}),
  ]);
  const key = join(folder, 'agent.pem');
  writeFileSync(key, edge.signingKey.toPem(), { mode: 0o600 });
  const { url, token, ca } = edge.ready;
  return {
    agentFlags: ['--kubeconfig', join(folder, 'kubeconfig'), '--edge', edge.workerUrl.origin, '--key', key],
    clientEnvironment: { KUBE_DOH_URL: url, KUBE_DOH_TOKEN: token!, KUBE_DOH_AUTHORITY: ca! },
    stop: async () => {
      await Promise.all([edge.stop(), cluster.stop()]);
    },
  };
}
