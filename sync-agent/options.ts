/**
 * The agent's options as flags, read once and all checked before anything starts.
 */
import type { ParseArgsConfig } from 'node:util';
import { type Prefix, parsePrefix } from '../zone/address.ts';
import { type ClusterId, parseClusterId } from '../zone/cluster-id.ts';
import { formatName, type Name, NameError, parseName } from '../zone/name.ts';
import { maxZones } from '../zone/registration-limits.ts';
import type { KubeSource } from './kube/configuration.ts';
import type { SnapshotOptions } from './snapshot/snapshot-builder.ts';
import { FlagChecks, UsageError } from './usage.ts';

/** For `parseCommandLine`; who runs the agent adds flags of its own. */
export const agentFlags = {
  kubeconfig: { type: 'string' },
  context: { type: 'string' },
  cluster: { type: 'string', default: 'local' },
  zone: { type: 'string', default: 'cluster.local' },
  alias: { type: 'string', multiple: true, default: [] },
  ttl: { type: 'string', default: '30' },
  'publish-interval': { type: 'string', default: '3' },
  'reverse-zone': { type: 'string', multiple: true, default: [] },
} as const satisfies ParseArgsConfig['options'];

/** What the flags mean, but for `--kubeconfig` and `--context`: those mean something else to each program. */
export const agentFlagsHelp = `\
  --cluster ID           the cluster's id at the edge, of a-z, 0-9 and "-" (local)
  --zone NAME            the cluster's own domain (cluster.local)
  --alias NAME           a further zone that answers the same; up to 15 times
  --ttl SECONDS          TTL of the records, 0 to 3600 (30)
  --publish-interval S   shortest time between two publishes, 1 to 240 seconds (3)
  --reverse-zone CIDR    a block that reverse lookups answer for, instead of the private ones; up to 256 times
`;

export interface AgentFlags {
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  readonly cluster: string;
  readonly zone: string;
  readonly alias: readonly string[];
  readonly ttl: string;
  readonly 'publish-interval': string;
  readonly 'reverse-zone': readonly string[];
}

/** A cluster of a kubeconfig. */
export type KubeconfigSource = Extract<KubeSource, { readonly type: 'file' }>;

export interface AgentSettings {
  readonly cluster: ClusterId;
  /** Undefined without `--kubeconfig`. */
  readonly kubeSource: KubeconfigSource | undefined;
  readonly snapshot: SnapshotOptions;
  readonly publishIntervalMilliseconds: number;
}

/** The private blocks (RFC 1918, RFC 6598, RFC 4193), which every network uses for its own (RFC 6303). */
const privatePrefixes = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7'];

/** Each is a reverse zone in the head of every snapshot, which has an end. */
const maxReverseBlocks = 256;
const maxTtlSeconds = 3600;
/** As often as the heartbeat: a longer one would let a snapshot look stale that is only waiting. */
const maxIntervalSeconds = 240;

/** Throws UsageError, which names every flag that is wrong. */
export function readAgentFlags(flags: AgentFlags): AgentSettings {
  const checks = new FlagChecks();
  const prefixTexts = flags['reverse-zone'].length > 0 ? flags['reverse-zone'] : privatePrefixes;
  const cluster = checks.read(() => readCluster(flags.cluster));
  const zone = checks.read(() => readZone('--zone', flags.zone));
  const aliases = flags.alias.flatMap((alias) => checks.read(() => readZone('--alias', alias)) ?? []);
  const ttlSeconds = checks.read(() => readSeconds('--ttl', flags.ttl, 0, maxTtlSeconds));
  const intervalSeconds = checks.read(() =>
    readSeconds('--publish-interval', flags['publish-interval'], 1, maxIntervalSeconds),
  );
  const reversePrefixes = prefixTexts.flatMap((text) => checks.read(() => readPrefix(text)) ?? []);
  checks.read(() => refuseTooMany(flags));
  checks.read(() => refuseRepeated(zone === undefined ? aliases : [zone, ...aliases]));
  const kubeSource = checks.read(() => readKubeSource(flags));
  if (
    checks.failed ||
    cluster === undefined ||
    zone === undefined ||
    ttlSeconds === undefined ||
    intervalSeconds === undefined
  ) {
    throw checks.error();
  }
  return {
    cluster,
    kubeSource,
    snapshot: { zoneOrigins: [zone, ...aliases], ttlSeconds, reversePrefixes },
    publishIntervalMilliseconds: intervalSeconds * 1000,
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

function readZone(flag: string, text: string): Name {
  let name: Name;
  try {
    name = parseName(text);
  } catch (error) {
    if (error instanceof NameError) throw new UsageError(`${flag} ${error.message}`);
    throw error;
  }
  // Stricter than a Name: people type these, and everything else goes below them.
  if (!/^([a-z0-9_]([a-z0-9_-]*[a-z0-9_])?\.)+$/.test(formatName(name))) {
    throw new UsageError(`${flag} "${text}" is not a domain name such as prod.k8s.example.com`);
  }
  return name;
}

function refuseRepeated(zones: readonly Name[]): void {
  const repeated = zones.find((zone, i) => zones.indexOf(zone) !== i);
  if (repeated !== undefined) {
    throw new UsageError(`--alias "${formatName(repeated)}" is given twice, or is the zone itself: leave one out`);
  }
}

function refuseTooMany({ alias, 'reverse-zone': blocks }: AgentFlags): void {
  if (1 + alias.length > maxZones) {
    const text = `--alias is given ${alias.length} times: the edge takes ${maxZones} zones of a cluster, its own included`;
    throw new UsageError(`${text}; leave some out`);
  }
  if (blocks.length > maxReverseBlocks) {
    const text = `--reverse-zone is given ${blocks.length} times: a snapshot holds ${maxReverseBlocks} blocks`;
    throw new UsageError(`${text}; use larger ones`);
  }
}

function readSeconds(flag: string, text: string, least: number, most: number): number {
  const seconds = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  if (seconds >= least && seconds <= most) return seconds;
  throw new UsageError(`${flag} "${text}" is not a whole number of seconds from ${least} to ${most}`);
}

function readPrefix(text: string): Prefix {
  const prefix = parsePrefix(text);
  if (prefix === undefined) {
    throw new UsageError(`--reverse-zone "${text}" is not a block of addresses such as 10.0.0.0/8`);
  }
  return prefix;
}
