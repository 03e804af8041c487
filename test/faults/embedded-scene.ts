/** What faults are played in, in one process and in a hurry: the embedded cluster, agents, a real edge that is watched. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { AgentHere, type AgentHereOptions } from './agent-here.ts';
import { FaultyCluster } from './faulty-cluster.ts';
import { freshImage } from './law/fresh-image.ts';
import { zoneDifference } from './law/zone-difference.ts';
import { everything, names } from './observed-names.ts';
import { steadyNames } from './steady-objects.ts';
import { WatchedEdge } from './watched-edge.ts';

const quietMilliseconds = 10_000;

export class EmbeddedScene {
  readonly cluster: FaultyCluster;
  readonly edge: WatchedEdge;
  readonly agents: AgentHere[] = [];
  readonly #directory: string;

  private constructor(cluster: FaultyCluster, edge: WatchedEdge, directory: string) {
    this.cluster = cluster;
    this.edge = edge;
    this.#directory = directory;
    edge.watch(steadyNames);
  }

  static async start(): Promise<EmbeddedScene> {
    const directory = mkdtempSync(join(tmpdir(), 'kube-doh-faults-'));
    return new EmbeddedScene(await FaultyCluster.start(), await WatchedEdge.start(directory), directory);
  }

  agent(options: Pick<AgentHereOptions, 'factor' | 'leases' | 'more'>): AgentHere {
    const agent = new AgentHere({ ...options, kubeconfigPath: this.cluster.kubeconfigPath, edge: this.edge });
    this.agents.push(agent);
    return agent;
  }

  /** Resolves when what is published is what the API says now. */
  async untilCurrent(what = 'after quiet'): Promise<void> {
    const difference = async (): Promise<readonly string[]> =>
      zoneDifference(this.edge.publications.last?.image, await freshImage(this.cluster.read, everything, names));
    const deadline = performance.now() + quietMilliseconds;
    while ((await difference()).length > 0 && performance.now() < deadline) await sleep(10);
    expect(await difference(), `${what}\n${this.log()}`).toEqual([]);
  }

  /** What must never be seen was not, and what must be seen was. */
  async expectLaw(what = ''): Promise<void> {
    await expect
      .poll(() => Math.min(this.edge.asked.totals.answered, this.edge.asked.totals.denied))
      .toBeGreaterThan(0);
    expect(this.edge.violations.take(), `${what}\n${this.log()}`).toEqual([]);
    expect(this.agents.flatMap(({ failure }) => failure ?? [])).toEqual([]);
  }

  log(): string {
    const agents = this.agents.map(({ lines }, i) => `agent ${i}:\n${lines.slice(-25).join('\n')}`);
    return [...agents, `edge:\n${this.edge.lines.slice(-10).join('\n')}`].join('\n');
  }

  async stop(): Promise<void> {
    await Promise.all(this.agents.map((agent) => agent.stop()));
    await this.edge.stop();
    await this.cluster.stop();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
