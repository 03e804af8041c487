/** The options of the process beside those of what it publishes (options.ts): the edge, the Lease, probes, the log. */
import type { ClusterId } from '../zone/cluster-id.ts';
import type { operatingOptions } from './configuration/agent-options.ts';
import { type ListenAddress, readListen } from './configuration/listen.ts';
import { readMilliseconds } from './configuration/number.ts';
import type { Given, GivenOptions } from './configuration/option.ts';
import { isLabel } from './kube/trimmed.ts';
import { retryJitter } from './leader/election.ts';
import { type LogFormat, type LogLevel, logFormats, logLevels } from './log-writer.ts';
import { looksLikeKey } from './publish/signing-key.ts';
import { type FlagChecks, UsageError } from './usage.ts';

export interface ElectionSettings {
  readonly leaseName: string;
  /** Undefined for the pod's own. */
  readonly leaseNamespace: string | undefined;
  readonly durationMilliseconds: number;
  readonly renewDeadlineMilliseconds: number;
  readonly retryMilliseconds: number;
}

export interface OperatingSettings {
  readonly keyPath: string;
  /** Undefined when this agent always publishes, or never. */
  readonly election: ElectionSettings | undefined;
  /** Whether Kubernetes Events are written. */
  readonly writesEvents: boolean;
  /** Whether it only shows what it would publish. */
  readonly isDryRun: boolean;
  /** Whether it ends after the first time. */
  readonly isOnce: boolean;
  /** Undefined when nothing listens. */
  readonly listen: ListenAddress | undefined;
  readonly logFormat: LogFormat;
  readonly logLevel: LogLevel;
}

export type OperatingOptions = GivenOptions<typeof operatingOptions>;

/** What the defaults of these options depend on. */
export interface Surroundings {
  /** Undefined when it is wrong, which is told elsewhere. */
  readonly cluster: ClusterId | undefined;
  /** Whether the agent is a pod of the cluster that it observes. */
  readonly isInCluster: boolean;
}

const leastLeaseSeconds = 0.1;
/** As long as another candidate believes in a Lease. */
const maxLeaseSeconds = 600;

/** Undefined when the checks have failed, by these options or before. */
export function readOperatingOptions(
  given: OperatingOptions,
  around: Surroundings,
  checks: FlagChecks,
): OperatingSettings | undefined {
  const keyPath = checks.read(() => readKeyPath(given.key));
  const election = readElection(given, around, checks);
  const listen = checks.read(() => ({ address: readOwnListen(given.listen) }));
  const logFormat = checks.read(() => readLogFormat(given['log-format'], around));
  const logLevel = checks.read(() => readOneOf(given['log-level'], given['log-level'].value, logLevels));
  if (
    checks.failed ||
    keyPath === undefined ||
    listen === undefined ||
    logFormat === undefined ||
    logLevel === undefined
  ) {
    return undefined;
  }
  // A dry run takes nothing from anybody, and leaves nothing behind.
  const isDryRun = given['dry-run'].value;
  return {
    keyPath,
    election: (given['leader-elect'].value ?? around.isInCluster) && !isDryRun ? election : undefined,
    writesEvents: given.events.value && !isDryRun,
    isDryRun,
    isOnce: given.once.value,
    listen: listen.address,
    logFormat,
    logLevel,
  };
}

/** Checked even where nobody is elected: what is wrong now is wrong when it is turned on. */
function readElection(
  given: OperatingOptions,
  { cluster, isInCluster }: Surroundings,
  checks: FlagChecks,
): ElectionSettings | undefined {
  const { 'lease-duration': duration, 'lease-renew-deadline': deadline, 'lease-retry': retry } = given;
  const readTime = (time: Given<string>): number | undefined =>
    checks.read(() => readMilliseconds(time, leastLeaseSeconds, maxLeaseSeconds));
  const durationMilliseconds = readTime(duration);
  const renewDeadlineMilliseconds = readTime(deadline);
  const retryMilliseconds = readTime(retry);
  const leaseName = checks.read(() => readLeaseName(given['lease-name'], cluster ?? 'local'));
  const leaseNamespace = checks.read(() => readLeaseNamespace(given['lease-namespace'], isInCluster));
  if (
    durationMilliseconds === undefined ||
    renewDeadlineMilliseconds === undefined ||
    retryMilliseconds === undefined
  ) {
    return undefined;
  }
  checks.read(() => {
    if (durationMilliseconds > renewDeadlineMilliseconds) return;
    throw new UsageError(`${duration.label} ${duration.value} is not longer than ${deadline.label} ${deadline.value}`);
  });
  checks.read(() => {
    if (renewDeadlineMilliseconds > retryMilliseconds * retryJitter) return;
    const needed = `${retryJitter} times ${retry.label} ${retry.value}`;
    throw new UsageError(`${deadline.label} ${deadline.value} is not longer than ${needed}`);
  });
  if (leaseName === undefined) return undefined;
  return { leaseName, leaseNamespace, durationMilliseconds, renewDeadlineMilliseconds, retryMilliseconds };
}

/** A name of an object (RFC 1123 subdomain). */
function readLeaseName({ value, label }: Given<string | undefined>, cluster: string): string {
  const name = value ?? `kube-doh-${cluster}`;
  if (name.length <= 253 && name.split('.').every(isLabel)) return name;
  throw new UsageError(`${label} "${name}" is not the name of an object, such as kube-doh-prod`);
}

function readLeaseNamespace({ value, label }: Given<string | undefined>, isInCluster: boolean): string | undefined {
  if (value === undefined) return isInCluster ? undefined : 'default';
  if (isLabel(value)) return value;
  throw new UsageError(`${label} "${value}" is not a namespace's name`);
}

function readOwnListen({ value, label }: Given<string | undefined>): ListenAddress | undefined {
  return value === undefined ? undefined : readListen({ value, label }, '127.0.0.1:9090 or [::]:9090');
}

function readLogFormat({ value, label }: Given<string | undefined>, { isInCluster }: Surroundings): LogFormat {
  return readOneOf({ value, label }, value ?? (isInCluster ? 'json' : 'text'), logFormats);
}

function readOneOf<T extends string>({ label }: Given<unknown>, value: string, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === value);
  if (found !== undefined) return found;
  throw new UsageError(`${label} "${value}" is not ${allowed.slice(0, -1).join(', ')} or ${allowed.at(-1)}`);
}

function readKeyPath({ value, label }: Given<string | undefined>): string {
  if (value === undefined || value === '') {
    throw new UsageError(`${label} is missing: pass the path of the private key; "kube-doh key new FILE" makes one`);
  }
  // Not repeated: it is secret, and this goes to a log.
  if (looksLikeKey(value)) {
    throw new UsageError(`${label} holds a key; pass the path of a file with it, which others cannot read`);
  }
  return value;
}
