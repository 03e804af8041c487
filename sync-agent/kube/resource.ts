/** What the API is asked for: kinds of objects, of the whole cluster or of one namespace, and which of them. Pure. */
import type { ObservationScope } from './scope.ts';
import { endedPhases } from './trim.ts';

export interface Resource {
  readonly kind: string;
  /** Undefined for the whole cluster. */
  readonly namespace: string | undefined;
  /** Of the list, without a query. */
  readonly path: string;
  /** What every list and watch says: `labelSelector`, `fieldSelector`. */
  readonly selectors: Readonly<Record<string, string>>;
}

/** Such as `Service`, or `Service in cache`. */
export function titleOf({ kind, namespace }: Resource): string {
  return namespace === undefined ? kind : `${kind} in ${namespace}`;
}

/** `labelSelector` undefined for all. */
export function namespaces(labelSelector: string | undefined): Resource {
  return { ...within('Namespace', '/api/v1', 'namespaces', undefined), selectors: labelled(labelSelector) };
}

/**
 * The list of Namespaces with one name: it holds that Namespace, or nothing. A ClusterRole can grant it by `resourceNames`
 * (Kubernetes, "Using RBAC Authorization": referring to resources).
 */
export function namespacesNamed(name: string): Resource {
  return {
    kind: 'Namespace',
    namespace: name,
    path: '/api/v1/namespaces',
    selectors: { fieldSelector: `metadata.name=${name}` },
  };
}

/** One Namespace, asked for by its name. A Role in it can grant that, but not to list or watch Namespaces. */
export function namespaceNamed(name: string): Resource {
  return { kind: 'Namespace', namespace: name, path: `/api/v1/namespaces/${name}`, selectors: {} };
}

export function services(namespace: string | undefined, { labelSelector }: ObservationScope): Resource {
  return { ...within('Service', '/api/v1', 'services', namespace), selectors: labelled(labelSelector) };
}

export function endpointSlices(namespace: string | undefined, { labelSelector }: ObservationScope): Resource {
  const resource = within('EndpointSlice', '/apis/discovery.k8s.io/v1', 'endpointslices', namespace);
  return { ...resource, selectors: labelled(labelSelector) };
}

/** Without those that have ended: a cluster may keep very many of them. */
export function pods(namespace: string | undefined, { labelSelector }: ObservationScope): Resource {
  const fieldSelector = endedPhases.map((phase) => `status.phase!=${phase}`).join(',');
  return {
    ...within('Pod', '/api/v1', 'pods', namespace),
    selectors: { ...labelled(labelSelector), fieldSelector },
  };
}

/** A custom resource: not every cluster has it. */
export function serviceImports(namespace: string | undefined, { labelSelector }: ObservationScope): Resource {
  const resource = within('ServiceImport', '/apis/multicluster.x-k8s.io/v1alpha1', 'serviceimports', namespace);
  return { ...resource, selectors: labelled(labelSelector) };
}

function within(
  kind: string,
  root: string,
  plural: string,
  namespace: string | undefined,
): Omit<Resource, 'selectors'> {
  const path = namespace === undefined ? `${root}/${plural}` : `${root}/namespaces/${namespace}/${plural}`;
  return { kind, namespace, path };
}

function labelled(labelSelector: string | undefined): Readonly<Record<string, string>> {
  return labelSelector === undefined ? {} : { labelSelector };
}
