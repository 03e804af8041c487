/**
 * What every fault is played in: a cluster with steady objects, agents as processes, a real edge that is watched. After
 * quiet, what is published equals a fresh computation; before, the law (test/faults/law) holds at every moment.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AgentProcess, type AgentProcessOptions, startAgent } from '../../faults/agent-process.ts';
import { freshImage, type ReadApi } from '../../faults/law/fresh-image.ts';
import { zoneDifference } from '../../faults/law/zone-difference.ts';
import { everything, names, reverseZone } from '../../faults/observed-names.ts';
import { steadyNames, steadyObjects } from '../../faults/steady-objects.ts';
import { WatchedEdge, zone } from '../../faults/watched-edge.ts';
import type { ClusterObjects } from '../control-plane/apply.ts';
import { waitUntil } from '../control-plane/wait-until.ts';
import type { Changes } from './changes.ts';

/** The cluster, for its administrator. */
export interface SceneCluster {
  readonly objects: ClusterObjects;
  readonly read: ReadApi;
  readonly kubeconfigPath: string;
}

/** What was refused by the edge is tried again after 45 s at the latest. */
const quietSeconds = 60;

export class Scene {
  readonly edge: WatchedEdge;
  readonly directory: string;
  readonly #cluster: SceneCluster;
  readonly #agents = new Set<AgentProcess>();

  private constructor(cluster: SceneCluster, directory: string, edge: WatchedEdge) {
    this.#cluster = cluster;
    this.directory = directory;
    this.edge = edge;
  }

  static async start(cluster: SceneCluster): Promise<Scene> {
    const directory = mkdtempSync(join(tmpdir(), 'kube-doh-faults-'));
    await createSteadyObjects(cluster.objects);
    const edge = await WatchedEdge.start(directory);
    edge.watch(steadyNames);
    return new Scene(cluster, directory, edge);
  }

  /** It ends with the scene, if not before. */
  async agent(options: Partial<AgentProcessOptions> = {}): Promise<AgentProcess> {
    const agent = await startAgent({
      kubeconfigPath: this.#cluster.kubeconfigPath,
      edgeUrl: this.edge.url,
      keyPath: this.edge.keyPath,
      ...options,
      flags: ['--reverse-zone', reverseZone, ...(options.flags ?? [])],
    });
    this.#agents.add(agent);
    return agent;
  }

  /** Resolves when what is published, and what is answered, is what the API says now. Rejects with in what it is not. */
  async untilCurrent(): Promise<void> {
    const limits = { timeoutSeconds: quietSeconds, intervalMilliseconds: 200 };
    await waitUntil('what is published to be current', () => this.#isCurrent(), limits).catch(async (error: Error) => {
      const difference = zoneDifference(this.edge.publications.last?.image, await this.#fresh());
      const answered = `the edge answers with serial ${await this.#answeredSerial()}`;
      throw new Error([error.message, ...difference, answered, this.log()].join('\n'));
    });
  }

  /** `name` is relative to the zone. */
  async untilPublished(name: string): Promise<void> {
    const isThere = (): boolean => this.edge.publications.last?.names.has(name) ?? false;
    await waitUntil(`${name} to be published`, isThere, { timeoutSeconds: 15 });
  }

  /** When nothing changes any more. */
  async untilCurrentAtRest(changes: Changes): Promise<void> {
    await changes.stop();
    await this.untilCurrent();
  }

  /** Throws when something was seen that must never be, or nothing was seen at all. */
  expectLaw(): void {
    const { answered, denied } = this.edge.asked.totals;
    const seen = this.edge.violations.take();
    const complaints = Math.min(answered, denied) > 0 ? seen : [...seen, 'nobody has asked for the names'];
    if (complaints.length > 0) throw new Error([...complaints, this.log()].join('\n'));
  }

  /** What the agents have logged, for whoever reads a failure. */
  log(): string {
    const agents = [...this.#agents].map(({ pid, lines }) => `agent ${pid}:\n${lines.slice(-30).join('\n')}`);
    return [...agents, `edge:\n${this.edge.lines.slice(-10).join('\n')}`].join('\n');
  }

  async stop(): Promise<void> {
    for (const agent of this.#agents) agent.kill('SIGKILL');
    await this.edge.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }

  async #isCurrent(): Promise<boolean> {
    const { last } = this.edge.publications;
    if (last === undefined || Buffer.compare(last.image, await this.#fresh()) !== 0) return false;
    // The edge may have it stored, and answer from the one before for a moment more.
    return (await this.#answeredSerial()) === last.manifest.serial % 2 ** 32;
  }

  /** Or the RCODE, where it is none. */
  async #answeredSerial(): Promise<number | string> {
    const { rcode, packet } = await this.edge.client.ask(zone, 'SOA');
    const [record] = packet.answers ?? [];
    return record?.type === 'SOA' ? (record.data.serial ?? 0) : rcode;
  }

  #fresh(): Promise<Uint8Array> {
    return freshImage(this.#cluster.read, everything, names);
  }
}

export async function createSteadyObjects(objects: ClusterObjects): Promise<void> {
  const [namespace, ...others] = steadyObjects();
  await objects.apply([namespace]);
  await Promise.all(others.map((object) => objects.apply([object])));
}
