/**
 * A real edge (the Worker in workerd) that agents publish to through faults, and the law that is held against it: what is
 * stored there, and what it answers all the time.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DohClient } from '../../client/doh/doh-client.ts';
import { registerCluster } from '../../demo/administration.ts';
import { startWorkerd, type Workerd } from '../../demo/edge/workerd.ts';
import { SigningKey } from '../../sync-agent/publish/signing-key.ts';
import type { ClusterId } from '../../zone/cluster-id.ts';
import { parseName } from '../../zone/name.ts';
import { FaultyEdge } from './faulty-edge.ts';
import { AskedNames, type ConstantName } from './law/asked-names.ts';
import { Publications } from './law/publications.ts';
import { Violations } from './law/violations.ts';

export const cluster = 'faulty' as ClusterId;
export const zone = 'cluster.local';

/** As the guard has it by default. */
const maxLostPercent = 50;

export class WatchedEdge {
  readonly violations = new Violations();
  readonly publications = new Publications({ constantNames: [], maxLostPercent }, this.violations);
  readonly key = SigningKey.generate();
  readonly keyPath: string;
  readonly faults: FaultyEdge;
  readonly client: DohClient;
  readonly asked: AskedNames;
  /** What the Worker has logged. */
  readonly lines: string[];
  #workerd: Workerd;

  private constructor(directory: string, workerd: Workerd, faults: FaultyEdge, lines: string[]) {
    this.#workerd = workerd;
    this.keyPath = join(directory, 'edge.key');
    writeFileSync(this.keyPath, this.key.toPem(), { mode: 0o600 });
    this.faults = faults;
    this.lines = lines;
    faults.onStored = (manifest, body) => this.publications.note(manifest, body);
    // The same for every edge that takes its place.
    this.client = new DohClient({ url: new URL('/dns-query', this.faults.url) });
    this.asked = new AskedNames(this.client, zone, this.violations);
  }

  static async start(directory: string): Promise<WatchedEdge> {
    const lines: string[] = [];
    const workerd = await emptyEdge((line) => lines.push(line));
    const faults = await FaultyEdge.start(workerd.url);
    const edge = new WatchedEdge(directory, workerd, faults, lines);
    await edge.#register();
    edge.asked.start();
    return edge;
  }

  /** Where agents publish. */
  get url(): URL {
    return this.faults.url;
  }

  /** Of Services or pods: their names with the zone. They exist from now on, all the time. */
  watch(names: readonly ConstantName[]): void {
    this.publications.constantNames = names.map(({ name }) => name.slice(0, -zone.length - 1));
    this.asked.names = names;
  }

  /** Everything that was stored is gone; the cluster is registered anew. */
  async loseEverything(): Promise<void> {
    const before = this.#workerd;
    this.#workerd = await emptyEdge((line) => this.lines.push(line));
    await this.#register();
    this.faults.upstream = this.#workerd.url;
    this.asked.forgetSerial();
    this.publications.forgetSerial();
    await before.stop();
  }

  async stop(): Promise<void> {
    await this.asked.stop();
    this.client.close();
    await this.faults.stop();
    await this.#workerd.stop();
  }

  #register(): Promise<void> {
    return registerCluster(this.#workerd, cluster, this.key.publicKey, { zones: [parseName(zone)] });
  }
}

function emptyEdge(log: (line: string) => void): Promise<Workerd> {
  return startWorkerd({ isOpen: true, defaultCluster: cluster, log });
}
