/** All that an agent is measured with: a cluster in a real API server, an edge, and how to start an agent and CoreDNS there. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SigningKey } from '../../../sync-agent/publish/signing-key.ts';
import type { ClusterId } from '../../../zone/cluster-id.ts';
import type { ApiServer } from '../../cluster/control-plane/api-server.ts';
import { startControlPlane } from '../../cluster/control-plane/control-plane.ts';
import { choosePorts } from '../../cluster/control-plane/ports.ts';
import { type Extent, type SyntheticCluster, syntheticCluster } from '../cluster.ts';
import { serviceName } from '../questions.ts';
import { buildAgent, startAgent } from './agent-process.ts';
import { secondsUntilAnswered, startCoreDns } from './coredns-process.ts';
import { type AgentEdge, startEdge } from './edge.ts';
import { fill } from './filling.ts';
import type { StartedProgram } from './started-program.ts';

const clusterId = 'bench' as ClusterId;

/** One that has begun its work. */
export interface Running {
  readonly program: StartedProgram;
  readonly startSeconds: number;
  /** In Prometheus' text format. */
  metrics(): Promise<string>;
}

export class Setting implements AsyncDisposable {
  readonly cluster: SyntheticCluster;
  readonly api: ApiServer;
  readonly edge: AgentEdge;
  readonly #kubeconfigPath: string;
  readonly #script: string;
  readonly #key: SigningKey;
  readonly #running: AsyncDisposableStack;

  private constructor(parts: {
    cluster: SyntheticCluster;
    api: ApiServer;
    edge: AgentEdge;
    kubeconfigPath: string;
    script: string;
    key: SigningKey;
    running: AsyncDisposableStack;
  }) {
    this.cluster = parts.cluster;
    this.api = parts.api;
    this.edge = parts.edge;
    this.#kubeconfigPath = parts.kubeconfigPath;
    this.#script = parts.script;
    this.#key = parts.key;
    this.#running = parts.running;
  }

  static async create(extent: Extent, log: (line: string) => void): Promise<Setting> {
    await using running = new AsyncDisposableStack();
    const script = await buildAgent();
    const edge = running.adopt(await startEdge(), (one) => one.stop());
    const key = SigningKey.generate();
    await edge.register(clusterId, key);
    const directory = mkdtempSync(join(tmpdir(), 'kube-doh-bench-'));
    const plane = running.adopt(await startControlPlane({ directory, log, extent: 'api' }), (one) => one.stop());
    const cluster = syntheticCluster(extent);
    log(`putting ${extent.services} Services and ${extent.endpoints} endpoints into it …`);
    await fill(plane.api, cluster);
    const { api, kubeconfigPath } = plane;
    return new Setting({ cluster, api, edge, kubeconfigPath, script, key, running: running.move() });
  }

  /** Resolves when the edge has stored what it published first. What one before it published is still there. */
  async startAgent(): Promise<Running> {
    const stored = new Promise<void>((resolve) => {
      this.edge.onSnapshot(() => resolve());
    });
    const { doh: metricsPort } = await choosePorts(0);
    const program = startAgent({
      script: this.#script,
      kubeconfigPath: this.#kubeconfigPath,
      edgeUrl: this.edge.url,
      cluster: clusterId,
      key: this.#key,
      metricsPort,
    });
    await Promise.race([stored, program.failure]);
    const startSeconds = (performance.now() - program.startedAt) / 1000;
    return { program, startSeconds, metrics: () => read(metricsPort) };
  }

  /** Resolves when it answers. */
  async startCoreDns(executable: string): Promise<Running> {
    const { dns: port, doh: metricsPort } = await choosePorts(0);
    const program = startCoreDns({ executable, kubeconfigPath: this.#kubeconfigPath, port, metricsPort });
    const last = `${serviceName(this.cluster.services.at(-1)!)}.cluster.local`;
    const startSeconds = await secondsUntilAnswered(program, port, last);
    return { program, startSeconds, metrics: () => read(metricsPort) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#running.disposeAsync();
  }
}

async function read(port: number): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`);
  return response.text();
}
