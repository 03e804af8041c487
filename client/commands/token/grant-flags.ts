/** The flags that say what a new token allows. */
import type { ParseArgsConfig } from 'node:util';
import { FlagChecks, UsageError } from '../../../sync-agent/usage.ts';
import { type ClusterId, parseClusterId } from '../../../zone/cluster-id.ts';
import { readTime } from './time.ts';

/** For `parseCommandLine`. */
export const grantFlags = {
  name: { type: 'string' },
  cluster: { type: 'string', multiple: true },
  namespace: { type: 'string', multiple: true },
  zone: { type: 'string' },
  expires: { type: 'string' },
} as const satisfies ParseArgsConfig['options'];

export interface GrantFlags {
  readonly name?: string | undefined;
  readonly cluster?: readonly string[] | undefined;
  readonly namespace?: readonly string[] | undefined;
  readonly zone?: string | undefined;
  readonly expires?: string | undefined;
}

/** As the edge takes it; it looks closer at names of namespaces and zones. */
export interface RequestedGrant {
  readonly name: string;
  readonly clusters: readonly ClusterId[];
  readonly namespaces: readonly string[] | null;
  readonly zone: string | null;
  readonly expiresAt: number | null;
}

/** `now` in Unix milliseconds. Throws UsageError. */
export function readGrantFlags(flags: GrantFlags, now: number): RequestedGrant {
  const checks = new FlagChecks();
  const name = checks.read(() => {
    if (flags.name !== undefined && flags.name !== '') return flags.name;
    throw new UsageError('--name is missing: say whose token it is, or what for');
  });
  const clusters = checks.read(() => readClusters(flags.cluster ?? []));
  const expiresAt = checks.read(() => (flags.expires === undefined ? null : readTime('--expires', flags.expires, now)));
  if (name === undefined || clusters === undefined || expiresAt === undefined) throw checks.error();
  return { name, clusters, namespaces: flags.namespace ?? null, zone: flags.zone ?? null, expiresAt };
}

function readClusters(texts: readonly string[]): ClusterId[] {
  if (texts.length === 0) throw new UsageError('--cluster is missing: pass the ID of what the token may ask');
  return texts.map((text) => {
    const cluster = parseClusterId(text);
    if (cluster !== undefined) return cluster;
    throw new UsageError(`--cluster "${text}" is no cluster's ID: that is 1 to 32 of a-z, 0-9 and "-"`);
  });
}
