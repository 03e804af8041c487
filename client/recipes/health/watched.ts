/** Which pods a health checker watches, of all that the login opens, and how many of a Service have to be ready. Pure. */
import type { Edge } from '../setup.ts';

/** Texts that stand in URLs as they are: labels, and the number or the name of a port. */
export interface Watched {
  /** Without it, all namespaces. */
  readonly namespace?: string | undefined;
  /** In that namespace. */
  readonly service?: string | undefined;
  readonly port?: string | undefined;
  /** Of the service. */
  readonly minReady?: number | undefined;
}

/** By the names of the flags. */
export type WatchedFlag = 'namespace' | 'service' | 'port' | 'min-ready';

/** Those that say something. */
export function givenFlags({ namespace, service, port, minReady }: Watched): readonly WatchedFlag[] {
  const all = { namespace, service, port, 'min-ready': minReady };
  return (Object.keys(all) as WatchedFlag[]).filter((flag) => all[flag] !== undefined);
}

export interface WatchedService {
  readonly namespace: string;
  readonly service: string;
  readonly minReady: number;
}

/** Undefined where no single Service is watched. */
export function serviceOf({ namespace, service, minReady = 1 }: Watched): WatchedService | undefined {
  return namespace === undefined || service === undefined ? undefined : { namespace, service, minReady };
}

/** Where the targets are listed. */
export function discoveryUrl({ identity }: Edge, { namespace, service, port }: Watched): string {
  return `${identity}/sd${queryOf({ namespace, service, port })}`;
}

/** 200 while the cluster's snapshot is fresh. */
export function snapshotUrl({ identity }: Edge): string {
  return `${identity}/health`;
}

/** 200 while so many pods are ready, and that is known. */
export function readyUrl({ identity }: Edge, { namespace, service, minReady }: WatchedService): string {
  return `${identity}/health${queryOf({ namespace, service, min_ready: String(minReady) })}`;
}

function queryOf(parameters: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined);
  return given.length === 0 ? '' : `?${given.map(([name, value]) => `${name}=${value}`).join('&')}`;
}
