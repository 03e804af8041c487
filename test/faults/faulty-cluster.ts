/** The embedded cluster behind a link that breaks; another cluster can take its place behind the same link. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClusterObjects } from '../../demo/cluster/cluster-objects.ts';
import { type EmbeddedCluster, startEmbeddedCluster } from '../../demo/cluster/embedded-cluster.ts';
import { kubeconfigOf } from '../../demo/cluster/kubeconfig.ts';
import { FaultyLink } from './faulty-link.ts';
import type { ReadApi } from './law/fresh-image.ts';
import { steadyObjects } from './steady-objects.ts';

const kinds = ['namespaces', 'services', 'endpointslices'] as const;

const firstVersion = 6000;
/** More than are used up between two restores. */
const versionsPerRestore = 400;
/** Longer than between two attempts of a hasty agent to reach a server. */
const severalAttemptsMilliseconds = 100;

export class FaultyCluster {
  readonly link: FaultyLink;
  readonly kubeconfigPath: string;
  readonly #directory: string;
  #now: EmbeddedCluster;
  #firstVersion = firstVersion;

  private constructor(now: EmbeddedCluster, link: FaultyLink) {
    this.#now = now;
    this.link = link;
    this.#directory = mkdtempSync(join(tmpdir(), 'kube-doh-cluster-'));
    this.kubeconfigPath = join(this.#directory, 'kubeconfig');
    const url = `http://127.0.0.1:${link.port}`;
    writeFileSync(this.kubeconfigPath, kubeconfigOf({ url, token: undefined, authorityPem: undefined }));
  }

  /** With the steady objects. */
  static async start(): Promise<FaultyCluster> {
    const cluster = await emptyCluster();
    useUpVersions(cluster, firstVersion);
    for (const object of steadyObjects()) cluster.store.create(object);
    return new FaultyCluster(cluster, await FaultyLink.start(targetOf(cluster)));
  }

  get store(): ClusterObjects {
    return this.#now.store;
  }

  /** Switches inside the API server. */
  get faults(): EmbeddedCluster['faults'] {
    return this.#now.faults;
  }

  /** Past the link and the faults. */
  get read(): ReadApi {
    const { url } = this.#now;
    return async (path) => (await fetch(`${url}${path}`)).json();
  }

  /** The same objects with older versions than any that was seen before, as after a restore. */
  async restore(): Promise<void> {
    const next = await emptyCluster();
    this.#firstVersion = Math.max(0, this.#firstVersion - versionsPerRestore);
    useUpVersions(next, this.#firstVersion);
    for (const kind of kinds) {
      for (const { metadata, ...object } of this.store.list(kind)) {
        const { name, namespace, labels, annotations } = metadata;
        if (next.store.find(kind, namespace, name) !== undefined) continue;
        next.store.create({ ...object, metadata: { name, namespace, labels, annotations } });
      }
    }
    await this.#replace(next);
  }

  /**
   * Until the promise has settled there is a cluster with nothing in it; `act` is given its switches. Before, no server
   * is there until `missed` resolves: whoever misses it does not take the empty one for the one before.
   */
  async whileEmpty(
    act: (faults: EmbeddedCluster['faults']) => Promise<void>,
    missed: () => Promise<void> = () => sleep(severalAttemptsMilliseconds),
  ): Promise<void> {
    const empty = await emptyCluster();
    await this.link.set('down');
    this.link.target = targetOf(empty);
    await missed();
    const acting = act(empty.faults);
    await this.link.set('well');
    await acting;
    this.link.target = targetOf(this.#now);
    this.link.reset();
    await empty.stop();
  }

  async stop(): Promise<void> {
    await this.link.stop();
    await this.#now.stop();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  async #replace(next: EmbeddedCluster): Promise<void> {
    const before = this.#now;
    this.#now = next;
    this.link.target = targetOf(next);
    this.link.reset();
    await before.stop();
  }
}

/** Its bookmarks come as often as a hasty clock wants them. */
function emptyCluster(): Promise<EmbeddedCluster> {
  return startEmbeddedCluster({
    manifests: [],
    dualStack: true,
    bookmarkIntervalMilliseconds: 100,
    historySize: 10_000,
  });
}

function targetOf({ url }: EmbeddedCluster) {
  const { hostname: host, port } = new URL(url);
  return { host, port: Number(port) };
}

/** What was there would otherwise have the numbers of something else. */
function useUpVersions({ store }: EmbeddedCluster, count: number): void {
  for (let version = 0; version < count; version += 1) {
    store.patch('namespaces', undefined, 'kube-public', { metadata: { annotations: { version: String(version) } } });
  }
}
