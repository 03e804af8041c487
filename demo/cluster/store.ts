/**
 * The stored objects and their versions. One counter gives every change its version; the latest changes are kept so that
 * watches can begin in the past and lists can be read as they were. Knows nothing of what the objects mean.
 */
import { randomUUID } from 'node:crypto';
import { EventHistory, type StoreEvent } from './history.ts';
import { RESOURCES } from './resources.ts';
import { alreadyExists, notFound } from './status.ts';
import { type Clock, timestamp } from './time.ts';
import type { ApiObject, Draft, Kinds, ObjectMeta, ResourceName } from './types.ts';

/** Where objects without a namespace are kept. */
const CLUSTER_WIDE = '';

export class ObjectStore {
  readonly history: EventHistory;
  readonly now: Clock;
  /** By resource, namespace and name. */
  readonly #tables = new Map<ResourceName, Map<string, Map<string, ApiObject>>>();
  readonly #listeners = new Set<(event: StoreEvent) => void>();
  #version = 0;

  constructor(historySize: number, now: Clock) {
    this.history = new EventHistory(historySize);
    this.now = now;
  }

  /** The version of the latest change. */
  get version(): number {
    return this.#version;
  }

  /** The object, if it is stored; the namespace of a cluster-wide object is undefined. */
  find<R extends ResourceName>(resource: R, namespace: string | undefined, name: string): Kinds[R] | undefined {
    return this.#table(resource, namespace)?.get(name) as Kinds[R] | undefined;
  }

  /** The object; throws NotFound. */
  get<R extends ResourceName>(resource: R, namespace: string | undefined, name: string): Kinds[R] {
    const found = this.find(resource, namespace, name);
    if (found === undefined) throw notFound(RESOURCES[resource], name);
    return found;
  }

  /** The objects of one namespace, or of all without one, in the order of namespace and name. */
  list<R extends ResourceName>(resource: R, namespace?: string): readonly Kinds[R][] {
    const byNamespace = this.#tables.get(resource);
    const tables = namespace === undefined ? byNamespace?.values() : [byNamespace?.get(namespace) ?? new Map()];
    return inKeyOrder([...(tables ?? [])].flatMap((table) => [...table.values()] as Kinds[R][]));
  }

  /** The same as of an older version, or undefined if the history no longer reaches back to it. */
  listAt<R extends ResourceName>(resource: R, namespace: string | undefined, version: number) {
    const events = this.history.after(version);
    if (events === undefined) return undefined;
    const objects = new Map(this.list(resource, namespace).map((object) => [keyOf(object), object]));
    for (const event of events.toReversed()) {
      if (event.resource !== resource) continue;
      if (namespace !== undefined && event.object.metadata.namespace !== namespace) continue;
      if (event.previous === undefined) objects.delete(keyOf(event.object));
      else objects.set(keyOf(event.object), event.previous as Kinds[R]);
    }
    return inKeyOrder([...objects.values()]);
  }

  /** Stores a new object and gives it its identity; throws AlreadyExists. */
  insert<R extends ResourceName>(resource: R, draft: Draft<Kinds[R]>): Kinds[R] {
    const { name, namespace } = draft.metadata;
    const table = this.#tableToFill(resource, namespace);
    if (table.has(name)) throw alreadyExists(RESOURCES[resource], name);
    const metadata: ObjectMeta = {
      ...draft.metadata,
      uid: randomUUID(),
      resourceVersion: this.#nextVersion(),
      ...(RESOURCES[resource].counted ? { generation: 1 } : {}),
      creationTimestamp: timestamp(this.now()),
    };
    const object = { ...draft, metadata } as unknown as Kinds[R];
    table.set(name, object);
    this.#announce({ type: 'ADDED', resource, version: this.#version, object });
    return object;
  }

  /** Replaces an object by its next state and gives it the next version; throws NotFound. */
  update<R extends ResourceName>(resource: R, next: Kinds[R]): Kinds[R] {
    const { name, namespace } = next.metadata;
    const previous = this.get(resource, namespace, name);
    const object = { ...next, metadata: { ...next.metadata, resourceVersion: this.#nextVersion() } };
    this.#tableToFill(resource, namespace).set(name, object);
    this.#announce({ type: 'MODIFIED', resource, version: this.#version, object, previous });
    return object;
  }

  /** Takes an object out; throws NotFound. */
  remove(resource: ResourceName, namespace: string | undefined, name: string): void {
    const previous = this.get(resource, namespace, name);
    this.#tableToFill(resource, namespace).delete(name);
    const object = { ...previous, metadata: { ...previous.metadata, resourceVersion: this.#nextVersion() } };
    this.#announce({ type: 'DELETED', resource, version: this.#version, object, previous });
  }

  /** Calls the listener for every change from now on, until the returned function is called. */
  subscribe(listener: (event: StoreEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #table(resource: ResourceName, namespace: string | undefined): Map<string, ApiObject> | undefined {
    return this.#tables.get(resource)?.get(namespace ?? CLUSTER_WIDE);
  }

  #tableToFill(resource: ResourceName, namespace = CLUSTER_WIDE): Map<string, ApiObject> {
    const byNamespace = this.#tables.get(resource) ?? new Map<string, Map<string, ApiObject>>();
    const table = byNamespace.get(namespace) ?? new Map<string, ApiObject>();
    this.#tables.set(resource, byNamespace.set(namespace, table));
    return table;
  }

  #nextVersion(): string {
    this.#version += 1;
    return String(this.#version);
  }

  #announce(event: StoreEvent): void {
    this.history.append(event);
    for (const listener of [...this.#listeners]) listener(event);
  }
}

/** Namespace and name in one; lists and pages follow its order, as etcd's keys do. */
export function keyOf(object: ApiObject): string {
  const { namespace, name } = object.metadata;
  return namespace === undefined ? name : `${namespace}/${name}`;
}

function inKeyOrder<T extends ApiObject>(objects: T[]): T[] {
  const keyed = objects.map((object) => ({ key: keyOf(object), object }));
  keyed.sort((left, right) => (left.key < right.key ? -1 : left.key > right.key ? 1 : 0));
  return keyed.map(({ object }) => object);
}
