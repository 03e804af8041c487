/** The endpoints of all Services as a supplement. */
import { isPublished } from '../records/hiding.ts';
import type { RecordOptions } from '../records/options.ts';
import type { ObservedView, SupplementLine, SupplementSource } from '../supplements/source.ts';
import { linesOfService, type ServiceEndpoints } from './service-lines.ts';

export const endpointsSource: SupplementSource = {
  kind: 'endpoints',
  intervalMilliseconds: 10_000,
  // As that of snapshots: who reads it wants to know how old it is.
  heartbeatMilliseconds: 4 * 60 * 1000,
  take: (view, options) => {
    const services = servicesWithEndpoints(view);
    return [() => linesOf(services, options)];
  },
  amounts: (view) => new Map(servicesWithEndpoints(view).map((one) => [keyOf(one), endpointsOf(one)])),
};

function keyOf({ service: { namespace, name } }: ServiceEndpoints): string {
  return `${namespace}/${name}`;
}

/** Ready or not: a fault of the pods is told, whatever there is less of then. */
function endpointsOf({ slices }: ServiceEndpoints): number {
  return slices.reduce((sum, { endpoints }) => sum + endpoints.length, 0);
}

/** Those that are published and may have endpoints, as they are at this moment. */
function servicesWithEndpoints({ cluster, facts }: ObservedView): readonly ServiceEndpoints[] {
  return [...cluster.services]
    .filter(([, service]) => service.kind.type !== 'externalName' && isPublished(service, cluster))
    .map(([key, service]) => ({ service, slices: [...(facts.slicesByService.get(key)?.values() ?? [])] }));
}

function* linesOf(
  services: readonly ServiceEndpoints[],
  options: RecordOptions,
): Generator<SupplementLine, void, undefined> {
  for (const service of services) {
    const { namespace, name } = service.service;
    for (const text of linesOfService(service, options)) yield { name: `${name}.${namespace}.svc`, text };
  }
}
