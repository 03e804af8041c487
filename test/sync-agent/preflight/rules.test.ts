import { describe, expect, test } from 'vitest';
import { type ObservationScope, wholeCluster } from '../../../sync-agent/kube/scope.ts';
import type { Duties } from '../../../sync-agent/preflight/needs.ts';
import { type NamespaceAccess, rulesFor } from '../../../sync-agent/preflight/rules.ts';

const none: Duties = { lease: undefined, writesEvents: false, tellsIdentity: false };
const all: Duties = { lease: { namespace: 'dns', name: 'kube-doh-a' }, writesEvents: true, tellsIdentity: true };
const listed = (...names: [string, ...string[]]): ObservationScope => ({
  ...wholeCluster,
  namespaces: { type: 'listed', names },
});

/** One line for each rule, such as `a: list,watch services,pods`; `*` for a ClusterRole. */
function shown(scope: ObservationScope, duties: Duties, access?: NamespaceAccess): string[] {
  return rulesFor(scope, duties, access).flatMap(({ namespace = '*', rules }) =>
    rules.map(({ apiGroups: [group], resources, resourceNames, verbs }) => {
      const suffix = group === '' ? '' : `.${group}`;
      const names = resourceNames === undefined ? '' : ` ${resourceNames.join(',')}`;
      return `${namespace}: ${verbs.join(',')} ${resources.map((each) => each + suffix).join(',')}${names}`;
    }),
  );
}

describe('a whole cluster', () => {
  test('is observed with one ClusterRole', () => {
    expect(rulesFor(wholeCluster, none)).toEqual([
      {
        namespace: undefined,
        rules: [
          { apiGroups: [''], resources: ['namespaces', 'services'], verbs: ['list', 'watch'] },
          { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list', 'watch'] },
        ],
      },
    ]);
  });

  test('with pods, imports and all duties', () => {
    expect(shown({ ...wholeCluster, observesPods: true, observesServiceImports: true }, all)).toEqual([
      '*: list,watch namespaces,services,pods',
      '*: list,watch endpointslices.discovery.k8s.io',
      '*: list,watch serviceimports.multicluster.x-k8s.io',
      '*: get namespaces kube-system',
      '*: create events',
      'dns: get,update leases.coordination.k8s.io kube-doh-a',
      'dns: create leases.coordination.k8s.io',
    ]);
  });

  test('selected by labels needs the same', () => {
    const labelled: ObservationScope = { ...wholeCluster, namespaces: { type: 'labelled', selector: 'dns=yes' } };
    expect(rulesFor(labelled, all)).toEqual(rulesFor(wholeCluster, all));
  });
});

describe('listed namespaces', () => {
  test('are observed with a Role in each, and a ClusterRole for the Namespaces alone', () => {
    expect(shown(listed('b', 'a'), none)).toEqual([
      '*: list,watch namespaces b,a',
      'a: list,watch services',
      'a: list,watch endpointslices.discovery.k8s.io',
      'b: list,watch services',
      'b: list,watch endpointslices.discovery.k8s.io',
    ]);
  });

  test('or with Roles alone', () => {
    expect(shown(listed('a'), none, 'get')).toEqual([
      'a: get namespaces a',
      'a: list,watch services',
      'a: list,watch endpointslices.discovery.k8s.io',
    ]);
  });

  test('with all duties', () => {
    expect(shown(listed('dns'), all)).toEqual([
      '*: list,watch namespaces dns',
      '*: get namespaces kube-system',
      'dns: list,watch services',
      'dns: list,watch endpointslices.discovery.k8s.io',
      'dns: get,update leases.coordination.k8s.io kube-doh-a',
      'dns: create leases.coordination.k8s.io',
      'dns: create events',
    ]);
  });

  test('with all duties and Roles alone', () => {
    expect(shown(listed('a'), all, 'get')).toEqual([
      'a: get namespaces a',
      'a: list,watch services',
      'a: list,watch endpointslices.discovery.k8s.io',
      'a: create events',
      'dns: get,update leases.coordination.k8s.io kube-doh-a',
      'dns: create leases.coordination.k8s.io',
      'kube-system: get namespaces kube-system',
    ]);
  });
});
