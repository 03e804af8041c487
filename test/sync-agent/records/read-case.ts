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
  const { scope, snapshot } = readAgentFlags(values);
  const kubeObjects = parseAllDocuments(objects).map((document) => document.toJS() as KubeObject);
  const all = kubeObjects.filter((object) => isObserved(object, scope));
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
  return { options: snapshot, cluster, problems };
}

interface KubeObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

type FlagValue = string | number | boolean;

function argumentsOf(flags: Readonly<Record<string, FlagValue | readonly FlagValue[]>>): string[] {
  return Object.entries(flags).flatMap(([flag, value]) => {
    if (value === true) return [`--${flag}`];
    return [value].flat().flatMap((one) => [`--${flag}`, String(one)]);
  });
}

/** What the API server would not even be asked for. Selectors of labels are its own affair, and so in no case. */
function isObserved({ kind, metadata }: KubeObject, { namespaces, labelSelector }: ObservationScope): boolean {
  if (namespaces.type === 'labelled' || labelSelector !== undefined) throw new Error('a case cannot select by labels');
  if (namespaces.type === 'all') return true;
  return namespaces.names.includes(kind === 'Namespace' ? metadata.name : metadata.namespace!);
}
