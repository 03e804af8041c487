/** The agent beside an embedded cluster; in place of the edge, a record of what is published. Time is moved by hand. */
import { afterEach, beforeEach, expect } from 'vitest';
import { type EmbeddedCluster, startEmbeddedCluster } from '../../demo/cluster/embedded-cluster.ts';
import { type AgentOptions, runAgent } from '../../sync-agent/agent.ts';
import type { AgentEvent } from '../../sync-agent/agent-events.ts';
import type { AgentStatus } from '../../sync-agent/agent-status.ts';
import { KubeConnection } from '../../sync-agent/kube/connection.ts';
import type { ProblemCounts } from '../../sync-agent/problem-log.ts';
import type { NameOptions, Selection } from '../../sync-agent/selection.ts';
import { parsePrefix } from '../../zone/address.ts';
import type { ClusterId } from '../../zone/cluster-id.ts';
import { flatten } from '../../zone/flat.ts';
import { decodeImage } from '../../zone/image/decode.ts';
import { parseName } from '../../zone/name.ts';
import { formatZone } from '../../zone/text.ts';
import { serviceManifest } from '../demo/cluster/client.ts';
import { ConfigurationFolder } from './kube/kubeconfig-file.ts';
import { NotingApi } from './noting-api.ts';
import { SteppedClock } from './publish/stepped-clock.ts';
import { RecordingEdge } from './recording-edge.ts';
import { RecordingLog } from './recording-log.ts';

export const minute = 60_000;
/** What every cluster has. */
export const kubernetes = 'kubernetes.default.svc';

export const everything: Selection = { namespaces: { type: 'all' }, labelSelector: undefined };

export function listed(...names: [string, ...string[]]): Selection {
  return { ...everything, namespaces: { type: 'listed', names } };
}

export const nameOptions: NameOptions = {
  zoneOrigins: [parseName('cluster.local')],
  clustersetOrigins: [],
  ttlSeconds: 30,
  reversePrefixes: [parsePrefix('10.0.0.0/8')!],
  pods: 'disabled',
  usesPodNames: false,
  ignoresEmptyServices: false,
};

export class AgentStage {
  cluster!: EmbeddedCluster;
  api!: NotingApi;
  edge!: RecordingEdge;
  clock!: SteppedClock;
  stop!: AbortController;
  log!: RecordingLog;
  events!: AgentEvent[];
  /** The images that were stored. */
  images!: Uint8Array[];
  /** With the last one. */
  counts!: ProblemCounts;
  readyCount!: number;
  /** Of the last agent that was started. */
  status!: () => AgentStatus;
  #folder!: ConfigurationFolder;
  #connection!: KubeConnection;
  #running: Promise<void>[] = [];

  async set(): Promise<void> {
    this.cluster = await startEmbeddedCluster({ manifests: [], readyDelayMilliseconds: 0, historySize: 10_000 });
    this.#folder = new ConfigurationFolder();
    this.connect();
    this.edge = new RecordingEdge(() => this.api.listed);
    this.clock = new SteppedClock();
    this.begin();
  }

  /** Before another agent is started, where the last one has ended. */
  begin(): void {
    this.stop = new AbortController();
    this.log = new RecordingLog();
    this.events = [];
    this.images = [];
    this.readyCount = 0;
  }

  connect(): void {
    const path = this.#folder.kubeconfig({ server: this.cluster.url });
    this.#connection = new KubeConnection({ type: 'file', path, context: undefined });
    this.api = new NotingApi(this.#connection);
  }

  async clear(): Promise<void> {
    this.stop.abort();
    await this.ended();
    this.#connection.close();
    await this.cluster.stop();
    this.#folder.remove();
  }

  /** A new cluster in place of the one that was there, at the same address. */
  async replaceCluster(): Promise<void> {
    const { port } = new URL(this.cluster.url);
    await this.cluster.stop();
    this.cluster = await startEmbeddedCluster({ manifests: [], port: Number(port), readyDelayMilliseconds: 0 });
  }

  options(more: Partial<AgentOptions> = {}): AgentOptions {
    return {
      cluster: 'prod' as ClusterId,
      selection: everything,
      names: nameOptions,
      publishIntervalMilliseconds: 3000,
      api: this.api,
      edge: this.edge,
      clock: this.clock,
      random: () => 0.5,
      log: this.log,
      tell: (event) => this.events.push(event),
      onStatus: (status) => {
        this.status = status;
      },
      onPublished: ({ image }, problems) => {
        this.images.push(image);
        this.counts = problems;
      },
      onReady: () => {
        this.readyCount += 1;
      },
      ...more,
    };
  }

  run(more: Partial<AgentOptions> = {}): Promise<void> {
    return this.keep(runAgent(this.options(more), this.stop.signal));
  }

  /** Something that ends with `stop`, and is waited for in the end. */
  keep(end: Promise<void>): Promise<void> {
    end.catch(() => {});
    this.#running.push(end);
    return end;
  }

  /** All that was started has ended, well or not. */
  async ended(): Promise<void> {
    await Promise.allSettled(this.#running);
    this.#running = [];
  }

  /** Runs it until it is ready. */
  async runUntilReady(more: Partial<AgentOptions> = {}): Promise<void> {
    this.run(more);
    await this.until(() => this.readyCount > 0);
  }

  /** Lets time go by, in small steps, until the condition holds. */
  async until(condition: () => boolean, stepMilliseconds = 10): Promise<void> {
    await expect
      .poll(
        async () => {
          if (!condition()) await this.clock.advance(stepMilliseconds);
          return condition();
        },
        { interval: 1, timeout: 10_000 },
      )
      .toBe(true);
  }

  /** Waits for what comes over the network, while time stands still. */
  async arrived(condition: () => boolean): Promise<void> {
    await expect.poll(condition, { interval: 1, timeout: 10_000 }).toBe(true);
  }

  /** Waits until the agent has seen what `change` does, which is so many events. */
  async seen(change: () => void, count = 1): Promise<void> {
    const before = this.api.events;
    change();
    await this.arrived(() => this.api.events >= before + count);
  }

  /** Bookmarks from every watch: a sign of life. */
  async sendBookmarks(): Promise<void> {
    await this.seen(() => this.cluster.faults.sendBookmarks(), 3);
  }

  addService(name: string): void {
    this.cluster.store.create(serviceManifest(name, 'default', { ports: [{ port: 80 }] }));
  }

  /** Of this kind, as they were told. */
  told<Kind extends AgentEvent['kind']>(kind: Kind): Extract<AgentEvent, { kind: Kind }>[] {
    return this.events.filter((event): event is Extract<AgentEvent, { kind: Kind }> => event.kind === kind);
  }

  /** The log from the level of a warning on. */
  get warnings(): string[] {
    return this.log.entries.filter(({ level }) => level !== 'info').map(({ message }) => message);
  }
}

/** A fresh stage for each test of the file. */
export function useStage(): AgentStage {
  const stage = new AgentStage();
  beforeEach(() => stage.set());
  afterEach(() => stage.clear());
  return stage;
}

/** Those with an IPv4 address. */
export function names(image: Uint8Array | undefined): string[] {
  const snapshot = image === undefined ? undefined : decodeImage(image);
  const [zone] = snapshot?.kind === 'live' ? snapshot.zones : [];
  if (zone?.kind !== 'cluster') return [];
  return formatZone(flatten(zone.groups))
    .split('\n')
    .filter((line) => / A /.test(line))
    .map((line) => line.split(' ')[0]!);
}
