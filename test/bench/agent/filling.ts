/** Puts the synthetic cluster into an API server, as fast as that takes it. */
import type { ApiRequest, ApiServer } from '../../cluster/control-plane/api-server.ts';
import { pathOf } from '../../cluster/control-plane/kinds.ts';
import type { SyntheticCluster } from '../cluster.ts';
import { namespaceManifest, serviceManifest, sliceManifest } from './objects.ts';

/** As many as the connection to the API server has sockets. */
const requestsAtOnce = 48;

export async function fill(api: ApiServer, { namespaces, services }: SyntheticCluster): Promise<void> {
  await all(api, namespaces, (one) => ({ path: pathOf('Namespace'), body: namespaceManifest(one) }));
  await all(api, services, ({ service }) => ({
    path: pathOf('Service', service.namespace),
    body: serviceManifest(service),
  }));
  const slices = services.flatMap((one) => one.slices);
  await all(api, slices, (one) => ({ path: slicePath(one.namespace), body: sliceManifest(one) }));
}

/** Of all EndpointSlices of a namespace, or of one of them. */
export function slicePath(namespace: string, name?: string): string {
  return pathOf('EndpointSlice', namespace, name);
}

async function all<T>(
  api: ApiServer,
  items: readonly T[],
  request: (item: T) => Pick<ApiRequest, 'path' | 'body'>,
): Promise<void> {
  const rest = items.values();
  const work = async (): Promise<void> => {
    for (const item of rest) await api({ method: 'POST', ...request(item) });
  };
  await Promise.all(Array.from({ length: requestsAtOnce }, work));
}
