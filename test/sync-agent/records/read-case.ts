/** A case of fixtures/ as the agent would see it: its flags, and its objects read into what is kept of a cluster. */
import { parseArgs } from 'node:util';
import { parse, parseAllDocuments } from 'yaml';
import type { Cluster, Problem } from '../../../sync-agent/cluster.ts';
import type { ObservationScope } from '../../../sync-agent/kube/scope.ts';
import {
  trimEndpointSlice,
  trimNamespace,
  trimPod,
  trimService,
  trimServiceImport,
} from '../../../sync-agent/kube/trim.ts';
import type { Trimmed } from '../../../sync-agent/kube/trimmed.ts';
import { agentFlags, readAgentFlags } from '../../../sync-agent/options.ts';
import { scopeOf, snapshotOptionsOf } from '../../../sync-agent/selection.ts';
import type { SnapshotOptions } from '../../../sync-agent/snapshot/snapshot-builder.ts';

export interface Case {
  readonly options: SnapshotOptions;
  readonly cluster: Cluster;
  /** Of reading the objects. */
  readonly problems: readonly Problem[];
}

/** `flags` is YAML, a flag a line, a list for one that is repeated; `objects` is YAML as the API gives it. */
export function readCase(flags: string, objects: string): Case {
  const { values } = parseArgs({ args: argumentsOf(parse(flags) ?? {}), options: agentFlags });
  const { selection, names } = readAgentFlags(values);
  const scope = scopeOf(selection, names);
  const kubeObjects = parseAllDocuments(objects).map((document) => document.toJS() as KubeObject);
  const all = kubeObjects.filter((object) => isObserved(object, scope, kubeObjects));
  const problems: Problem[] = [];
  const kept = <T>(kind: string, trim: (object: unknown) => Trimmed<T>): ReadonlyMap<string, T> => {
    const trimmed = all.filter((object) => object.kind === kind).map(trim);
    problems.push(...trimmed.flatMap((one) => one.problems));
    return new Map(trimmed.flatMap(({ key, value }) => (value === undefined ? [] : [[key, value] as const])));
  };
  const { keepsPodNames, observesServiceImports: keepsImports } = scope;
  const cluster = {
    namespaces: kept('Namespace', trimNamespace),
    services: kept('Service', trimService),
    endpointSlices: kept('EndpointSlice', (object) => trimEndpointSlice(object, { keepsImports, keepsPodNames })),
    pods: scope.observesPods ? kept('Pod', trimPod) : new Map(),
    serviceImports: keepsImports ? kept('ServiceImport', trimServiceImport) : new Map(),
  };
  return { options: snapshotOptionsOf(selection, names), cluster, problems };
}

interface KubeObject {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
}

type FlagValue = string | number | boolean;

function argumentsOf(flags: Readonly<Record<string, FlagValue | readonly FlagValue[]>>): string[] {
  return Object.entries(flags).flatMap(([flag, value]) => {
    if (value === true) return [`--${flag}`];
    return [value].flat().flatMap((one) => [`--${flag}`, String(one)]);
  });
}

/** Whether the API server would give the object to an agent that reads so much. */
function isObserved(
  { kind, metadata }: KubeObject,
  { namespaces, labelSelector }: ObservationScope,
  all: readonly KubeObject[],
): boolean {
  if (kind !== 'Namespace' && !matches(metadata.labels, labelSelector)) return false;
  const name = kind === 'Namespace' ? metadata.name : metadata.namespace!;
  switch (namespaces.type) {
    case 'all':
      return true;
    case 'listed':
      return namespaces.names.includes(name);
    case 'labelled': {
      const namespace = all.find((object) => object.kind === 'Namespace' && object.metadata.name === name);
      return namespace !== undefined && matches(namespace.metadata.labels, namespaces.selector);
    }
  }
}

/** Of the selectors that there are, a case needs only `key=value`, one or more with commas between them. */
function matches(labels: Readonly<Record<string, string>> = {}, selector = ''): boolean {
  return selector
    .split(',')
    .filter((part) => part !== '')
    .every((part) => {
      const [key, value, ...others] = part.split('=');
      if (value === undefined || others.length > 0) throw new Error(`a case cannot select by "${part}"`);
      return labels[key!] === value;
    });
}
