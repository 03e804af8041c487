/**
 * The agent's options as flags, read once and all checked before anything starts.
 */
import type { ParseArgsConfig } from 'node:util';
import { type Prefix, parsePrefix } from '../zone/address.ts';
import { type ClusterId, parseClusterId } from '../zone/cluster-id.ts';
import { formatName, type Name, NameError, parseName, root } from '../zone/name.ts';
import type { KubeSource } from './kube/configuration.ts';
import type { SnapshotOptions } from './snapshot/snapshot-builder.ts';

/** A flag that makes no sense. The message is one line that says what to pass instead. */
export class UsageError extends Error {
  readonly code = 'USAGE';

  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

/** For `parseArgs`; the demo adds its own to these. */
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

export interface AgentSettings {
  readonly cluster: ClusterId;
  /** Undefined without `--kubeconfig`. */
  readonly kubeSource: KubeSource | undefined;
  readonly snapshot: SnapshotOptions;
  readonly publishIntervalMilliseconds: number;
}

/** The private blocks (RFC 1918, RFC 6598, RFC 4193), which every network uses for its own (RFC 6303). */
const privatePrefixes = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7'];

/** Throws UsageError, which names every flag that is wrong. */
export function readAgentFlags(flags: AgentFlags): AgentSettings {
  const problems: string[] = [];
  const check = <T>(read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      problems.push((error as Error).message);
      return undefined;
    }
  };
  const cluster = check(() => readCluster(flags.cluster));
  const zone = check(() => readZone('--zone', flags.zone));
  const aliases = flags.alias.map((alias) => check(() => readZone('--alias', alias)));
  const ttlSeconds = check(() => readSeconds('--ttl', flags.ttl, 0));
  const intervalSeconds = check(() => readSeconds('--publish-interval', flags['publish-interval'], 1));
  const prefixTexts = flags['reverse-zone'].length > 0 ? flags['reverse-zone'] : privatePrefixes;
  const reversePrefixes = prefixTexts.map((text) => check(() => readPrefix(text)));
  if (flags.context !== undefined && flags.kubeconfig === undefined) problems.push('--context needs --kubeconfig');
  if (zone !== undefined) check(() => refuseRepeated([zone, ...aliases.filter((alias) => alias !== undefined)]));
  if (problems.length > 0) throw new UsageError(problems.join('; '));
  return {
    cluster: cluster!,
    kubeSource: readKubeSource(flags),
    snapshot: {
      zoneOrigins: [zone!, ...aliases.map((alias) => alias!)],
      ttlSeconds: ttlSeconds!,
      reversePrefixes: reversePrefixes.map((prefix) => prefix!),
    },
    publishIntervalMilliseconds: intervalSeconds! * 1000,
  };
}

function readKubeSource({ kubeconfig, context }: AgentFlags): KubeSource | undefined {
  return kubeconfig === undefined ? undefined : { type: 'file', path: kubeconfig, context };
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
    if (error instanceof NameError) throw new UsageError(`${flag}: ${error.message}`);
    throw error;
  }
  // Stricter than a Name: people type these, and everything else goes below them.
  const isHostName = /^([a-z0-9_]([a-z0-9_-]*[a-z0-9_])?\.)+$/.test(formatName(name));
  if (name === root || !isHostName)
    throw new UsageError(`${flag}: "${text}" is not a domain name such as prod.k8s.example.com`);
  return name;
}

function refuseRepeated(zones: readonly Name[]): void {
  const repeated = zones.find((zone, i) => zones.indexOf(zone) !== i);
  if (repeated !== undefined) throw new UsageError(`the zone ${formatName(repeated)} is given twice: leave one out`);
}

/** Whole seconds, up to an hour. */
function readSeconds(flag: string, text: string, least: number): number {
  const seconds = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  if (seconds >= least && seconds <= 3600) return seconds;
  throw new UsageError(`${flag} "${text}" is not a number of seconds from ${least} to 3600`);
}

function readPrefix(text: string): Prefix {
  const prefix = parsePrefix(text);
  if (prefix === undefined)
    throw new UsageError(`--reverse-zone "${text}" is not a block of addresses such as 10.0.0.0/8`);
  return prefix;
}
