/**
 * The agent's options as flags, read once and all checked before anything starts.
 */
import type { ParseArgsConfig } from 'node:util';
import { type ClusterId, parseClusterId } from '../zone/cluster-id.ts';
import type { KubeSource } from './kube/configuration.ts';
import { readScopeFlags, type ScopeFlags } from './scope-flags.ts';
import type { NameOptions, Selection } from './selection.ts';
import { FlagChecks, UsageError } from './usage.ts';
import { readZoneFlags, type ZoneFlags } from './zone-flags.ts';

/** For `parseCommandLine`; who runs the agent adds flags of its own. */
export const agentFlags = {
  kubeconfig: { type: 'string' },
  context: { type: 'string' },
  cluster: { type: 'string', default: 'local' },
  zone: { type: 'string', default: 'cluster.local' },
  alias: { type: 'string', multiple: true, default: [] },
  ttl: { type: 'string', default: '30' },
  namespaces: { type: 'string', multiple: true, default: [] },
  'namespace-labels': { type: 'string' },
  labels: { type: 'string' },
  pods: { type: 'string', default: 'disabled' },
  'endpoint-pod-names': { type: 'boolean', default: false },
  'ignore-empty-service': { type: 'boolean', default: false },
  'clusterset-zone': { type: 'string', multiple: true, default: [] },
  'publish-interval': { type: 'string', default: '3' },
  'reverse-zone': { type: 'string', multiple: true, default: [] },
} as const satisfies ParseArgsConfig['options'];

/** What the flags mean, but for `--kubeconfig` and `--context`: those mean something else to each program. */
export const agentFlagsHelp = `\
  --cluster ID           the cluster's id at the edge, of a-z, 0-9 and "-" (local)
  --zone NAME            the cluster's own domain (cluster.local)
  --alias NAME           a further zone that answers the same; up to 15 times
  --ttl SECONDS          TTL of the records, 0 to 3600 (30)
  --namespaces A,B       only these namespaces; a Role in each of them suffices (all)
  --namespace-labels SELECTOR
                         only namespaces with these labels, such as "team=web,stage in (prod,test)"
  --labels SELECTOR      only Services, EndpointSlices, Pods and ServiceImports with these labels
  --pods MODE            names below "pod": disabled, insecure (any address) or verified (addresses of pods) (disabled)
  --endpoint-pod-names   name an endpoint without a hostname after its pod, not after its address
  --ignore-empty-service a Service with a cluster IP and without a ready endpoint does not exist
  --clusterset-zone NAME the zone of multi-cluster Services, such as clusterset.local; further ones are its aliases (none)
  --publish-interval S   shortest time between two publishes, 1 to 240 seconds (3)
  --reverse-zone CIDR    a block that reverse lookups answer for, instead of the private ones; up to 256 times
`;

export interface AgentFlags extends ZoneFlags, ScopeFlags {
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  readonly cluster: string;
  readonly ttl: string;
  readonly 'endpoint-pod-names': boolean;
  readonly 'ignore-empty-service': boolean;
  readonly 'publish-interval': string;
}

/** A cluster of a kubeconfig. */
export type KubeconfigSource = Extract<KubeSource, { readonly type: 'file' }>;

export interface AgentSettings {
  readonly cluster: ClusterId;
  /** Undefined without `--kubeconfig`. */
  readonly kubeSource: KubeconfigSource | undefined;
  readonly selection: Selection;
  readonly names: NameOptions;
  readonly publishIntervalMilliseconds: number;
  /** What is taken, but looks like a mistake; a line each. */
  readonly warnings: readonly string[];
}

const maxTtlSeconds = 3600;
/** As often as the heartbeat: a longer one would let a snapshot look stale that is only waiting. */
const maxIntervalSeconds = 240;

/** Throws UsageError, which names every flag that is wrong. */
export function readAgentFlags(flags: AgentFlags): AgentSettings {
  const checks = new FlagChecks();
  const cluster = checks.read(() => readCluster(flags.cluster));
  const zones = readZoneFlags(flags, checks);
  const ttlSeconds = checks.read(() => readSeconds('--ttl', flags.ttl, 0, maxTtlSeconds));
  const objects = readScopeFlags(flags, checks);
  const intervalSeconds = checks.read(() =>
    readSeconds('--publish-interval', flags['publish-interval'], 1, maxIntervalSeconds),
  );
  const kubeSource = checks.read(() => readKubeSource(flags));
  if (
    checks.failed ||
    cluster === undefined ||
    zones === undefined ||
    ttlSeconds === undefined ||
    objects === undefined ||
    intervalSeconds === undefined
  ) {
    throw checks.error();
  }
  const { warnings, ...origins } = zones;
  const { namespaces, labelSelector, pods } = objects;
  return {
    cluster,
    kubeSource,
    selection: { namespaces, labelSelector },
    names: {
      ...origins,
      ttlSeconds,
      pods,
      usesPodNames: flags['endpoint-pod-names'],
      ignoresEmptyServices: flags['ignore-empty-service'],
    },
    publishIntervalMilliseconds: intervalSeconds * 1000,
    warnings,
  };
}

function readKubeSource({ kubeconfig, context }: AgentFlags): KubeconfigSource | undefined {
  if (kubeconfig === '') throw new UsageError('--kubeconfig needs the path of a kubeconfig');
  if (kubeconfig !== undefined) return { type: 'file', path: kubeconfig, context };
  if (context !== undefined) throw new UsageError('--context needs --kubeconfig');
  return undefined;
}

function readCluster(text: string): ClusterId {
  const cluster = parseClusterId(text);
  if (cluster === undefined) throw new UsageError(`--cluster "${text}" is not 1 to 32 of a-z, 0-9 and "-"`);
  return cluster;
}

function readSeconds(flag: string, text: string, least: number, most: number): number {
  const seconds = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  if (seconds >= least && seconds <= most) return seconds;
  throw new UsageError(`${flag} "${text}" is not a whole number of seconds from ${least} to ${most}`);
}
