/** The agent as it is shipped: one script, and the flags of its container image. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleCommand } from '../../../deploy/bundle/bundle.ts';
import { nodeFlags } from '../../../deploy/bundle/node-flags.ts';
import type { SigningKey } from '../../../sync-agent/publish/signing-key.ts';
import type { ClusterId } from '../../../zone/cluster-id.ts';
import { type StartedProgram, startProgram } from './started-program.ts';

export interface AgentStart {
  /** Of `bundleCommand`. */
  readonly script: string;
  readonly kubeconfigPath: string;
  readonly edgeUrl: string;
  readonly cluster: ClusterId;
  readonly key: SigningKey;
  /** Where it tells its metrics. */
  readonly metricsPort: number;
}

export function startAgent(start: AgentStart): StartedProgram {
  return startProgram(process.execPath, (folder) => {
    const [script, key] = [join(folder, 'kube-doh.mjs'), join(folder, 'agent.pem')];
    writeFileSync(script, start.script);
    writeFileSync(key, start.key.toPem(), { mode: 0o600 });
    return [
      ...nodeFlags,
      script,
      'agent',
      `--kubeconfig=${start.kubeconfigPath}`,
      `--edge=${start.edgeUrl}`,
      `--cluster=${start.cluster}`,
      `--key=${key}`,
      `--listen=127.0.0.1:${start.metricsPort}`,
      // As in a cluster.
      '--log-format=json',
    ];
  });
}

/** Once for all agents: it takes a while. */
export function buildAgent(): Promise<string> {
  return bundleCommand();
}
