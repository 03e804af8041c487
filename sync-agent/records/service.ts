/**
 * The records of one Service: a pure function of it and all its EndpointSlices.
 *
 * | kind         | the Service's own name                     | names of endpoints |
 * |--------------|--------------------------------------------|--------------------|
 * | ClusterIP    | its cluster IPs, with the Service's ports  | with target ports  |
 * | headless     | all endpoints, with target ports           | with target ports  |
 * | ExternalName | a CNAME                                    | none               |
 *
 * A headless Service without a ready endpoint does not exist in DNS (Kubernetes DNS specification §2.4.1). Only ready
 * endpoints are here at all (cluster.ts).
 *
 * An address has a PTR record to every name that has it. Only within one Service does a cluster IP win over endpoints:
 * that another Service's cluster IP equals an endpoint's address cannot be seen from here.
 */
import type { OwnerGroup } from '../../zone/group.ts';
import { apex, type Name, NameError, type RelativeName, relativeTo } from '../../zone/name.ts';
import type { Target } from '../../zone/rrset.ts';
import type { EndpointSlice, Problem, Service } from '../cluster.ts';
import { type NamedEndpoints, namedEndpoints, portsOrNone, uniqueAddresses } from './endpoints.ts';
import type { ObjectRecords, RecordOptions } from './options.ts';
import { ownerName } from './owner-name.ts';
import { portNodes } from './port-nodes.ts';
import type { Entry } from './srv.ts';

/** The group `<service>.<namespace>.svc`. `slices` are the Service's own, in any order. Never throws. */
export function recordsOfService(
  service: Service,
  slices: readonly EndpointSlice[],
  options: RecordOptions,
): ObjectRecords {
  const base = ownerName([service.name, service.namespace, 'svc'], apex, options.zoneOrigins);
  if (base instanceof NameError) {
    return { group: undefined, problems: [problemOf(service, `${base.message}; the Service is left out`)] };
  }
  const { kind } = service;
  switch (kind.type) {
    case 'clusterIP': {
      const endpoints = namedEndpoints(slices, base, options.zoneOrigins);
      const ports = portsOrNone(service.ports);
      const entries = kind.addresses.flatMap(() => ports.map((port): Entry => ({ member: 'base', port })));
      return addressRecords(service, { base, own: uniqueAddresses(kind.addresses), entries }, endpoints, options);
    }
    case 'headless': {
      const endpoints = namedEndpoints(slices, base, options.zoneOrigins);
      if (endpoints.hosts.length === 0) return { group: undefined, problems: endpoints.problems };
      return addressRecords(service, { base, own: [], entries: endpoints.entries }, endpoints, options);
    }
    case 'externalName':
      return { group: aliasGroup(base, kind.target, options), problems: [] };
  }
}

/** What stands at the Service's own name. */
interface Front {
  readonly base: RelativeName;
  readonly own: OwnerGroup['own'];
  readonly entries: readonly Entry[];
}

function addressRecords(
  service: Service,
  { base, own, entries }: Front,
  { hosts, problems }: NamedEndpoints,
  { ttlSeconds, zoneOrigins }: RecordOptions,
): ObjectRecords {
  const { nodes, reasons } = portNodes(entries, hosts.length, base, zoneOrigins);
  return {
    group: { base, ttlSeconds, own, hosts, nodes },
    problems: [...problems, ...reasons.map((reason) => problemOf(service, reason))],
  };
}

function aliasGroup(base: RelativeName, target: Name, { ttlSeconds, zoneOrigins }: RecordOptions): OwnerGroup {
  const cname = { type: 'CNAME', ttlSeconds, targets: [targetOf(target, zoneOrigins)] } as const;
  const node = { prefix: apex, addresses: 'none', services: [], rrsets: [cname] } as const;
  return { base, ttlSeconds, own: [], hosts: [], nodes: [node] };
}

/** Inside one of the zones a target follows the zone that is asked, provided that it fits below each of them. */
function targetOf(name: Name, zoneOrigins: readonly Name[]): Target {
  const inside = zoneOrigins
    .flatMap((origin) => relativeTo(name, origin) ?? [])
    .reduce<RelativeName | undefined>((a, b) => (a === undefined || b.length < a.length ? b : a), undefined);
  return inside === undefined || ownerName([], inside, zoneOrigins) instanceof NameError
    ? { kind: 'absolute', name }
    : { kind: 'relative', name: inside };
}

function problemOf({ namespace, name }: Service, reason: string): Problem {
  return { object: `Service ${namespace}/${name}`, reason };
}
