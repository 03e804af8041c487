/** The objects of an embedded cluster for code in the same process: what kubectl does, as methods. */
import { manifestOf } from './manifests.ts';
import { hasStarted, isReady, withReadiness } from './pod-readiness.ts';
import { mergePatch } from './registry/patch.ts';
import type { DeleteOptions, Registry } from './registry/registry.ts';
import type { JsonObject, Kinds, Pod, ResourceName } from './types.ts';

/** Every method throws an ApiError where a real API server would refuse. */
export class ClusterObjects {
  readonly #registry: Registry;

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  /** The resourceVersion of the latest change. */
  get resourceVersion(): string {
    return String(this.#registry.store.version);
  }

  /** The object, or undefined; the namespace of a cluster-wide object is undefined. */
  find<R extends ResourceName>(resource: R, namespace: string | undefined, name: string): Kinds[R] | undefined {
    return this.#registry.store.find(resource, namespace, name);
  }

  /** The object; throws NotFound. */
  get<R extends ResourceName>(resource: R, namespace: string | undefined, name: string): Kinds[R] {
    return this.#registry.store.get(resource, namespace, name);
  }

  /** The objects of a namespace, or of all, in the order of namespace and name. */
  list<R extends ResourceName>(resource: R, namespace?: string): readonly Kinds[R][] {
    return this.#registry.store.list(resource, namespace);
  }

  /** Creates the object of a manifest; without a namespace in "default". */
  create(manifest: object): void {
    const { resource, namespace, body } = manifestOf(manifest as JsonObject);
    this.#registry.create(resource.plural, namespace, body);
  }

  /** Replaces the object that the manifest names. */
  replace(manifest: object): void {
    const { resource, namespace, body } = manifestOf(manifest as JsonObject);
    const name = String((body['metadata'] as JsonObject | undefined)?.['name'] ?? '');
    this.#registry.replace({ resource: resource.plural, namespace, name }, undefined, body);
  }

  /** Applies a JSON merge patch (RFC 7396). */
  patch(resource: ResourceName, namespace: string | undefined, name: string, patch: object): void {
    const merge = (present: JsonObject) => mergePatch(present, patch as JsonObject);
    this.#registry.patch({ resource, namespace, name }, undefined, merge);
  }

  /** Deletes the object; a pod and a namespace take their time to end. */
  delete(resource: ResourceName, namespace: string | undefined, name: string, options: DeleteOptions = {}): void {
    this.#registry.delete({ resource, namespace, name }, options);
  }

  /** Deletes a pod; its controller makes another, on another address. */
  deletePod(namespace: string, name: string): void {
    this.delete('pods', namespace, name);
  }

  /** Lets a pod's readiness probe fail or succeed from now on. */
  setReady(namespace: string, name: string, ready: boolean): void {
    const { store } = this.#registry;
    const pod: Pod = store.get('pods', namespace, name);
    if (hasStarted(pod) && isReady(pod) === ready) return;
    store.update('pods', withReadiness(pod, ready, store.now()));
  }

  /** Sets the number of a workload's pods. */
  scale(resource: 'statefulsets' | 'deployments', namespace: string, name: string, replicas: number): void {
    this.#registry.patch({ resource, namespace, name }, 'scale', (scale) => ({ ...scale, spec: { replicas } }));
  }

  /** Forgets all past changes: a watch that begins before now is answered 410. */
  compact(): void {
    this.#registry.store.history.forgetAll();
  }
}
