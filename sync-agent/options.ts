/**
 * The options that say what is observed and published, read once and all checked before anything starts. Those of the
 * process beside them: operating-options.ts.
 */
import { type ClusterId, parseClusterId } from '../zone/cluster-id.ts';
import { type SupplementKind, supplementKinds } from '../zone/supplement/supplement.ts';
import { publishingOptions } from './configuration/agent-options.ts';
import { flagsOf, givenFlags } from './configuration/flags.ts';
import { helpOf } from './configuration/help.ts';
import { readCount } from './configuration/number.ts';
import { decided, type Given, type GivenOptions } from './configuration/option.ts';
import type { DeletionGuardOptions } from './guard/deletion-guard.ts';
import type { KubeSource } from './kube/configuration.ts';
import { readScopeFlags } from './scope-flags.ts';
import type { NameOptions, Selection } from './selection.ts';
import { FlagChecks, UsageError } from './usage.ts';
import { readZoneFlags } from './zone-flags.ts';

/** A cluster of a kubeconfig. */
export type KubeconfigSource = Extract<KubeSource, { readonly type: 'file' }>;

export interface AgentSettings {
  readonly cluster: ClusterId;
  /** Undefined without `--kubeconfig`. */
  readonly kubeSource: KubeconfigSource | undefined;
  readonly selection: Selection;
  readonly names: NameOptions;
  readonly publishIntervalMilliseconds: number;
  readonly guard: DeletionGuardOptions;
  /** What is published beside the snapshot. */
  readonly supplementKinds: readonly SupplementKind[];
  /** The shortest time between two; undefined for none. */
  readonly visibilityProbeMilliseconds: number | undefined;
  /** What is taken, but looks like a mistake; a line each. */
  readonly warnings: readonly string[];
}

export type PublishingOptions = GivenOptions<typeof publishingOptions>;

const maxTtlSeconds = 3600;
/** As often as the heartbeat: a longer one would let a snapshot look stale that is only waiting. */
const maxIntervalSeconds = 240;
/** Nothing else is published meanwhile, and what is published must not become too old to be answered from. */
const maxHoldSeconds = 3600;
const maxProbeSeconds = 3600;

/** For `parseCommandLine` of a program that takes these options as flags alone. */
export const agentFlags = flagsOf(publishingOptions);

/** Without `--kubeconfig` and `--context`: those mean something else to each program. */
export const agentFlagsHelp = helpOf(withoutSource(publishingOptions));

/** What `parseCommandLine` found of `agentFlags`. Throws UsageError, which names every flag that is wrong. */
export function readAgentFlags(values: Readonly<Record<string, unknown>>): AgentSettings {
  const checks = new FlagChecks();
  const settings = readPublishingOptions(decided(publishingOptions, [givenFlags(publishingOptions, values)]), checks);
  if (settings === undefined) throw checks.error();
  return settings;
}

/** Undefined when the checks have failed, by these options or before. */
export function readPublishingOptions(given: PublishingOptions, checks: FlagChecks): AgentSettings | undefined {
  const cluster = checks.read(() => readCluster(given.cluster));
  const zones = readZoneFlags(given, checks);
  const ttlSeconds = checks.read(() => readCount(given.ttl, 0, maxTtlSeconds, 'seconds'));
  const objects = readScopeFlags(given, checks);
  const intervalSeconds = checks.read(() => readCount(given['publish-interval'], 1, maxIntervalSeconds, 'seconds'));
  const guard = readGuard(given, checks);
  const probeSeconds = checks.read(() => readCount(given['visibility-probe'], 0, maxProbeSeconds, 'seconds'));
  const kubeSource = checks.read(() => readKubeSource(given));
  if (
    checks.failed ||
    cluster === undefined ||
    zones === undefined ||
    ttlSeconds === undefined ||
    objects === undefined ||
    intervalSeconds === undefined ||
    guard === undefined ||
    probeSeconds === undefined
  ) {
    return undefined;
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
      usesPodNames: given['endpoint-pod-names'].value,
      ignoresEmptyServices: given['ignore-empty-service'].value,
    },
    publishIntervalMilliseconds: intervalSeconds * 1000,
    guard,
    supplementKinds: supplementKinds.filter((kind) => given[kind].value),
    visibilityProbeMilliseconds: probeSeconds === 0 ? undefined : probeSeconds * 1000,
    warnings: [...warnings, ...warningsAbout(given)],
  };
}

function warningsAbout({ 'allow-deletions': allows }: PublishingOptions): string[] {
  if (!allows.value) return [];
  return [`${allows.label} is on: whatever vanishes is published at once; take it away when the deletion is published`];
}

function readGuard(given: PublishingOptions, checks: FlagChecks): DeletionGuardOptions | undefined {
  const percent = checks.read(() => readCount(given['deletion-guard'], 1, 100, 'percent'));
  const holdSeconds = checks.read(() => readCount(given['deletion-guard-hold'], 1, maxHoldSeconds, 'seconds'));
  if (percent === undefined || holdSeconds === undefined) return undefined;
  return { percent, holdMilliseconds: holdSeconds * 1000, allowsDeletions: given['allow-deletions'].value };
}

function readKubeSource({ kubeconfig, context }: PublishingOptions): KubeconfigSource | undefined {
  if (kubeconfig.value === '') throw new UsageError(`${kubeconfig.label} needs the path of a kubeconfig`);
  if (kubeconfig.value !== undefined) return { type: 'file', path: kubeconfig.value, context: context.value };
  if (context.value !== undefined) throw new UsageError(`${context.label} needs --kubeconfig`);
  return undefined;
}

function readCluster({ value, label }: Given<string>): ClusterId {
  const cluster = parseClusterId(value);
  if (cluster === undefined) throw new UsageError(`${label} "${value}" is not 1 to 32 of a-z, 0-9 and "-"`);
  return cluster;
}

function withoutSource({ kubeconfig: _, context: __, ...others }: typeof publishingOptions) {
  return others;
}
