/** Takes pods through their steps; those that take time are taken by timers. The rules are in pod.ts. */
import type { AddressPool } from '../addresses.ts';
import type { ObjectStore } from '../store.ts';
import type { Pod } from '../types.ts';
import { bound, nextPodStep, nodeName, type PodStep, ready, running } from './pod.ts';

/** What pods need, and how long they take. */
export interface KubeletSetting {
  /** One pool of pod addresses per IP family of the cluster, the preferred family first. */
  readonly podAddresses: readonly AddressPool[];
  readonly isInUse: (address: string) => boolean;
  /** How long a pod takes from its address to readiness. */
  readonly readyDelayMilliseconds: number;
  /** How long a deleted pod takes to be gone. */
  readonly terminationDelayMilliseconds: number;
}

export class Kubelet {
  readonly #store: ObjectStore;
  readonly #setting: KubeletSetting;
  readonly #stepDone: () => void;
  readonly #timers = new Map<string, NodeJS.Timeout>();
  #podsBound = 0;

  /** `stepDone` is called after each step that a timer has taken. */
  constructor(store: ObjectStore, setting: KubeletSetting, stepDone: () => void) {
    this.#store = store;
    this.#setting = setting;
    this.#stepDone = stepDone;
  }

  /** Whether no timer is running. */
  get isIdle(): boolean {
    return this.#timers.size === 0;
  }

  /** Takes the pod's next step, or sees to it that it will be taken. */
  attend(pod: Pod): void {
    const step = nextPodStep(pod);
    if (step === 'bind' || step === 'run') this.#take(pod, step);
    if (step === 'become-ready') this.#takeLater(pod, step, this.#setting.readyDelayMilliseconds);
    if (step === 'end') this.#takeLater(pod, step, this.#setting.terminationDelayMilliseconds);
  }

  /** Forgets all steps that are still to come. */
  stop(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  #take(pod: Pod, step: PodStep): void {
    const now = this.#store.now();
    switch (step) {
      case 'bind':
        this.#podsBound += 1;
        this.#store.update('pods', bound(pod, nodeName(this.#podsBound), now));
        return;
      case 'run':
        this.#store.update('pods', running(pod, this.#takeAddresses(), now));
        return;
      case 'become-ready':
        this.#store.update('pods', ready(pod, now));
        return;
      case 'end':
        this.#store.remove('pods', pod.metadata.namespace, pod.metadata.name);
    }
  }

  #takeLater(pod: Pod, step: PodStep, delayMilliseconds: number): void {
    const { namespace, name, uid } = pod.metadata;
    const key = `${uid} ${step}`;
    if (this.#timers.has(key)) return;
    const take = () => {
      this.#timers.delete(key);
      const present = this.#store.find('pods', namespace, name);
      // Meanwhile the pod may have gone, or somebody may have settled its readiness.
      if (present?.metadata.uid === uid && nextPodStep(present) === step) this.#take(present, step);
      this.#stepDone();
    };
    this.#timers.set(key, setTimeout(take, delayMilliseconds));
  }

  #takeAddresses(): string[] {
    return this.#setting.podAddresses.map((pool) => {
      const address = pool.take(this.#setting.isInUse);
      if (address === undefined) throw new Error(`no address of ${pool.range.text} is free`);
      return address;
    });
  }
}
