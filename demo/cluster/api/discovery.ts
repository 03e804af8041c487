/** The documents by which clients learn what a server offers. Pure. */
import { RESOURCES, type Resource } from '../resources.ts';
import type { JsonObject } from '../types.ts';

/** The version that the embedded cluster passes for. */
export function versionDocument(): JsonObject {
  return {
    major: '1',
    minor: '36',
    gitVersion: 'v1.36.3+embedded',
    gitCommit: '',
    gitTreeState: 'clean',
    buildDate: '1970-01-01T00:00:00Z',
    goVersion: '',
    compiler: 'node',
    platform: `${process.platform}/${process.arch}`,
  };
}

/** `GET /api` */
export function coreVersionsDocument(serverAddress: string): JsonObject {
  const serverAddressByClientCIDRs = [{ clientCIDR: '0.0.0.0/0', serverAddress }];
  return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs };
}

/** `GET /apis` */
export function groupsDocument(): JsonObject {
  const names = new Set(Object.values(RESOURCES).map(({ group }) => group));
  const groups = [...names].filter((group) => group !== '').map(describeGroup);
  return { kind: 'APIGroupList', apiVersion: 'v1', groups };
}

/** `GET /apis/<group>` */
export function groupDocument(group: string): JsonObject {
  return { kind: 'APIGroup', apiVersion: 'v1', ...describeGroup(group) };
}

/** `GET /api/v1` and `GET /apis/<group>/v1` */
export function resourcesDocument(group: string): JsonObject {
  const resources = Object.values(RESOURCES).filter((resource) => resource.group === group);
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: group === '' ? 'v1' : `${group}/v1`,
    resources: resources.flatMap(describeResource),
  };
}

function describeGroup(name: string): JsonObject {
  const version = { groupVersion: `${name}/v1`, version: 'v1' };
  return { name, versions: [version], preferredVersion: version };
}

/** What can be done with every resource. */
const VERBS = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'];

/** The resources that `kubectl get all` lists. */
const IN_ALL: readonly string[] = ['pods', 'services', 'deployments', 'replicasets', 'statefulsets'];

function describeResource(resource: Resource): JsonObject[] {
  const { plural, kind, namespaced, shortNames, subresources } = resource;
  const self = {
    name: plural,
    singularName: kind.toLowerCase(),
    namespaced,
    kind,
    verbs: VERBS,
    ...(shortNames.length === 0 ? {} : { shortNames }),
    ...(IN_ALL.includes(plural) ? { categories: ['all'] } : {}),
  };
  const below = subresources.map((subresource) => ({
    name: `${plural}/${subresource}`,
    singularName: '',
    namespaced,
    ...(subresource === 'scale' ? { group: 'autoscaling', version: 'v1', kind: 'Scale' } : { kind }),
    verbs: ['get', 'patch', 'update'],
  }));
  return [self, ...below];
}
