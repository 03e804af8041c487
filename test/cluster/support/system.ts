/** What test files know of the system that setup.ts started. Plain data: it travels between processes. */
import { inject } from 'vitest';
import { type ApiServerAccess, apiServer } from '../control-plane/api-server.ts';
import { type ClusterObjects, clusterObjects } from '../control-plane/apply.ts';
import type { Ready } from './program.ts';

export interface System {
  readonly ready: Ready;
  /** The API as the administrator. */
  readonly api: ApiServerAccess;
  /** CoreDNS over HTTPS, and the path of the authority to trust. */
  readonly coreDns: { readonly url: string; readonly ca: string };
  readonly kubeconfigPath: string;
  /** CoreDNS as the variations of differential/ have it, in their order. */
  readonly resolverUrls: readonly string[];
  /** A folder for the test's own files. */
  readonly directory: string;
}

export function system(): System & { readonly objects: ClusterObjects } {
  const started = inject('system');
  return { ...started, objects: clusterObjects(apiServer(started.api)) };
}
