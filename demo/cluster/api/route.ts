/** What a path of the API means. Pure. */
import { RESOURCES, type Resource, resourceAt, type Subresource } from '../resources.ts';

/** A path, understood. */
export type Route =
  | { readonly kind: 'health' }
  | { readonly kind: 'version' }
  /** Discovery: all groups' names, one group, or the resources of one group's version. */
  | { readonly kind: 'core-versions' }
  | { readonly kind: 'groups' }
  | { readonly kind: 'group'; readonly group: string }
  | { readonly kind: 'resources'; readonly group: string }
  /** The OpenAPI documents: their index, or that of one group's version. */
  | { readonly kind: 'openapi-index' }
  | { readonly kind: 'openapi'; readonly group: string }
  | { readonly kind: 'collection'; readonly resource: Resource; readonly namespace: string | undefined }
  | ObjectRoute
  /** Below a served group, but no resource of it. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'nowhere' };

/** The path of one object. */
export interface ObjectRoute {
  readonly kind: 'object';
  readonly resource: Resource;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly subresource: Subresource | undefined;
}

const UNKNOWN: Route = { kind: 'unknown' };
const NOWHERE: Route = { kind: 'nowhere' };

/** Understands a path, without its query. */
export function routeOf(path: string): Route {
  const segments = path.split('/').filter((segment) => segment !== '');
  const decoded = segments.map(decodeSegment);
  if (decoded.includes(undefined)) return NOWHERE;
  const [root, ...rest] = decoded as string[];
  switch (root) {
    case 'healthz':
    case 'livez':
    case 'readyz':
      return { kind: 'health' };
    case 'version':
      return rest.length === 0 ? { kind: 'version' } : NOWHERE;
    case 'api':
      if (rest.length === 0) return { kind: 'core-versions' };
      return rest[0] === 'v1' ? routeInGroup('', rest.slice(1)) : NOWHERE;
    case 'apis': {
      const [group, version] = rest;
      if (group === undefined) return { kind: 'groups' };
      if (!isServedGroup(group)) return NOWHERE;
      if (version === undefined) return { kind: 'group', group };
      return version === 'v1' ? routeInGroup(group, rest.slice(2)) : NOWHERE;
    }
    case 'openapi': {
      const [version, top, ...path] = rest;
      if (version !== 'v3') return NOWHERE;
      if (top === undefined) return { kind: 'openapi-index' };
      const group = top === 'api' ? '' : path[0];
      return group !== undefined && isServedGroup(group) ? { kind: 'openapi', group } : NOWHERE;
    }
    default:
      return NOWHERE;
  }
}

function isServedGroup(group: string): boolean {
  return Object.values(RESOURCES).some((resource) => resource.group === group);
}

function routeInGroup(group: string, segments: readonly string[]): Route {
  if (segments.length === 0) return { kind: 'resources', group };
  const [first, namespace, ...rest] = segments;
  // Below a namespace there are its objects; /namespaces/<name>[/status] is the Namespace itself.
  if (first === 'namespaces' && namespace !== undefined && rest.length > 0 && rest[0] !== 'status') {
    return routeOfResource(resourceAt(group, rest[0]!), namespace, rest.slice(1));
  }
  return routeOfResource(resourceAt(group, first!), undefined, segments.slice(1));
}

function routeOfResource(
  resource: Resource | undefined,
  namespace: string | undefined,
  segments: readonly string[],
): Route {
  if (resource === undefined) return UNKNOWN;
  const [name, subresourceName, ...rest] = segments;
  if (name === undefined) {
    return resource.namespaced || namespace === undefined ? { kind: 'collection', resource, namespace } : UNKNOWN;
  }
  if (resource.namespaced !== (namespace !== undefined) || rest.length > 0) return UNKNOWN;
  const subresource = resource.subresources.find((candidate) => candidate === subresourceName);
  if (subresourceName !== undefined && subresource === undefined) return UNKNOWN;
  return { kind: 'object', resource, namespace, name, subresource };
}

function decodeSegment(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
