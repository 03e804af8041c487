/** What tests do to the objects of a cluster, as its administrator: apply manifests, change them, look at them. */
import { type ApiRequest, ApiRequestFailure, type ApiServer } from './api-server.ts';
import { type Kind, pathOf } from './kinds.ts';
import { type KubernetesObject, parseManifests } from './manifests.ts';

const fieldManager = 'kube-doh-test';

/** Names one object. Where a kind has namespaces and none is given, it is `default`. */
export interface ObjectName {
  readonly kind: Kind;
  readonly namespace?: string;
  readonly name: string;
}

/** Which objects to list: all of the kind, those of a namespace, those that carry labels (`app=redis`). */
export interface ListOptions {
  readonly namespace?: string;
  readonly labelSelector?: string;
}

/** Operations on a cluster's objects. All fail with ApiRequestFailure where the API server refuses. */
export interface ClusterObjects {
  /** Creates each object, or brings the one that is there to the given fields; one after the other. */
  apply(objects: readonly KubernetesObject[]): Promise<KubernetesObject[]>;
  /** `apply` for the objects of a multi-document YAML text. */
  applyYaml(text: string): Promise<KubernetesObject[]>;
  /** Undefined where there is no such object. `T` may be a type of @kubernetes/client-node, which is not checked. */
  get<T = KubernetesObject>(object: ObjectName): Promise<T | undefined>;
  list<T = KubernetesObject>(kind: Kind, options?: ListOptions): Promise<T[]>;
  /** Merges `change` into the object: maps by key, lists as the kind defines (strategic merge patch). */
  patch<T = KubernetesObject>(object: ObjectName, change: object, subresource?: 'status'): Promise<T>;
  /** False where there was no such object. Returns when the deletion is accepted: finalizers may take longer. */
  delete(object: ObjectName): Promise<boolean>;
  /** Sets `spec.replicas` of a StatefulSet or Deployment. */
  scale(object: ObjectName & { readonly kind: 'StatefulSet' | 'Deployment' }, replicas: number): Promise<void>;
  /** Sets the pod's condition Ready, as its kubelet would after a probe. */
  setPodReady(namespace: string, name: string, ready: boolean): Promise<void>;
  /** A bearer token for a ServiceAccount, valid for an hour. */
  serviceAccountToken(namespace: string, name: string): Promise<string>;
}

/** Operations through one API server. */
export function clusterObjects(api: ApiServer): ClusterObjects {
  async function apply(objects: readonly KubernetesObject[]): Promise<KubernetesObject[]> {
    const applied: KubernetesObject[] = [];
    for (const object of objects) applied.push((await api(applyRequest(object))) as KubernetesObject);
    return applied;
  }

  async function patch<T>(object: ObjectName, change: object, subresource?: 'status'): Promise<T> {
    const path = subresource === undefined ? pathTo(object) : `${pathTo(object)}/${subresource}`;
    return (await api({
      method: 'PATCH',
      path: `${path}?fieldManager=${fieldManager}`,
      contentType: 'application/strategic-merge-patch+json',
      body: change,
    })) as T;
  }

  return {
    apply,
    applyYaml: (text) => apply(parseManifests(text)),
    get: <T>(object: ObjectName) => unlessNotFound(api({ method: 'GET', path: pathTo(object) }) as Promise<T>),
    async list<T>(kind: Kind, options: ListOptions = {}) {
      const selector = options.labelSelector && `?labelSelector=${encodeURIComponent(options.labelSelector)}`;
      const path = `${pathOf(kind, options.namespace)}${selector ?? ''}`;
      const { apiVersion, items } = (await api({ method: 'GET', path })) as { apiVersion: string; items: T[] };
      // The items of a list carry neither field.
      return items.map((item) => ({ apiVersion, kind, ...item }));
    },
    patch,
    async delete(object) {
      return (await unlessNotFound(api({ method: 'DELETE', path: pathTo(object) }))) !== undefined;
    },
    async scale(object, replicas) {
      await patch(object, { spec: { replicas } });
    },
    async setPodReady(namespace, name, ready) {
      const condition = {
        type: 'Ready',
        status: ready ? 'True' : 'False',
        lastTransitionTime: new Date().toISOString(),
      };
      await patch({ kind: 'Pod', namespace, name }, { status: { conditions: [condition] } }, 'status');
    },
    async serviceAccountToken(namespace, name) {
      const path = `${pathTo({ kind: 'ServiceAccount', namespace, name })}/token`;
      const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} };
      const reply = (await api({ method: 'POST', path, body })) as { status: { token: string } };
      return reply.status.token;
    },
  };
}

/** A server-side apply: it creates what is not there, and needs no resourceVersion for what is. */
function applyRequest(object: KubernetesObject): ApiRequest {
  const { kind, metadata } = object;
  const { name, namespace } = metadata;
  return {
    method: 'PATCH',
    path: `${pathOf(kind, namespace, name)}?fieldManager=${fieldManager}&force=true`,
    contentType: 'application/apply-patch+yaml',
    body: object,
  };
}

function pathTo({ kind, namespace, name }: ObjectName): string {
  return pathOf(kind, namespace, name);
}

async function unlessNotFound<T>(reply: Promise<T>): Promise<T | undefined> {
  try {
    return await reply;
  } catch (error) {
    if (error instanceof ApiRequestFailure && error.status === 404) return undefined;
    throw error;
  }
}
