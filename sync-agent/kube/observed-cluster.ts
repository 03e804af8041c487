/** The cluster as it is known now, with what has changed since it was last asked. No I/O; each event costs its size. */
import type { Cluster, EndpointSlice, Namespace, Problem, Service } from '../cluster.ts';
import { Store } from './store.ts';

/** A live view: it changes between one turn of the event loop and the next. */
export interface ObservedCluster extends Cluster {
  /** The slices of each Service that has any, by `namespace/name` of the Service, then of the slice. */
  readonly slicesByService: ReadonlyMap<string, ReadonlyMap<string, EndpointSlice>>;
}

export interface Changes {
  /** Names of Namespaces that came or went. */
  readonly namespaces: ReadonlySet<string>;
  /** `namespace/name` of Services that came, went or changed, or whose slices did. The Service may not exist. */
  readonly services: ReadonlySet<string>;
}

export class ClusterState implements ObservedCluster {
  readonly #slicesByService = new Map<string, Map<string, EndpointSlice>>();
  #changedNamespaces = new Set<string>();
  #changedServices = new Set<string>();

  readonly namespaceStore = new Store<Namespace>((name) => this.#changedNamespaces.add(name));
  readonly serviceStore = new Store<Service>((key) => this.#changedServices.add(key));
  readonly sliceStore = new Store<EndpointSlice>((key, before, after) => this.#moveSlice(key, before, after));

  get namespaces(): ReadonlyMap<string, Namespace> {
    return this.namespaceStore.values;
  }

  get services(): ReadonlyMap<string, Service> {
    return this.serviceStore.values;
  }

  get endpointSlices(): ReadonlyMap<string, EndpointSlice> {
    return this.sliceStore.values;
  }

  get slicesByService(): ReadonlyMap<string, ReadonlyMap<string, EndpointSlice>> {
    return this.#slicesByService;
  }

  get hasChanges(): boolean {
    return this.#changedNamespaces.size > 0 || this.#changedServices.size > 0;
  }

  /** What has changed since the last call. */
  takeChanges(): Changes {
    const changes = { namespaces: this.#changedNamespaces, services: this.#changedServices };
    this.#changedNamespaces = new Set();
    this.#changedServices = new Set();
    return changes;
  }

  /** All that cannot become records at present. */
  *problems(): Generator<Problem, void, undefined> {
    for (const store of [this.namespaceStore, this.serviceStore, this.sliceStore]) {
      for (const problems of store.problems.values()) yield* problems;
    }
  }

  /** A slice that moves to another Service, by its label, changes both. */
  #moveSlice(key: string, before: EndpointSlice | undefined, after: EndpointSlice | undefined): void {
    if (before !== undefined) {
      const service = serviceOf(before);
      const slices = this.#slicesByService.get(service);
      slices?.delete(key);
      if (slices?.size === 0) this.#slicesByService.delete(service);
      this.#changedServices.add(service);
    }
    if (after !== undefined) {
      const service = serviceOf(after);
      const slices = this.#slicesByService.get(service) ?? new Map<string, EndpointSlice>();
      this.#slicesByService.set(service, slices.set(key, after));
      this.#changedServices.add(service);
    }
  }
}

function serviceOf(slice: EndpointSlice): string {
  return `${slice.namespace}/${slice.service}`;
}
