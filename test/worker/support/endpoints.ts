/** Endpoints as an agent publishes them (docs/endpoints.md). */
import type { EndpointsLine, LineEndpoint, LinePort, Standing } from '../../../zone/endpoints/line.ts';
import type { Snapshot } from '../../../zone/snapshot.ts';
import { type Edge, type EdgeOptions, startOpenEdge } from './edge.ts';
import { publishSupplement, type SupplementChange } from './supplements.ts';
import { webAt } from './zone.ts';

const readyColumn = '__meta_kubernetes_endpointslice_endpoint_conditions_ready';

/** Address and host label, `10.0.0.1 redis-0`, and the standing where it is not ready. */
export type EndpointText = string | readonly [text: string, standing: Standing];

export function endpoint(given: EndpointText): LineEndpoint {
  const [text, standing] = typeof given === 'string' ? [given, 'ready' as const] : given;
  const [address = '', host = ''] = text.split(' ');
  return [address, host, standing, String(standing === 'ready'), host];
}

export function port(number: number | null, name: string): LinePort {
  return [number, name, { __meta_kubernetes_endpointslice_port_name: name }];
}

/** Of `<service>.<namespace>`. */
export function endpointsLine(
  service: string,
  endpoints: readonly EndpointText[],
  ports: readonly LinePort[] = [port(6379, 'redis')],
): EndpointsLine {
  const [name, namespace] = service.split('.') as [string, string];
  return {
    name: `${name}.${namespace}.svc`,
    labels: { __meta_kubernetes_namespace: namespace, __meta_kubernetes_service_name: name },
    ports,
    columns: [readyColumn, '__meta_kubernetes_pod_name'],
    endpoints: endpoints.map(endpoint),
  };
}

export const redis = endpointsLine('redis-headless.cache', [
  '10.0.0.1 redis-0',
  ['10.0.0.2 redis-1', 'not-ready'],
  ['10.0.0.3 redis-2', 'terminating'],
]);

export function publishEndpoints(
  edge: Edge,
  lines: readonly (EndpointsLine | string)[],
  change?: SupplementChange,
): Promise<void> {
  return publishSupplement(edge, 'endpoints', lines, change);
}

/** Open, with a snapshot of `local` and these endpoints published. */
export async function startEdgeWithEndpoints(
  lines: readonly (EndpointsLine | string)[],
  options: EdgeOptions & { readonly snapshot?: Snapshot; readonly zones?: readonly string[] } = {},
): Promise<Edge> {
  const { snapshot = webAt('10.0.0.1'), zones, ...others } = options;
  const edge = await startOpenEdge(snapshot, zones, [], others);
  await publishEndpoints(edge, lines);
  return edge;
}
