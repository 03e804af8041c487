/**
 * Brings the objects of histories into the cluster. What the API server refuses is left out, as it is for everybody; what
 * it took is read back afterwards.
 */

import type { ApiServer } from '../control-plane/api-server.ts';
import { ApiRequestFailure } from '../control-plane/api-server.ts';
import { type ClusterObjects, clusterObjects } from '../control-plane/apply.ts';
import { pathOf } from '../control-plane/kinds.ts';
import type { ApiService } from './facts.ts';
import type { ObjectState, Operation, Step } from './history/history.ts';
import { type ApiName, apiNameOf, manifestOf, podStatus } from './history/manifests.ts';
import { serviceName } from './history/names.ts';
import { namespaceName, namespacesOf } from './slots.ts';

const namespacedKinds = ['Service', 'Endpoints', 'EndpointSlice', 'Pod', 'ServiceImport'] as const;

/** Held before anything else goes on with it. */
const mergePatch = 'application/merge-patch+json';

export class ClusterState {
  readonly objects: ClusterObjects;
  readonly #api: ApiServer;
  /** How many operations the API server refused, by why. */
  readonly refusals = new Map<string, number>();

  constructor(api: ApiServer) {
    this.#api = api;
    this.objects = clusterObjects(api);
  }

  /** One operation after the other, Namespaces that come first and those that go last. */
  async take(step: Step, slot: number): Promise<void> {
    for (const operation of inOrder(step)) {
      try {
        if (operation.do === 'put') await this.#put(operation.object, slot);
        else await this.#delete(apiNameOf(operation.object, slot));
      } catch (error) {
        if (!(error instanceof ApiRequestFailure) || error.status < 400 || error.status > 499) throw error;
        const why = `${operation.do} ${operation.object.kind}: ${error.reason}`;
        this.refusals.set(why, (this.refusals.get(why) ?? 0) + 1);
      }
    }
  }

  /** Removes everything that is in the slots. */
  async clear(slots: readonly number[]): Promise<void> {
    const namespaces = new Set(slots.flatMap(namespacesOf));
    await Promise.all([...namespaces].map((name) => this.removeNamespace(name)));
  }

  /** At once: the namespace controller would take five seconds. */
  async removeNamespace(name: string): Promise<void> {
    if ((await this.objects.get({ kind: 'Namespace', name })) === undefined) return;
    await this.#empty(name);
    await this.#release({ kind: 'Namespace', name });
    await this.#unlessGone(this.#api({ method: 'DELETE', path: pathOf('Namespace', undefined, name) }));
    await this.#finalize(name);
  }

  async #put(object: ObjectState, slot: number): Promise<void> {
    const addresses = await this.#clusterIpsFor(object, slot);
    const manifest = manifestOf(object, slot, (namespace, id, family) => addresses.get(`${namespace} ${id} ${family}`));
    const name = apiNameOf(object, slot);
    if (object.kind === 'pod' && object.appearsTerminating === true) await this.#remove(name);
    try {
      await this.objects.apply([manifest]);
    } catch (error) {
      // Some fields cannot be changed; who wants to change them makes a new object.
      if (!(error instanceof ApiRequestFailure) || error.status !== 422 || object.kind === 'namespace') throw error;
      if ((await this.objects.get(name)) === undefined) throw error;
      await this.#remove(name);
      await this.objects.apply([manifest]);
    }
    if (object.kind === 'pod') await this.#setPodStatus(object, slot);
  }

  async #setPodStatus(object: Extract<ObjectState, { kind: 'pod' }>, slot: number): Promise<void> {
    const { namespace, name } = apiNameOf(object, slot);
    const path = `${pathOf('Pod', namespace, name)}/status`;
    const patch = (body: object): Promise<unknown> =>
      this.#api({ method: 'PATCH', path, contentType: mergePatch, body });
    if (object.appearsTerminating === true) {
      await patch({ status: { ...podStatus(object, slot), phase: 'Failed' } });
      await this.#unlessGone(this.#api({ method: 'DELETE', path: pathOf('Pod', namespace, name) }));
    }
    await patch({ status: podStatus(object, slot) });
  }

  /** The addresses of the Services that a slice refers to. */
  async #clusterIpsFor(object: ObjectState, slot: number): Promise<ReadonlyMap<string, string>> {
    const found = new Map<string, string>();
    if (object.kind !== 'slice') return found;
    for (const address of object.endpoints.flatMap(({ addresses }) => addresses)) {
      if (!('clusterIpOf' in address)) continue;
      const { namespace, id } = address.clusterIpOf;
      const name = { kind: 'Service', namespace: namespaceName(slot, namespace), name: serviceName(id) } as const;
      const service = await this.objects.get<ApiService>(name);
      for (const text of service?.spec.clusterIPs ?? []) {
        if (text !== 'None') found.set(`${namespace} ${id} ${text.includes(':') ? 'IPv6' : 'IPv4'}`, text);
      }
    }
    return found;
  }

  /** As a user does: what has a finalizer stays, terminating. Of a Namespace that has one, the content goes. */
  async #delete(name: ApiName): Promise<void> {
    if (name.kind !== 'Namespace') {
      await this.objects.delete(name);
      return;
    }
    const namespace = await this.objects.get<{ metadata: { finalizers?: string[] } }>(name);
    if (namespace === undefined) return;
    await this.#empty(name.name);
    await this.objects.delete(name);
    await this.#finalize(name.name);
  }

  async #empty(namespace: string): Promise<void> {
    for (const kind of namespacedKinds) {
      const found = await this.objects.list<{ metadata: { name: string } }>(kind, { namespace });
      await Promise.all(found.map(({ metadata: { name } }) => this.#remove({ kind, namespace, name })));
    }
  }

  async #remove(name: ApiName): Promise<void> {
    await this.#release(name);
    await this.objects.delete(name);
  }

  /** Takes its finalizers away. */
  async #release({ kind, namespace, name }: ApiName): Promise<void> {
    const body = { metadata: { finalizers: null } };
    await this.#unlessGone(
      this.#api({ method: 'PATCH', path: pathOf(kind, namespace, name), contentType: mergePatch, body }),
    );
  }

  async #finalize(name: string): Promise<void> {
    const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name }, spec: { finalizers: [] } };
    await this.#unlessGone(
      this.#api({ method: 'PUT', path: `${pathOf('Namespace', undefined, name)}/finalize`, body }),
    );
  }

  async #unlessGone(reply: Promise<unknown>): Promise<void> {
    try {
      await reply;
    } catch (error) {
      if (!(error instanceof ApiRequestFailure) || (error.status !== 404 && error.status !== 409)) throw error;
    }
  }
}

function inOrder(step: Step): Operation[] {
  const rank = (operation: Operation): number => {
    if (operation.object.kind === 'namespace') return operation.do === 'put' ? 0 : 4;
    // Slices may have the address of a Service that comes with them.
    return operation.do === 'put' && operation.object.kind === 'service' ? 1 : 2;
  };
  return step.toSorted((a, b) => rank(a) - rank(b));
}
