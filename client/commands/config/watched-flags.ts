/** Which pods a health checker is to watch, from the flags of `kube-doh config`. Pure; throws UsageError. */
import type { ParseArgsConfig } from 'node:util';
import { UsageError } from '../../../sync-agent/usage.ts';
import { readNamespace } from '../../export/full-name.ts';
import type { Watched } from '../../recipes/health/watched.ts';
import { readPort } from '../sd/target-query.ts';

/** For `parseCommandLine`. */
export const watchedFlags = {
  namespace: { type: 'string', short: 'n' },
  service: { type: 'string' },
  port: { type: 'string' },
  'min-ready': { type: 'string' },
} as const satisfies ParseArgsConfig['options'];

export const watchedFlagsHelp = `\
  -n, --namespace NAME   for health checkers: the pods of this namespace; without it, all that the login opens
    --service NAME       of this Service of it, whose ready pods are counted then
    --min-ready NUMBER   how many of them there have to be (1)
    --port PORT          at this port of theirs, by its number or its name
`;

type Values = { readonly [Flag in keyof typeof watchedFlags]?: string | undefined };

export function readWatched({ namespace, service, port, 'min-ready': minReady }: Values): Watched {
  if (service !== undefined && namespace === undefined) {
    throw new UsageError('--service needs its --namespace as well');
  }
  if (minReady !== undefined && service === undefined) {
    throw new UsageError('--min-ready is of one Service: pass --namespace and --service as well');
  }
  return {
    namespace: readNamespace(namespace),
    service: readServiceName(service),
    port: readPort(port),
    minReady: readMinReady(minReady),
  };
}

function readServiceName(text: string | undefined): string | undefined {
  if (text === undefined || /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(text)) return text;
  throw new UsageError(`--service "${text}" is no name of a Service: pass one such as web`);
}

/** A Service has at most 150,000 endpoints, as many as a cluster has pods. */
function readMinReady(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const count = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (count >= 1) return count;
  throw new UsageError(`--min-ready "${text}" is not a whole number from 1 to 999999`);
}
