/**
 * The records of one ServiceImport, in the zone of the cluster set (Multi-Cluster Services DNS specification, KEP-1645).
 *
 * | kind         | the import's own name                       | names of endpoints                 |
 * |--------------|---------------------------------------------|------------------------------------|
 * | ClusterSetIP | its addresses, with the import's ports      | none: the specification forbids it |
 * | Headless     | all clusters' endpoints, with target ports  | `<host>.<cluster>.<service>`       |
 *
 * There are no PTR records: an address has its name in the cluster that it comes from.
 */
import { apex, NameError, type RelativeName } from '../../zone/name.ts';
import type { EndpointSlice, Problem, ServiceImport } from '../cluster.ts';
import { addressGroup } from './address-group.ts';
import { haveEndpoints, type NamedEndpoints, namedEndpoints, noEndpoints, type PlacedSlice } from './endpoints.ts';
import type { ObjectRecords, RecordOptions } from './options.ts';
import { ownerName } from './owner-name.ts';
import { ownOffers } from './srv.ts';

/**
 * The group `<service>.<namespace>.svc` of an import that may be published. `slices` are its own, in any order. Never
 * throws.
 */
export function recordsOfServiceImport(
  serviceImport: ServiceImport,
  slices: readonly EndpointSlice[],
  options: RecordOptions,
): ObjectRecords {
  const { namespace, name, kind, ports } = serviceImport;
  const { ttlSeconds, clustersetOrigins, ignoresEmptyServices } = options;
  const object = `ServiceImport ${namespace}/${name}`;
  const base = ownerName([name, namespace, 'svc'], apex, clustersetOrigins);
  if (base instanceof NameError) {
    return { group: undefined, problems: [{ object, reason: `${base.message}; the ServiceImport is left out` }] };
  }
  const front = { object, base, ttlSeconds, hasPointers: false };
  if (kind.type === 'headless') {
    const endpoints = importedEndpoints(serviceImport, slices, base, options);
    if (endpoints.hosts.length === 0) return { group: undefined, problems: endpoints.problems };
    return addressGroup({ ...front, own: [], offers: endpoints.offers }, endpoints, clustersetOrigins);
  }
  const isIgnored = ignoresEmptyServices && !haveEndpoints(slices);
  if (isIgnored || kind.addresses.length === 0) return { group: undefined, problems: [] };
  const own = kind.addresses;
  return addressGroup({ ...front, own, offers: ownOffers(own, ports) }, noEndpoints, clustersetOrigins);
}

/** Hosts are told apart by the cluster that they come from. */
function importedEndpoints(
  { namespace, name }: ServiceImport,
  slices: readonly EndpointSlice[],
  base: RelativeName,
  { clustersetOrigins: origins, usesPodNames }: RecordOptions,
): NamedEndpoints {
  const placed: PlacedSlice[] = [];
  const problems: Problem[] = [];
  for (const slice of slices) {
    for (const owner of slice.owners) {
      if (owner.kind !== 'serviceImport' || owner.service !== name) continue;
      const below = ownerName([owner.cluster], base, origins);
      if (below instanceof NameError) {
        const reason = `cluster ${JSON.stringify(owner.cluster)}: ${below.message}; its endpoints are left out`;
        problems.push({ object: `EndpointSlice ${namespace}/${slice.name}`, reason });
      } else {
        placed.push({ slice, subdomain: owner.cluster, base: below });
      }
    }
  }
  const endpoints = namedEndpoints(placed, { origins, usesPodNames });
  return { ...endpoints, problems: [...problems, ...endpoints.problems] };
}
