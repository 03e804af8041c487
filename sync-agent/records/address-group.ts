/**
 * The group of something that has addresses: what stands at its own name, and its endpoints below.
 */
import type { Address } from '../../zone/address.ts';
import type { OwnerGroup } from '../../zone/group.ts';
import type { Name, RelativeName } from '../../zone/name.ts';
import { type NamedEndpoints, uniqueAddresses } from './endpoints.ts';
import type { ObjectRecords } from './options.ts';
import { portNodes } from './port-nodes.ts';
import type { Offer } from './srv.ts';

/** What stands at the name. */
export interface Front {
  /** Such as `Service default/web`, for problems. */
  readonly object: string;
  readonly base: RelativeName;
  readonly ttlSeconds: number;
  readonly hasPointers: boolean;
  readonly own: readonly Address[];
  readonly offers: readonly Offer[];
}

/** The problems are those of the endpoints and of ports that have no name. */
export function addressGroup(
  { object, base, ttlSeconds, hasPointers, own, offers }: Front,
  { hosts, problems }: NamedEndpoints,
  zoneOrigins: readonly Name[],
): ObjectRecords {
  const { nodes, reasons } = portNodes(offers, hosts.length, base, zoneOrigins);
  const group: OwnerGroup = {
    base,
    ttlSeconds,
    own: uniqueAddresses(own),
    hosts,
    nodes,
    hasPointers,
    answersDashed: false,
  };
  return { group, problems: [...problems, ...reasons.map((reason) => ({ object, reason }))] };
}
