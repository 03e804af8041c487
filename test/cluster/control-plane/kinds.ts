/** The kinds of object that tests apply, and where the API serves them. */

/** A kind that `apply.ts` can handle. */
export type Kind = keyof typeof resources;

/** One kind's place in the API. */
interface Resource {
  readonly apiVersion: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

const resources = {
  ClusterRole: { apiVersion: 'rbac.authorization.k8s.io/v1', plural: 'clusterroles', namespaced: false },
  ClusterRoleBinding: { apiVersion: 'rbac.authorization.k8s.io/v1', plural: 'clusterrolebindings', namespaced: false },
  ConfigMap: { apiVersion: 'v1', plural: 'configmaps', namespaced: true },
  CustomResourceDefinition: {
    apiVersion: 'apiextensions.k8s.io/v1',
    plural: 'customresourcedefinitions',
    namespaced: false,
  },
  Deployment: { apiVersion: 'apps/v1', plural: 'deployments', namespaced: true },
  Endpoints: { apiVersion: 'v1', plural: 'endpoints', namespaced: true },
  EndpointSlice: { apiVersion: 'discovery.k8s.io/v1', plural: 'endpointslices', namespaced: true },
  Namespace: { apiVersion: 'v1', plural: 'namespaces', namespaced: false },
  Node: { apiVersion: 'v1', plural: 'nodes', namespaced: false },
  Pod: { apiVersion: 'v1', plural: 'pods', namespaced: true },
  Role: { apiVersion: 'rbac.authorization.k8s.io/v1', plural: 'roles', namespaced: true },
  RoleBinding: { apiVersion: 'rbac.authorization.k8s.io/v1', plural: 'rolebindings', namespaced: true },
  Service: { apiVersion: 'v1', plural: 'services', namespaced: true },
  ServiceAccount: { apiVersion: 'v1', plural: 'serviceaccounts', namespaced: true },
  ServiceImport: { apiVersion: 'multicluster.x-k8s.io/v1alpha1', plural: 'serviceimports', namespaced: true },
  StatefulSet: { apiVersion: 'apps/v1', plural: 'statefulsets', namespaced: true },
} as const satisfies Record<string, Resource>;

/** Tells whether `kind` is one of them. */
export function isKind(kind: string): kind is Kind {
  return Object.hasOwn(resources, kind);
}

/**
 * The API's path of a kind: of its collection, or of one object with a name. Without a namespace it is that of the
 * whole cluster, or of `default` for one object.
 */
export function pathOf(kind: Kind, namespace?: string, name?: string): string {
  const { apiVersion, plural, namespaced }: Resource = resources[kind];
  const group = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const scope = namespace ?? (name === undefined ? undefined : 'default');
  const collection =
    namespaced && scope !== undefined ? `${group}/namespaces/${scope}/${plural}` : `${group}/${plural}`;
  return name === undefined ? collection : `${collection}/${name}`;
}
