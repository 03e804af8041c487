/** A registration as flags. The edge checks zones and keys; here only what would not reach it as it was meant. */
import type { ParseArgsConfig } from 'node:util';
import { FlagChecks, UsageError } from '../../../sync-agent/usage.ts';

/** For `parseCommandLine`. */
export const registrationFlags = {
  'public-key': { type: 'string' },
  zone: { type: 'string' },
  alias: { type: 'string', multiple: true, default: [] },
  'clusterset-zone': { type: 'string', multiple: true, default: [] },
  'soft-limit': { type: 'string' },
  'hard-limit': { type: 'string' },
} as const satisfies ParseArgsConfig['options'];

export interface RegistrationFlags {
  readonly 'public-key'?: string | undefined;
  readonly zone?: string | undefined;
  readonly alias: readonly string[];
  readonly 'clusterset-zone': readonly string[];
  readonly 'soft-limit'?: string | undefined;
  readonly 'hard-limit'?: string | undefined;
}

/** As it is sent; limits that are not given are the edge's. Throws UsageError, which names every flag that is wrong. */
export function readRegistrationFlags(flags: RegistrationFlags): Readonly<Record<string, unknown>> {
  const checks = new FlagChecks();
  const publicKey = checks.read(() => required('--public-key', flags['public-key'], 'what "kube-doh key new" printed'));
  const zone = checks.read(() => required('--zone', flags.zone, "the cluster's own domain, such as cluster.local"));
  const softLimitSeconds = checks.read(() => readSeconds('--soft-limit', flags['soft-limit']));
  const hardLimitSeconds = checks.read(() => readSeconds('--hard-limit', flags['hard-limit']));
  if (checks.failed) throw checks.error();
  return {
    publicKeys: [publicKey],
    zones: [zone, ...flags.alias],
    clustersetZones: flags['clusterset-zone'],
    ...(softLimitSeconds === undefined ? {} : { softLimitSeconds }),
    ...(hardLimitSeconds === undefined ? {} : { hardLimitSeconds }),
  };
}

function required(flag: string, text: string | undefined, what: string): string {
  if (text !== undefined && text !== '') return text;
  throw new UsageError(`${flag} is missing: pass ${what}`);
}

function readSeconds(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new UsageError(`${flag} "${text}" is not a whole number of seconds from 1`);
}
