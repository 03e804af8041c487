/** The Roles that grant exactly what the agent needs. Pure. */
import type { ObservationScope } from '../kube/scope.ts';
import { type Duties, type Need, needsOf, type Verb } from './needs.ts';

/** As in a Role (rbac.authorization.k8s.io/v1). */
export interface PolicyRule {
  readonly apiGroups: readonly [string];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly Verb[];
}

export interface Grant {
  /** Of a Role and its RoleBinding; undefined for a ClusterRole and a ClusterRoleBinding. */
  readonly namespace: string | undefined;
  readonly rules: readonly PolicyRule[];
}

/**
 * How the agent learns of listed namespaces: it watches them, which takes a ClusterRole for their names, or gets them
 * every five seconds, for which Roles are enough.
 */
export type NamespaceAccess = 'watch' | 'get';

/** The ClusterRole first, if there is one; then the Roles, by namespace. */
export function rulesFor(
  scope: ObservationScope,
  duties: Duties,
  namespaceAccess: NamespaceAccess = 'watch',
): readonly Grant[] {
  const chosen = needsOf(scope, duties).map((need) => (namespaceAccess === 'get' ? (need.instead ?? need) : need));
  const hasClusterRole = chosen.some(({ namespace }) => namespace === undefined);
  const byPlace = new Map<string | undefined, Need[]>();
  for (const need of chosen) {
    // Where there is a ClusterRole, no Role in kube-system is asked for besides.
    const place = need.purpose === 'identity' && hasClusterRole ? undefined : need.namespace;
    byPlace.set(place, [...(byPlace.get(place) ?? []), need]);
  }
  return [...byPlace]
    .sort(([a = ''], [b = '']) => (a < b ? -1 : 1))
    .map(([namespace, needs]) => ({ namespace, rules: joined(needs) }));
}

/** Needs that differ in their resource alone are one rule, and so are those that differ in their name alone. */
function joined(needs: readonly Need[]): readonly PolicyRule[] {
  const byName = grouped(needs, ({ group, resource, verbs, name }) => [group, resource, verbs, name !== undefined]);
  const rules = byName.map(([first, ...rest]): PolicyRule => {
    const names = [first, ...rest].flatMap(({ name }) => name ?? []);
    const { group, resource, verbs } = first;
    const rule: PolicyRule = { apiGroups: [group], resources: [resource], verbs };
    return names.length === 0 ? rule : { ...rule, resourceNames: [...new Set(names)] };
  });
  return grouped(rules, ({ apiGroups, verbs, resourceNames }) => [apiGroups, verbs, resourceNames]).map(
    ([first, ...rest]) => ({ ...first, resources: [first, ...rest].flatMap(({ resources }) => resources) }),
  );
}

/** In the order of the first of each group. */
function grouped<T>(items: readonly T[], keyOf: (item: T) => unknown): [T, ...T[]][] {
  const groups = new Map<string, [T, ...T[]]>();
  for (const item of items) {
    const key = JSON.stringify(keyOf(item));
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return [...groups.values()];
}
