/** Runs the pods of one namespace as processes of this machine, beside kwok, which says that they are ready. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { AnyObject } from './any-objects.ts';
import type { Pod } from './pod.ts';
import { MissingVolumeError, type PodCluster } from './pod-files.ts';
import { type Image, PodProcess } from './pod-process.ts';

const intervalMilliseconds = 200;

export class Kubelet {
  readonly #cluster: PodCluster;
  readonly #image: Image;
  readonly #namespace: string;
  readonly #processes = new Map<string, PodProcess>();
  readonly #past: PodProcess[] = [];
  readonly #stop = new AbortController();
  /** How long after its deletion a pod is told to end: a node may be slow to hear of it. */
  slownessMilliseconds = 0;
  #loop: Promise<void> | undefined;

  constructor(cluster: PodCluster, image: Image, namespace: string) {
    this.#cluster = cluster;
    this.#image = image;
    this.#namespace = namespace;
  }

  start(): void {
    this.#loop = this.#run();
  }

  /** Of the pods that are there. */
  get processes(): readonly PodProcess[] {
    return [...this.#processes.values()];
  }

  /** What every pod has written, those that are gone too. */
  get log(): string {
    return [...this.#past, ...this.processes].map(({ pod, log }) => `${pod.metadata.name}:\n${log}`).join('\n');
  }

  /** Ends the pods. Rejects with what went wrong meanwhile. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#loop;
    await Promise.all(this.processes.map((process) => process.stop()));
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      await this.#look();
      await sleep(intervalMilliseconds);
    }
  }

  async #look(): Promise<void> {
    const pods = await this.#cluster.anyObjects.list<Pod>('v1', 'Pod', this.#namespace);
    const wanted = new Map(
      pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined).map((pod) => [pod.metadata.uid!, pod]),
    );
    for (const [uid, process] of this.#processes) {
      if (wanted.has(uid)) continue;
      await sleep(this.slownessMilliseconds);
      await process.stop();
      this.#processes.delete(uid);
      this.#past.push(process);
    }
    for (const [uid, pod] of wanted) {
      if (this.#processes.has(uid)) continue;
      await this.#begin(uid, { ...pod, apiVersion: 'v1', kind: 'Pod' }).catch((error: unknown) => {
        if (!(error instanceof MissingVolumeError)) throw error;
      });
    }
  }

  async #begin(uid: string, pod: Pod): Promise<void> {
    const process = await PodProcess.start(this.#cluster, this.#image, pod);
    this.#processes.set(uid, process);
    if (isOfJob(pod)) void process.ended.then((exitCode) => this.#tellEnd(pod, exitCode));
  }

  /** The controller of Jobs waits for it. */
  async #tellEnd(pod: Pod, exitCode: number | null): Promise<void> {
    const status = {
      phase: exitCode === 0 ? 'Succeeded' : 'Failed',
      containerStatuses: [endedContainer(pod, exitCode)],
    };
    // A pod that is gone has nobody who waits.
    await this.#cluster.anyObjects.patch(pod, { status }, 'status').catch(() => undefined);
  }
}

function isOfJob({ metadata }: AnyObject): boolean {
  return metadata.labels?.['batch.kubernetes.io/job-name'] !== undefined;
}

function endedContainer({ spec }: Pod, exitCode: number | null): object {
  const [container] = spec.containers;
  const terminated = { exitCode: exitCode ?? 143, finishedAt: new Date().toISOString() };
  return { name: 'agent', image: container!.image, imageID: '', ready: false, restartCount: 0, state: { terminated } };
}
