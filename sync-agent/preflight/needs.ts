/** The permissions that the agent needs: one table for asking whether they are granted, and for granting them. Pure. */
import { permissionOf } from '../kube/refusal.ts';
import {
  endpointSlices,
  namespaceNamed,
  namespaces,
  namespacesNamed,
  pods,
  type Resource,
  serviceImports,
  services,
} from '../kube/resource.ts';
import type { ObservationScope } from '../kube/scope.ts';

export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update';

export interface Need {
  readonly purpose: 'observing' | 'leading' | 'identity' | 'events';
  readonly verbs: readonly Verb[];
  /** Empty for the core group. */
  readonly group: string;
  /** Such as `endpointslices`. */
  readonly resource: string;
  /** Where a Role grants it; undefined for the whole cluster. */
  readonly namespace: string | undefined;
  /** Of the only object that it is about. */
  readonly name: string | undefined;
  /** For a Namespace that is listed: what does as well. */
  readonly instead?: Need;
}

/** What the agent does beside observing. */
export interface Duties {
  /** Undefined without leader election. */
  readonly lease: { readonly namespace: string; readonly name: string } | undefined;
  readonly writesEvents: boolean;
  readonly tellsIdentity: boolean;
}

export function needsOf(scope: ObservationScope, duties: Duties): readonly Need[] {
  return [...observing(scope), ...leading(duties), ...identity(duties), ...events(scope, duties)];
}

/** The namespaces that a Role is needed in; undefined stands for the whole cluster. */
function placesOf({ namespaces: wanted }: ObservationScope): readonly (string | undefined)[] {
  return wanted.type === 'listed' ? wanted.names : [undefined];
}

function* observing(scope: ObservationScope): Generator<Need> {
  for (const place of placesOf(scope)) {
    yield place === undefined ? listAndWatch(namespaces(undefined)) : oneNamespace(place);
    yield listAndWatch(services(place, scope));
    yield listAndWatch(endpointSlices(place, scope));
    if (scope.observesPods) yield listAndWatch(pods(place, scope));
    if (scope.observesServiceImports) yield listAndWatch(serviceImports(place, scope));
  }
}

/** A Namespace is watched where a ClusterRole grants it by name, and else asked for, which a Role in it can grant. */
function oneNamespace(name: string): Need {
  const instead: Need = { ...accessTo(namespaceNamed(name)), purpose: 'observing', verbs: ['get'], name };
  return { ...listAndWatch(namespacesNamed(name)), name, instead };
}

function listAndWatch(resource: Resource): Need {
  return { ...accessTo(resource), purpose: 'observing', verbs: ['list', 'watch'], name: undefined };
}

function accessTo({ path }: Resource): Pick<Need, 'group' | 'resource' | 'namespace'> {
  const { group, resource, namespace } = permissionOf(path);
  return { group, resource, namespace };
}

/** A rule for one name cannot grant to create it: the name is not known when that is decided. */
function* leading({ lease }: Duties): Generator<Need> {
  if (lease === undefined) return;
  const { namespace, name } = lease;
  const leases = { purpose: 'leading', group: 'coordination.k8s.io', resource: 'leases', namespace } as const;
  yield { ...leases, verbs: ['get', 'update'], name };
  yield { ...leases, verbs: ['create'], name: undefined };
}

function* identity({ tellsIdentity }: Duties): Generator<Need> {
  const name = 'kube-system';
  if (tellsIdentity) yield { ...accessTo(namespaceNamed(name)), purpose: 'identity', verbs: ['get'], name };
}

function* events(scope: ObservationScope, { writesEvents }: Duties): Generator<Need> {
  if (!writesEvents) return;
  for (const namespace of placesOf(scope)) {
    yield { purpose: 'events', verbs: ['create'], group: '', resource: 'events', namespace, name: undefined };
  }
}
