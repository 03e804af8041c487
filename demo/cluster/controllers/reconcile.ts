/** Carries out what the controllers plan for the objects of one namespace, through the registry as a client would. */
import { isDeepStrictEqual } from 'node:util';
import type { Registry } from '../registry/registry.ts';
import type { ObjectStore } from '../store.ts';
import type {
  ApiObject,
  Deployment,
  JsonObject,
  Kinds,
  ReplicaSet,
  ResourceName,
  Service,
  StatefulSet,
} from '../types.ts';
import { planDeployment } from './deployment.ts';
import { planSlices, podsOf } from './endpointslice.ts';
import type { Kubelet } from './kubelet.ts';
import { orphans } from './ownership.ts';
import { planReplicaSet } from './replicaset.ts';
import { planStatefulSet } from './statefulset.ts';
import { type SeenPods, triggerTimeOf } from './trigger-time.ts';

/** The resources whose objects others may belong to, those that may belong to others, and all in a namespace. */
const OWNERS: readonly ResourceName[] = ['services', 'statefulsets', 'deployments', 'replicasets', 'pods'];
const OWNED: readonly ResourceName[] = ['pods', 'replicasets', 'endpointslices'];
const NAMESPACED: readonly ResourceName[] = [...OWNERS, 'endpointslices'];

export class Reconciler {
  readonly #registry: Registry;
  readonly #store: ObjectStore;
  readonly #kubelet: Kubelet;
  readonly #log: (line: string) => void;
  readonly #seenPods = new Map<string, SeenPods>();

  constructor(registry: Registry, kubelet: Kubelet, log: (line: string) => void) {
    this.#registry = registry;
    this.#store = registry.store;
    this.#kubelet = kubelet;
    this.#log = log;
  }

  /** One step for every object of the namespace; the changes that it makes ask for the next one. */
  reconcile(namespace: string): void {
    const store = this.#store;
    this.#endNamespace(namespace);
    this.#collectGarbage(namespace);
    this.#each(store.list('deployments', namespace), (object) => this.#reconcileDeployment(object));
    this.#each(store.list('replicasets', namespace), (object) => this.#reconcileReplicaSet(object));
    this.#each(store.list('statefulsets', namespace), (object) => this.#reconcileStatefulSet(object));
    this.#each(store.list('pods', namespace), (pod) => this.#kubelet.attend(pod));
    this.#each(store.list('services', namespace), (service) => this.#reconcileService(service));
  }

  /** Forgets what is remembered of a Service that is gone. */
  forgetService(uid: string): void {
    this.#seenPods.delete(uid);
  }

  /** One object that cannot be reconciled does not hold up the others. */
  #each<T extends ApiObject>(objects: readonly T[], reconcile: (object: T) => void): void {
    for (const object of objects) {
      try {
        reconcile(object);
      } catch (error) {
        const { namespace, name } = object.metadata;
        this.#log(`${object.kind} ${namespace}/${name}: ${(error as Error).message}`);
      }
    }
  }

  /** A namespace that is being deleted ends when everything in it has ended. */
  #endNamespace(name: string): void {
    const namespace = this.#store.find('namespaces', undefined, name);
    if (namespace?.metadata.deletionTimestamp === undefined) return;
    for (const resource of NAMESPACED) this.#delete(resource, this.#store.list(resource, name));
    const isEmpty = NAMESPACED.every((resource) => this.#store.list(resource, name).length === 0);
    if (isEmpty) this.#store.remove('namespaces', undefined, name);
  }

  #collectGarbage(namespace: string): void {
    const owners = OWNERS.flatMap((resource): readonly ApiObject[] => this.#store.list(resource, namespace));
    const uids = new Set(owners.map(({ metadata }) => metadata.uid));
    for (const resource of OWNED) this.#delete(resource, orphans(this.#store.list(resource, namespace), uids));
  }

  #reconcileDeployment(deployment: Deployment): void {
    const { namespace } = deployment.metadata;
    const plan = planDeployment(deployment, this.#store.list('replicasets', namespace));
    this.#create('replicasets', namespace, plan.create);
    for (const { replicaSet, replicas } of plan.resize) {
      const target = { resource: 'replicasets', namespace, name: replicaSet.metadata.name } as const;
      this.#registry.patch(target, 'scale', (scale) => ({ ...scale, spec: { replicas } }));
    }
    this.#setStatus('deployments', deployment, plan.status);
  }

  #reconcileReplicaSet(set: ReplicaSet): void {
    const plan = planReplicaSet(set, this.#store.list('pods', set.metadata.namespace));
    this.#create('pods', set.metadata.namespace, plan.create);
    this.#delete('pods', plan.remove);
    this.#setStatus('replicasets', set, plan.status);
  }

  #reconcileStatefulSet(set: StatefulSet): void {
    const plan = planStatefulSet(set, this.#store.list('pods', set.metadata.namespace));
    this.#create('pods', set.metadata.namespace, plan.create);
    this.#delete('pods', plan.remove);
    this.#setStatus('statefulsets', set, plan.status);
  }

  #reconcileService(service: Service): void {
    const { namespace, uid } = service.metadata;
    const pods = this.#store.list('pods', namespace);
    const { triggerTime, seen } = triggerTimeOf(service, podsOf(service, pods), this.#seenPods.get(uid));
    this.#seenPods.set(uid, seen);
    const plan = planSlices(service, pods, this.#store.list('endpointslices', namespace), triggerTime);
    this.#create('endpointslices', namespace, plan.create);
    for (const slice of plan.update) {
      const target = { resource: 'endpointslices', namespace, name: slice.metadata.name } as const;
      this.#registry.replace(target, undefined, slice as unknown as JsonObject);
    }
    this.#delete('endpointslices', plan.remove);
  }

  #create(resource: ResourceName, namespace: string | undefined, drafts: readonly object[]): void {
    for (const draft of drafts) this.#registry.create(resource, namespace, draft as JsonObject);
  }

  /** What is already terminating is left to end. */
  #delete(resource: ResourceName, objects: readonly ApiObject[]): void {
    for (const { metadata } of objects) {
      if (metadata.deletionTimestamp !== undefined) continue;
      this.#registry.delete({ resource, namespace: metadata.namespace, name: metadata.name });
    }
  }

  #setStatus<R extends 'deployments' | 'replicasets' | 'statefulsets'>(
    resource: R,
    object: Kinds[R],
    status: Kinds[R]['status'],
  ): void {
    if (!isDeepStrictEqual(object.status, status)) this.#store.update(resource, { ...object, status });
  }
}
