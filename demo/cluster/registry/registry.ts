/**
 * Creates, replaces, patches and deletes objects under the rules of an API server: metadata and versions are the same
 * for all kinds, what differs is in their strategies. Every refusal is an ApiError.
 */
import { isDeepStrictEqual } from 'node:util';
import { apiVersionOf, RESOURCES, type Resource, type Subresource } from '../resources.ts';
import { badRequest, conflict, deleted, forbidden, notFound, type Status } from '../status.ts';
import type { ObjectStore } from '../store.ts';
import { timestamp } from '../time.ts';
import type {
  ApiObject,
  Draft,
  JsonObject,
  JsonValue,
  Kinds,
  Namespace,
  Pod,
  ResourceName,
  Workload,
} from '../types.ts';
import { isObject, ManifestReader } from './manifest-reader.ts';
import { readMetadata } from './metadata.ts';
import { replicasOf, scaleOf } from './scale.ts';
import type { Strategy } from './strategy.ts';

/** The rules of every kind. */
export type Strategies = { readonly [R in ResourceName]: Strategy<Kinds[R]> };

/** Which object is meant. */
export interface ObjectName {
  readonly resource: ResourceName;
  /** Undefined for cluster-wide resources. */
  readonly namespace: string | undefined;
  readonly name: string;
}

/** What a client may ask of a deletion. */
export interface DeleteOptions {
  readonly gracePeriodSeconds?: number | undefined;
  readonly uid?: string | undefined;
  readonly resourceVersion?: string | undefined;
}

/** A function that makes the next state of an object from the present one. */
export type Patch = (present: JsonObject) => JsonValue | undefined;

export class Registry {
  readonly store: ObjectStore;
  readonly #strategies: Strategies;

  constructor(store: ObjectStore, strategies: Strategies) {
    this.store = store;
    this.#strategies = strategies;
  }

  /** Stores a new object. */
  create(resourceName: ResourceName, namespace: string | undefined, value: JsonValue): ApiObject {
    const resource = RESOURCES[resourceName];
    const body = checkedBody(resource, namespace, value);
    const reader = new ManifestReader(resource);
    const metadata = readMetadata(resource, body, namespace, reader);
    if (namespace !== undefined) this.#checkNamespace(resource, namespace, metadata.name);
    const content = this.#strategyOf(resourceName).prepare(body, reader, undefined);
    reader.finish(metadata.name);
    const draft = { kind: resource.kind, apiVersion: apiVersionOf(resource), metadata, ...content };
    return this.store.insert(resourceName, draft as Draft<Kinds[typeof resourceName]>);
  }

  /** Replaces an object, or only what the subresource covers; a body without resourceVersion replaces any version. */
  replace(target: ObjectName, subresource: Subresource | undefined, value: JsonValue): ApiObject | JsonObject {
    const previous = this.get(target);
    const reader = new ManifestReader(RESOURCES[target.resource]);
    if (subresource === 'scale') {
      const replicas = replicasOf(reader.object(value, 'body'), reader);
      reader.finish(target.name);
      checkPreconditions(target, previous, preconditionsOf(value));
      const workload = previous as Workload;
      const scaled: Workload = { ...workload, spec: { ...workload.spec, replicas } } as Workload;
      return scaleOf(this.#update(target, scaled) as Workload);
    }
    const body = checkedBody(RESOURCES[target.resource], target.namespace, value);
    if (reader.object(body['metadata'], 'metadata')['name'] !== target.name) {
      throw badRequest('the name of the object in the body does not match the name on the URL');
    }
    checkPreconditions(target, previous, preconditionsOf(body));
    const strategy = this.#strategyOf(target.resource);
    if (subresource === 'status') {
      const next = { ...previous, status: reader.object(body['status'], 'status') } as ApiObject;
      return this.#update(target, strategy.prepareStatus?.(next, previous) ?? next);
    }
    const { name, generateName, labels, annotations, ownerReferences, ...server } = previous.metadata;
    const metadata = { ...server, ...readMetadata(RESOURCES[target.resource], body, target.namespace, reader) };
    const { kind, apiVersion } = previous;
    const next: ApiObject = { kind, apiVersion, metadata, ...strategy.prepare(body, reader, previous) };
    reader.finish(target.name);
    return this.#update(target, next);
  }

  /** Replaces an object, or a part of it, by what the patch makes of it. */
  patch(target: ObjectName, subresource: Subresource | undefined, patch: Patch): ApiObject | JsonObject {
    const present = this.read(target, subresource);
    const patched = patch(present as JsonObject);
    if (!isObject(patched)) throw badRequest('the patch does not make an object');
    return this.replace(target, subresource, patched);
  }

  /** Begins the deletion of an object. What needs time to end is answered with itself, terminating. */
  delete(target: ObjectName, options: DeleteOptions = {}): ApiObject | Status {
    const { store } = this;
    const object = this.get(target);
    checkPreconditions(target, object, options);
    if (target.resource === 'namespaces') return this.#terminateNamespace(object as Namespace);
    if (target.resource === 'pods') {
      const pod = object as Pod;
      const grace = options.gracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? 30;
      // A pod that is on no node has nobody who would have to stop it.
      if (grace > 0 && pod.spec.nodeName !== undefined) return this.#terminatePod(pod, grace);
    }
    store.remove(target.resource, target.namespace, target.name);
    // Real servers answer with the object itself for these two, and with a Status for all others.
    if (target.resource === 'pods' || target.resource === 'services') return object;
    return deleted(RESOURCES[target.resource], target.name, object.metadata.uid);
  }

  /** The object; throws NotFound. */
  get({ resource, namespace, name }: ObjectName): ApiObject {
    return this.store.get(resource, namespace, name);
  }

  /** The object as the subresource shows it. */
  read(target: ObjectName, subresource: Subresource | undefined): ApiObject | JsonObject {
    const object = this.get(target);
    return subresource === 'scale' ? scaleOf(object as Workload) : object;
  }

  #strategyOf(resource: ResourceName): Strategy<ApiObject> {
    // The table pairs each resource with the strategy of its own kind; a union of resources hides that from the types.
    return this.#strategies[resource] as unknown as Strategy<ApiObject>;
  }

  /** Stores the next state unless it equals the present one: then nobody is told, as with a real server. */
  #update({ resource }: ObjectName, next: ApiObject): ApiObject {
    const { namespace, name, generation } = next.metadata;
    const previous: ApiObject = this.store.get(resource, namespace, name);
    const current = { ...next, metadata: { ...next.metadata, resourceVersion: previous.metadata.resourceVersion } };
    if (isDeepStrictEqual(current, previous)) return previous;
    const isCounted = generation !== undefined && !isDeepStrictEqual(specificationOf(next), specificationOf(previous));
    const metadata = isCounted ? { ...next.metadata, generation: generation + 1 } : next.metadata;
    return this.store.update(resource, { ...next, metadata } as Kinds[typeof resource]);
  }

  #terminatePod(pod: Pod, graceSeconds: number): Pod {
    if (pod.metadata.deletionTimestamp !== undefined) return pod;
    const metadata = {
      ...pod.metadata,
      generation: (pod.metadata.generation ?? 0) + 1,
      deletionTimestamp: timestamp(this.store.now() + graceSeconds * 1000),
      deletionGracePeriodSeconds: graceSeconds,
    };
    return this.store.update('pods', { ...pod, metadata });
  }

  #terminateNamespace(namespace: Namespace): Namespace {
    if (namespace.metadata.deletionTimestamp !== undefined) return namespace;
    const metadata = { ...namespace.metadata, deletionTimestamp: timestamp(this.store.now()) };
    return this.store.update('namespaces', { ...namespace, metadata, status: { phase: 'Terminating' } });
  }

  #checkNamespace(resource: Resource, namespace: string, name: string): void {
    const found = this.store.find('namespaces', undefined, namespace);
    if (found === undefined) throw notFound(RESOURCES.namespaces, namespace);
    if (found.status.phase === 'Active') return;
    const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
    const cause = { reason: 'NamespaceTerminating', message: `namespace ${namespace} is being terminated` };
    throw forbidden(resource, name, why, { ...cause, field: 'metadata.namespace' });
  }
}

/** The body, if it is an object of the kind and namespace that the request is about. */
function checkedBody(resource: Resource, namespace: string | undefined, value: JsonValue): JsonObject {
  if (!isObject(value)) throw badRequest('the body of the request is not an object');
  const { kind = resource.kind, apiVersion = apiVersionOf(resource) } = value;
  if (kind !== resource.kind || apiVersion !== apiVersionOf(resource)) {
    throw badRequest(`${kind} in version "${apiVersion}" cannot be handled as a ${resource.kind}`);
  }
  const metadata = value['metadata'];
  const given = isObject(metadata) ? metadata['namespace'] : undefined;
  if (given !== undefined && given !== '' && given !== namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  return value;
}

function preconditionsOf(body: JsonValue): DeleteOptions {
  const metadata = isObject(body) && isObject(body['metadata']) ? body['metadata'] : {};
  const { uid, resourceVersion } = metadata;
  return {
    ...(typeof uid === 'string' ? { uid } : {}),
    ...(typeof resourceVersion === 'string' && resourceVersion !== '' ? { resourceVersion } : {}),
  };
}

function checkPreconditions(target: ObjectName, object: ApiObject, options: DeleteOptions): void {
  const { uid, resourceVersion } = object.metadata;
  const resource = RESOURCES[target.resource];
  if (options.uid !== undefined && options.uid !== uid) {
    const why = `Precondition failed: UID in precondition: ${options.uid}, UID in object meta: ${uid}`;
    throw conflict(resource, target.name, why);
  }
  if (options.resourceVersion !== undefined && options.resourceVersion !== resourceVersion) {
    throw conflict(resource, target.name);
  }
}

/** What the generation counts the changes of: everything but metadata and status. */
function specificationOf(object: ApiObject): object {
  const { metadata, status, ...specification } = object as ApiObject & { readonly status?: unknown };
  return specification;
}
