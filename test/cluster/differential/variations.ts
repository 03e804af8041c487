/** The configurations that are compared: each is options of CoreDNS's plugin `kubernetes` and the same as our flags. Pure. */
import type { Resolver } from '../control-plane/configuration.ts';
import { sentinelNamespaces } from './sentinel-names.ts';
import { allowedNamespaces } from './slots.ts';

export interface Variation {
  readonly name: string;
  readonly ttlSeconds: number;
  readonly pods: 'disabled' | 'insecure' | 'verified';
  readonly usesPodNames: boolean;
  readonly ignoresEmptyServices: boolean;
  readonly hasClusterset: boolean;
  /** Which namespaces there are: all, those with the label, or those of a list. */
  readonly namespaces: 'all' | 'labelled' | readonly string[];
  /** Services, EndpointSlices and Pods without the label are not there. */
  readonly needsLabel: boolean;
  /** How many questions are asked after each step of a history. */
  readonly questionsPerStep: number;
  /** It takes part in every round, or in the first of so many: what is listed is followed with a delay. */
  readonly everyRounds: number;
}

/** What the cluster needs for the variation with the clusterset zone. */
export const customResourcesPath = 'test/cluster/custom-resources/serviceimports.yaml';

export const clusterZone = 'cluster.local';
export const clustersetZone = 'clusterset.local';

/** What selectors ask for. */
export const selectedLabel = { key: 'dns', value: 'published' } as const;
const selector = `${selectedLabel.key}=${selectedLabel.value}`;

/** What kubeadm sets up; test/cluster compares the examples with it too. */
export const kubeadm: Variation = {
  name: 'kubeadm',
  ttlSeconds: 30,
  pods: 'insecure',
  usesPodNames: false,
  ignoresEmptyServices: false,
  hasClusterset: false,
  namespaces: 'all',
  needsLabel: false,
  questionsPerStep: 40,
  everyRounds: 1,
};

export const variations: readonly Variation[] = [
  kubeadm,
  {
    name: 'strict',
    ttlSeconds: 5,
    pods: 'verified',
    usesPodNames: true,
    ignoresEmptyServices: true,
    hasClusterset: false,
    namespaces: 'labelled',
    needsLabel: true,
    questionsPerStep: 40,
    everyRounds: 1,
  },
  {
    name: 'allow-list',
    ttlSeconds: 0,
    pods: 'disabled',
    usesPodNames: false,
    ignoresEmptyServices: false,
    hasClusterset: false,
    namespaces: [...allowedNamespaces, ...sentinelNamespaces],
    needsLabel: false,
    questionsPerStep: 40,
    everyRounds: 3,
  },
  {
    name: 'clusterset',
    ttlSeconds: 3600,
    pods: 'insecure',
    usesPodNames: false,
    ignoresEmptyServices: false,
    hasClusterset: true,
    namespaces: 'all',
    needsLabel: true,
    questionsPerStep: 30,
    everyRounds: 1,
  },
];

export function resolverOf(variation: Variation): Resolver {
  const { ttlSeconds, pods, usesPodNames, ignoresEmptyServices, hasClusterset, namespaces, needsLabel } = variation;
  return {
    zones: [clusterZone, ...(hasClusterset ? [clustersetZone] : []), 'in-addr.arpa', 'ip6.arpa'],
    options: [
      `ttl ${ttlSeconds}`,
      `pods ${pods}`,
      ...(usesPodNames ? ['endpoint_pod_names'] : []),
      ...(ignoresEmptyServices ? ['ignore empty_service'] : []),
      ...(namespaces === 'all' ? [] : [namespaceOption(namespaces)]),
      ...(needsLabel ? [`labels ${selector}`] : []),
      ...(hasClusterset ? [`multicluster ${clustersetZone}`] : []),
    ],
  };
}

function namespaceOption(namespaces: Exclude<Variation['namespaces'], 'all'>): string {
  return namespaces === 'labelled' ? `namespace_labels ${selector}` : `namespaces ${namespaces.join(' ')}`;
}

export function flagsOf(variation: Variation): string[] {
  const { ttlSeconds, pods, usesPodNames, ignoresEmptyServices, hasClusterset, namespaces, needsLabel } = variation;
  return [
    ...['--ttl', String(ttlSeconds), '--pods', pods],
    ...(usesPodNames ? ['--endpoint-pod-names'] : []),
    ...(ignoresEmptyServices ? ['--ignore-empty-service'] : []),
    ...(namespaces === 'all' ? [] : namespaceFlags(namespaces)),
    ...(needsLabel ? ['--labels', selector] : []),
    ...(hasClusterset ? ['--clusterset-zone', clustersetZone] : []),
  ];
}

function namespaceFlags(namespaces: Exclude<Variation['namespaces'], 'all'>): string[] {
  return namespaces === 'labelled' ? ['--namespace-labels', selector] : ['--namespaces', namespaces.join(',')];
}
