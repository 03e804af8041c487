/** The cluster as it is known now, with what has changed since it was last asked. No I/O; each event costs its size. */
import type {
  Cluster,
  EndpointSlice,
  Namespace,
  Pod,
  Problem,
  Service,
  ServiceImport,
  SliceOwner,
} from '../cluster.ts';
import type { ChangeTrigger } from './change-trigger.ts';
import { NestedIndex } from './nested-index.ts';
import { Store } from './store.ts';

/** A live view: it changes between one turn of the event loop and the next. */
export interface ObservedCluster extends Cluster {
  /** The slices of each Service that has any, by `namespace/name` of the Service, then of the slice. */
  readonly slicesByService: ReadonlyMap<string, ReadonlyMap<string, EndpointSlice>>;
  /** The same for each ServiceImport. A slice that several owners share is found under each. */
  readonly slicesByImport: ReadonlyMap<string, ReadonlyMap<string, EndpointSlice>>;
  /** The pods of each namespace that has any, by the namespace's name, then by `namespace/name` of the pod. */
  readonly podsByNamespace: ReadonlyMap<string, ReadonlyMap<string, Pod>>;
}

export interface Changes {
  /** Names of Namespaces that came, went, or are hidden or shown now. */
  readonly namespaces: ReadonlySet<string>;
  /** `namespace/name` of Services that came, went or changed, or whose slices did. The Service may not exist. */
  readonly services: ReadonlySet<string>;
  /** The same for ServiceImports. */
  readonly serviceImports: ReadonlySet<string>;
  /** Names of namespaces whose pods came, went or changed. The Namespace may not exist. */
  readonly podNamespaces: ReadonlySet<string>;
}

/** Of a window that is published there are some hundred; nobody may come to take them. */
const maxTriggers = 1000;

type MutableChanges = { readonly [Field in keyof Changes]: Set<string> };

export class ClusterState implements ObservedCluster {
  readonly #slicesByService = new NestedIndex<EndpointSlice>();
  readonly #slicesByImport = new NestedIndex<EndpointSlice>();
  readonly #podsByNamespace = new NestedIndex<Pod>();
  #changes = noChanges();
  #differences = 0;
  #triggers: ChangeTrigger[] = [];

  readonly namespaceStore = new Store<Namespace>((name) => this.#note(this.#changes.namespaces, name));
  readonly serviceStore = new Store<Service>((key) => this.#note(this.#changes.services, key));
  readonly sliceStore = new Store<EndpointSlice>((key, before, after, trigger) => {
    this.#moveSlice(key, before, after);
    if (trigger !== undefined && this.#triggers.length < maxTriggers) this.#triggers.push(trigger);
  });
  readonly podStore = new Store<Pod>((key, before, after) => this.#movePod(key, before, after));
  readonly importStore = new Store<ServiceImport>((key) => this.#note(this.#changes.serviceImports, key));

  get namespaces(): ReadonlyMap<string, Namespace> {
    return this.namespaceStore.values;
  }

  get services(): ReadonlyMap<string, Service> {
    return this.serviceStore.values;
  }

  get endpointSlices(): ReadonlyMap<string, EndpointSlice> {
    return this.sliceStore.values;
  }

  get pods(): ReadonlyMap<string, Pod> {
    return this.podStore.values;
  }

  get serviceImports(): ReadonlyMap<string, ServiceImport> {
    return this.importStore.values;
  }

  get slicesByService(): ReadonlyMap<string, ReadonlyMap<string, EndpointSlice>> {
    return this.#slicesByService.groups;
  }

  get slicesByImport(): ReadonlyMap<string, ReadonlyMap<string, EndpointSlice>> {
    return this.#slicesByImport.groups;
  }

  get podsByNamespace(): ReadonlyMap<string, ReadonlyMap<string, Pod>> {
    return this.#podsByNamespace.groups;
  }

  /** How many differences there have ever been, to know whether an event made one. */
  get differences(): number {
    return this.#differences;
  }

  /** How many objects `takeChanges` would name. */
  get changeCount(): number {
    return Object.values(this.#changes).reduce((sum, { size }) => sum + size, 0);
  }

  /** What has changed since the last call. */
  takeChanges(): Changes {
    const changes = this.#changes;
    this.#changes = noChanges();
    return changes;
  }

  /**
   * What watches said about the changes of slices that they brought since the last call; of very many, the first ones. A
   * list says nothing: what is in it may have changed long ago.
   */
  takeTriggers(): readonly ChangeTrigger[] {
    const triggers = this.#triggers;
    this.#triggers = [];
    return triggers;
  }

  /** All that cannot become records at present. */
  *problems(): Generator<Problem, void, undefined> {
    for (const store of [this.namespaceStore, this.serviceStore, this.sliceStore, this.podStore, this.importStore]) {
      for (const problems of store.problems.values()) yield* problems;
    }
  }

  #note(changed: Set<string>, key: string): void {
    changed.add(key);
    this.#differences += 1;
  }

  /** A slice that moves to another owner, by its labels, changes both. */
  #moveSlice(key: string, before: EndpointSlice | undefined, after: EndpointSlice | undefined): void {
    for (const owner of before?.owners ?? []) {
      const ownerKey = `${before!.namespace}/${owner.service}`;
      this.#slicesOf(owner).remove(ownerKey, key);
      this.#note(this.#ownersChanged(owner), ownerKey);
    }
    for (const owner of after?.owners ?? []) {
      const ownerKey = `${after!.namespace}/${owner.service}`;
      this.#slicesOf(owner).set(ownerKey, key, after!);
      this.#note(this.#ownersChanged(owner), ownerKey);
    }
  }

  #slicesOf({ kind }: SliceOwner): NestedIndex<EndpointSlice> {
    return kind === 'service' ? this.#slicesByService : this.#slicesByImport;
  }

  #ownersChanged({ kind }: SliceOwner): Set<string> {
    return kind === 'service' ? this.#changes.services : this.#changes.serviceImports;
  }

  #movePod(key: string, before: Pod | undefined, after: Pod | undefined): void {
    const { namespace } = (after ?? before)!;
    if (after === undefined) this.#podsByNamespace.remove(namespace, key);
    else this.#podsByNamespace.set(namespace, key, after);
    this.#note(this.#changes.podNamespaces, namespace);
  }
}

function noChanges(): MutableChanges {
  return { namespaces: new Set(), services: new Set(), serviceImports: new Set(), podNamespaces: new Set() };
}
