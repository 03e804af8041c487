/** The served resources as a table: how each is called in paths, in manifests and by kubectl, and what it supports. */
import type { JsonObject, ResourceName } from './types.ts';

/** One served resource; all are of version v1 of their group. */
export interface Resource {
  readonly plural: ResourceName;
  readonly kind: string;
  readonly group: '' | 'apps' | 'discovery.k8s.io';
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  readonly subresources: readonly Subresource[];
  /** Whether metadata.generation counts the changes of the specification. */
  readonly counted: boolean;
  /** The fields that a server sends for an object without content; bookmarks carry them. */
  readonly zero: JsonObject;
}

export type Subresource = 'status' | 'scale';

const emptyTemplate = { metadata: {}, spec: { containers: null } };

/** All served resources, by plural name. */
export const RESOURCES: Readonly<Record<ResourceName, Resource>> = {
  namespaces: {
    plural: 'namespaces',
    kind: 'Namespace',
    group: '',
    namespaced: false,
    shortNames: ['ns'],
    subresources: ['status'],
    counted: false,
    zero: { spec: {}, status: {} },
  },
  services: {
    plural: 'services',
    kind: 'Service',
    group: '',
    namespaced: true,
    shortNames: ['svc'],
    subresources: ['status'],
    counted: false,
    zero: { spec: {}, status: { loadBalancer: {} } },
  },
  pods: {
    plural: 'pods',
    kind: 'Pod',
    group: '',
    namespaced: true,
    shortNames: ['po'],
    subresources: ['status'],
    counted: true,
    zero: { spec: { containers: null }, status: {} },
  },
  statefulsets: {
    plural: 'statefulsets',
    kind: 'StatefulSet',
    group: 'apps',
    namespaced: true,
    shortNames: ['sts'],
    subresources: ['status', 'scale'],
    counted: true,
    zero: {
      spec: { replicas: 0, selector: null, template: emptyTemplate, serviceName: '', updateStrategy: {} },
      status: { replicas: 0, availableReplicas: 0 },
    },
  },
  deployments: {
    plural: 'deployments',
    kind: 'Deployment',
    group: 'apps',
    namespaced: true,
    shortNames: ['deploy'],
    subresources: ['status', 'scale'],
    counted: true,
    zero: { spec: { replicas: 0, selector: null, template: emptyTemplate, strategy: {} }, status: {} },
  },
  replicasets: {
    plural: 'replicasets',
    kind: 'ReplicaSet',
    group: 'apps',
    namespaced: true,
    shortNames: ['rs'],
    subresources: ['status', 'scale'],
    counted: true,
    zero: { spec: { replicas: 0, selector: null, template: emptyTemplate }, status: { replicas: 0 } },
  },
  endpointslices: {
    plural: 'endpointslices',
    kind: 'EndpointSlice',
    group: 'discovery.k8s.io',
    namespaced: true,
    shortNames: [],
    subresources: [],
    counted: true,
    zero: { addressType: '', endpoints: null, ports: null },
  },
};

/** `v1`, or group and version, as manifests spell it. */
export function apiVersionOf(resource: Resource): string {
  return resource.group === '' ? 'v1' : `${resource.group}/v1`;
}

/** `pods`, or `statefulsets.apps`, as error messages spell it. */
export function qualifiedName(resource: Resource): string {
  return resource.group === '' ? resource.plural : `${resource.plural}.${resource.group}`;
}

/** The resource of a group by its plural name, as paths spell it. */
export function resourceAt(group: string, plural: string): Resource | undefined {
  return Object.values(RESOURCES).find((resource) => resource.plural === plural && resource.group === group);
}

/** The resource of a manifest by its `apiVersion` and `kind`. */
export function resourceOfKind(apiVersion: string, kind: string): Resource | undefined {
  return Object.values(RESOURCES).find((resource) => resource.kind === kind && apiVersionOf(resource) === apiVersion);
}
