/**
 * The records of one Service: a pure function of it and all its EndpointSlices.
 *
 * | kind         | the Service's own name                     | names of endpoints |
 * |--------------|--------------------------------------------|--------------------|
 * | ClusterIP    | its cluster IPs, with the Service's ports  | with target ports  |
 * | headless     | all endpoints, with target ports           | with target ports  |
 * | ExternalName | a CNAME (external-name.ts)                 | none               |
 *
 * A headless Service without a ready endpoint does not exist in DNS (Kubernetes DNS specification §2.4.1). One with a
 * cluster IP does, unless the options say otherwise. Only ready endpoints are here at all (cluster.ts).
 */
import { apex, NameError } from '../../zone/name.ts';
import type { EndpointSlice, Service } from '../cluster.ts';
import { addressGroup } from './address-group.ts';
import { haveEndpoints, namedEndpoints } from './endpoints.ts';
import { recordsOfExternalName } from './external-name.ts';
import type { Surroundings } from './hiding.ts';
import type { ObjectRecords, RecordOptions } from './options.ts';
import { ownerName } from './owner-name.ts';
import { ownOffers } from './srv.ts';

/**
 * The group `<service>.<namespace>.svc` of a Service that may be published. `slices` are its own, in any order. Never
 * throws.
 */
export function recordsOfService(
  { namespace, name, kind, ports }: Service,
  slices: readonly EndpointSlice[],
  around: Surroundings,
  options: RecordOptions,
): ObjectRecords {
  const { ttlSeconds, zoneOrigins, usesPodNames, ignoresEmptyServices } = options;
  const object = `Service ${namespace}/${name}`;
  const base = ownerName([name, namespace, 'svc'], apex, zoneOrigins);
  if (base instanceof NameError) {
    return { group: undefined, problems: [{ object, reason: `${base.message}; the Service is left out` }] };
  }
  if (kind.type === 'externalName') return recordsOfExternalName(object, base, kind.target, around, options);
  const endpoints = namedEndpoints(
    slices.map((slice) => ({ slice, subdomain: undefined, base })),
    { origins: zoneOrigins, usesPodNames },
  );
  const isThere =
    kind.type === 'headless' ? endpoints.hosts.length > 0 : !ignoresEmptyServices || haveEndpoints(slices);
  if (!isThere) return { group: undefined, problems: endpoints.problems };
  const [own, offers] =
    kind.type === 'headless' ? [[], endpoints.offers] : [kind.addresses, ownOffers(kind.addresses, ports)];
  return addressGroup({ object, base, ttlSeconds, hasPointers: true, own, offers }, endpoints, zoneOrigins);
}
